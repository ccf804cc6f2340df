"""A calendar (RFC 5545) of what is to come: hearings, ends of objection periods, votes, sessions, reviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from maps.locale.texts import Texts, noop, texts

SUMMARIES = {
    "objections": noop("Last day to object: {title}"),
    "hearing": noop("Hearing: {title}"),
    "vote": noop("Vote: {title}"),
    "session": noop("Assembly meets: {title}"),
    "review": noop("Review: {title}"),
}
"""What each kind of appointment is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """Something that is to come.

    Attributes
    ----------
    name
        What it is told from others by, for as long as it stands.
    kind
        One of ``SUMMARIES``.
    starts, ends
        Days, or moments in UTC; the last day counts. ``ends`` is ``None`` for one day.
    """

    name: str
    kind: str
    title: str
    path: str
    starts: str
    ends: str | None = None


def ics(appointments: Sequence[Appointment], *, subject: str, root: str, language: str, stamp: str) -> bytes:
    """Write a calendar; ``root`` is the service's address, ``stamp`` the moment at which it is written."""
    from icalendar import Calendar  # noqa: PLC0415 - a quarter of a second that no other page needs

    t = texts(language)
    made = Calendar()
    made.add("prodid", "-//geopolity//calendar//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", t("geopolity: {subject}", subject=subject) if subject else t("geopolity: what is to come"))
    for one in appointments:
        made.add_component(_event(t, one, root, stamp))
    return bytes(made.to_ical())


def _event(t: Texts, one: Appointment, root: str, stamp: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - untyped library
    from icalendar import Event  # noqa: PLC0415

    host = root.partition("://")[2].partition(":")[0]
    made = Event()
    made.add("uid", f"{one.name}@{host}")
    made.add("dtstamp", _moment(stamp))
    made.add("summary", t(SUMMARIES[one.kind], title=one.title))
    made.add("url", f"{root}{one.path}")
    made.add("description", f"{root}{one.path}")
    starts, ends = _when(one)
    made.add("dtstart", starts)
    made.add("dtend", ends)
    made.add("transp", "TRANSPARENT")
    return made


def _when(one: Appointment) -> tuple[date | datetime, date | datetime]:
    """Start and end as calendars count: the end is the first moment, or day, after."""
    last = one.ends or one.starts
    if "T" in one.starts and "T" in last:
        return _moment(one.starts), _moment(last) if last > one.starts else _moment(one.starts) + timedelta(minutes=1)
    return date.fromisoformat(one.starts[:10]), date.fromisoformat(last[:10]) + timedelta(days=1)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
