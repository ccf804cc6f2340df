"""Mails handed to the operator's SMTP server: queued, tried again; a summons that cannot be mailed becomes a letter.

A mail that is tried carries the same Message-ID each time, so that one which was taken before a kill is known again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Protocol
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.errors import RequestError
from maps.notices.words import plain, told
from services.clock import after, now, read
from services.settings import Settings
from services.storage.people import notices
from services.storage.store import Store
from services.storage.tables import MailAddressRow, NoticeRow
from services.telling.addresses import forget_unconfirmed
from services.telling.digests import tell_digests
from services.telling.due import tell_due

SECONDS = 20.0
AT_ONCE = 100
UNFOLDED = SMTP.clone(max_line_length=900)
"""A link in a header is never broken or encoded: mail programs would not know it."""
LEASE = timedelta(minutes=10)
"""How long a mail that is being handed over is left to whoever does it."""
WAITS = tuple(timedelta(minutes=one) for one in (5, 20, 60, 240, 720, 1_440, 2_880))
"""How long is waited after each try that failed; after the last, a mail is given up."""


class PostError(RequestError):
    """The address of the SMTP server, or of the sender, is none."""

    code = "post"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """The operator's way out for mail.

    Attributes
    ----------
    url
        ``smtp://USER:PASSWORD@HOST:PORT`` (STARTTLS where the server offers it) or ``smtps://…``.
    sender
        Address that mails come from.
    root
        The service's public address, for the links in mails.
    """

    url: str = field(repr=False)  # it may hold a password
    sender: str
    root: str


def post_of(settings: Settings) -> Post | None:
    """The way out that the settings name; ``None`` where they name no server.

    Raises
    ------
    PostError
        If the links in mails would lead nowhere.
    """
    if settings.smtp_url is None:
        return None
    if settings.public_url is None:
        raise PostError(
            "GEOPOLITY_SMTP_URL is set and GEOPOLITY_PUBLIC_URL is not; set the address that people know the service "
            "by, for the links in mails."
        )
    sender = settings.mail_from or f"geopolity@{urlsplit(settings.public_url).hostname}"
    if "@" not in parseaddr(sender)[1]:
        raise PostError(
            "GEOPOLITY_MAIL_FROM is {sender:quoted}; give an address such as office@example.org.", sender=sender
        )
    return Post(url=settings.smtp_url, sender=sender, root=settings.public_url)


class Server(Protocol):
    """What takes mails: of ``smtplib``."""

    def send_message(self, msg: EmailMessage, from_addr: str, to_addrs: list[str]) -> object:
        """Hand one over."""

    def quit(self) -> object:
        """Say goodbye."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What a run did: notices that were new, mails that the server took, and that it did not."""

    told: int
    sent: int
    failed: int


def run_telling(store: Store, post: Post | None, *, at: str | None = None) -> Delivered:
    """Queue everything that is due and hand over what waits; without a server, mails wait and letters are ready."""
    moment = at or now()
    new = tell_due(store, at=moment) + tell_digests(store, at=moment)
    with store.writing() as session:
        forget_unconfirmed(session, moment)
    sent, failed = (0, 0) if post is None else send_due(store, post, at=moment)
    return Delivered(told=new, sent=sent, failed=failed)


def send_due(store: Store, post: Post, *, at: str | None = None) -> tuple[int, int]:
    """Hand over the mails whose time has come; returns how many were taken, and how many not."""
    moment = at or now()
    sent = failed = 0
    while batch := _taken(store, post, moment):
        done = _handed_over(batch, post)
        with store.writing() as session:
            for key, problem, is_final in done:
                _kept(session, key, problem, moment, is_final=is_final)
        sent += sum(problem is None for _, problem, _ in done)
        failed += sum(problem is not None for _, problem, _ in done)
    return sent, failed


def _taken(store: Store, post: Post, moment: str) -> list[tuple[int, EmailMessage]]:
    """Take mails for oneself, for as long as handing them over may take."""
    with store.writing() as session:
        rows = notices.due_mails(session, moment, AT_ONCE)
        found = []
        for row in rows:
            row.due_at = after(LEASE, moment)
            address = session.get_one(MailAddressRow, row.address)
            found.append((row.key, message(row, address, post, moment)))
        return found


def message(row: NoticeRow, address: MailAddressRow, post: Post, moment: str) -> EmailMessage:
    """One mail: plain text, one link, nothing that tells whether it was read."""
    notice = told(row.kind, json.loads(row.facts), address.language)
    stop = f"{post.root}/mail/stop?token={address.secret}"
    mail = EmailMessage(policy=UNFOLDED)
    mail["From"] = post.sender
    mail["To"] = address.address
    mail["Subject"] = notice.subject
    mail["Date"] = format_datetime(read(moment))
    name = hashlib.sha256(f"{row.about} {address.secret}".encode()).hexdigest()[:32]
    mail["Message-ID"] = f"<{name}@{parseaddr(post.sender)[1].rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    if row.kind != notices.CONFIRM:
        mail["List-Unsubscribe"] = f"<{stop}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(plain(notice, address.language, root=post.root, stop=stop, address=address.address))
    mail["Content-Language"] = address.language
    return mail


def _handed_over(batch: list[tuple[int, EmailMessage]], post: Post) -> list[tuple[int, str | None, bool]]:
    """Keys of mails, each with what went wrong and whether that is for good."""
    try:
        server = connect(post.url)
    except (OSError, smtplib.SMTPException) as error:
        return [(key, _reason(error), False) for key, _ in batch]
    done = [_one(server, key, mail, post) for key, mail in batch]
    with contextlib.suppress(OSError, smtplib.SMTPException):  # what was taken is taken
        server.quit()
    return done


def _one(server: Server, key: int, mail: EmailMessage, post: Post) -> tuple[int, str | None, bool]:
    try:
        server.send_message(mail, parseaddr(post.sender)[1], [str(mail["To"])])
    except smtplib.SMTPRecipientsRefused as error:
        ((code, _),) = error.recipients.values()
        return key, f"refused with {code}", 500 <= code < 600
    except smtplib.SMTPResponseException as error:
        return key, f"refused with {error.smtp_code}", 500 <= error.smtp_code < 600
    except (OSError, smtplib.SMTPException) as error:
        return key, _reason(error), False
    return key, None, False


def _kept(session: Session, key: int, problem: str | None, moment: str, *, is_final: bool) -> None:
    row = session.get(NoticeRow, key)
    if row is None:
        return  # its person was forgotten meanwhile
    row.attempts += 1
    row.problem = problem
    if problem is None:
        row.sent_at = moment
    elif not is_final and row.attempts <= len(WAITS):
        row.due_at = after(WAITS[row.attempts - 1], moment)
    elif row.citizen is not None and row.kind != "digest":
        row.channel, row.address = notices.LETTER, None
    else:
        row.given_up_at = moment


def connect(url: str) -> smtplib.SMTP:
    """The server of an address, ready to take mails; with TLS where it offers it."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port or 25, timeout=SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def _reason(error: Exception) -> str:
    return type(error).__name__


def waiting_mails(store: Store) -> int:
    """Mails that wait to be handed over."""
    query = select(NoticeRow.key).where(
        NoticeRow.channel == notices.MAIL, NoticeRow.sent_at.is_(None), NoticeRow.given_up_at.is_(None)
    )
    with store.reading() as session:
        return len(session.scalars(query).all())


Teller = Callable[[Store], object]


def teller(post: Post | None) -> Teller:
    """What a service that runs does again and again: tell what is due."""
    return lambda store: run_telling(store, post)
