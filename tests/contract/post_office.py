"""A mail server in a process of its own: keeps what it takes in a Maildir, refuses some addresses; prints its port."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP


class Office(Mailbox):
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802 - aiosmtpd names it
        if address.startswith("gone"):
            return "550 no such box"
        if address.startswith("busy") and not (Path(sys.argv[1]) / "open").exists():
            return "451 later"
        envelope.rcpt_tos.append(address)
        return "250 OK"


async def main():
    (Path(sys.argv[1]) / "box").mkdir(exist_ok=True)
    handler = Office(Path(sys.argv[1]) / "box" / "mail")
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(handler), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    sys.stdout.close()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
