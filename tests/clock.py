"""The day and the place that the tests run in: always the same ones, unless ``TESTS_DAY`` names others.

``python -m tests.clock`` runs the contract and unit tests on each of `DAYS`, which is what ``./run test --all`` does at
its end: whatever depends on the day, the time zone, the order of tests or the number of processes shows there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
STARTUP = Path(__file__).parent / "startup"
DAY = "TESTS_DAY"
SHIFT = "TESTS_SHIFT"
WHERE = ("tests/contract", "tests/unit")


@dataclass(frozen=True)
class Day:
    """A moment to start at, where the machine stands, how many processes share the tests, and whether in reverse."""

    moment: str
    zone: str
    processes: str = "auto"
    is_reversed: bool = False

    @property
    def seconds(self) -> float:
        """Seconds since 1970."""
        return datetime.strptime(self.moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()


ORDINARY = Day("2026-11-25T12:00:00Z", "UTC")
DAYS = {
    "28-february": Day("2027-02-28T12:00:00Z", "Pacific/Kiritimati", is_reversed=True),  # there it is March
    "29-february": Day("2028-02-29T12:00:00Z", "America/St_Johns"),
    "31-december": Day("2026-12-31T23:58:30Z", "America/St_Johns", is_reversed=True),  # the year ends meanwhile
    "31-january": Day("2027-01-31T10:30:00Z", "Pacific/Kiritimati", processes="1"),  # there it is February
    "clocks-go-back": Day("2027-10-31T00:58:30Z", "Europe/Berlin", processes="3"),
    "2038": Day("2038-01-19T03:13:00Z", "Europe/Berlin", is_reversed=True),  # 32 bits run out meanwhile
}


def day() -> Day:
    """The day named by ``TESTS_DAY``, or the ordinary one."""
    name = os.environ.get(DAY, "")
    if name and name not in DAYS:
        raise SystemExit(f"{DAY} is {name!r}; it may be {', '.join(DAYS)}.")
    return DAYS.get(name, ORDINARY)


def go() -> None:
    """Take this process, and all that it starts, to the day: clock, time zone, language."""
    today = day()
    os.environ |= {"TZ": today.zone, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
    os.environ.pop("LANGUAGE", None)
    time.tzset()
    if SHIFT in os.environ:  # a process of ours started this one, which is there already
        return
    os.environ[SHIFT] = str(today.seconds - time.time())
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(STARTUP), os.environ.get("PYTHONPATH")]))
    from tests.startup.sitecustomize import travel  # noqa: F401 - importing it goes there


def main(arguments: list[str]) -> int:
    """Run the tests on each day; returns 1 if any of them fails on any day."""
    failed = [name for name, it in DAYS.items() if _failing(name, it, arguments or list(WHERE))]
    print(f"On other days: {', '.join(failed) + ' failed' if failed else f'all {len(DAYS)} passed'}")  # noqa: T201
    return bool(failed)


def _failing(name: str, it: Day, arguments: list[str]) -> bool:
    print(f"{name}: {it.moment}, {it.zone}", flush=True)  # noqa: T201
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        it.processes,
        "--dist",
        "worksteal",
        "-m",
        "not long",
        *arguments,
    ]
    return subprocess.run(command, cwd=ROOT, env=os.environ | {DAY: name}, check=False).returncode != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
