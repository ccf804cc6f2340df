"""Which messages are about one event: each refers to some of those before it, and none has to refer to all."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

LONGEST_NAME = 80
DIGITS = 6


class Sent(NamedTuple):
    """A message: when it was sent, or which version it is (texts that sort as they follow each other), and its key."""

    rank: str
    key: str


def roots_of(links: Iterable[tuple[Sent, Iterable[Sent]]]) -> dict[str, str]:
    """Of every message that is known or referred to, the key of the first that it hangs together with.

    The same links give the same answer, in whatever order they come.
    """
    first: dict[str, Sent] = {}
    members: dict[str, list[str]] = {}
    for own, before in links:
        held = {own, *before}
        joined = {first[one.key].key: first[one.key] for one in held if one.key in first}
        root = min(held | set(joined.values()))
        keys = {one.key for one in held}.union(*(members.pop(key, []) for key in joined))
        members[root.key] = sorted(keys)
        first |= dict.fromkeys(keys, root)
    return {key: root.key for key, root in first.items()}


def message_key(sender: str, identifier: str) -> str:
    """Key of an alert: an identifier is one of its sender's, and others may have the same."""
    if not sender:
        return name_key(identifier)
    return ",".join(" ".join(part.replace(",", " ").split()) for part in (sender, identifier))


def event_name(key: str) -> str:
    """What the event of this first message is called: letters, digits and hyphens, no two keys alike.

    Where words would be lost (a sender, letters that are not ASCII, a long end), a digest stands for them.
    """
    return _told_apart(_words(key.split(",", 1)[1]), key) if "," in key else key


def name_key(text: str) -> str:
    """Key of what has a name alone, such as a file: written large or small, with blanks or hyphens, it is the same."""
    known = unicodedata.normalize("NFC", text).lower()
    plain = _words(known)
    return plain if plain and known.isascii() and len(plain) <= LONGEST_NAME else _told_apart(plain, known)


def in_order(version: str) -> str:
    """A version as text that sorts by its numbers: 9 before 10, 013 before 013a, none before all."""
    return re.sub(r"[0-9]+", lambda found: f"{len(found[0].lstrip('0')):03}{found[0].lstrip('0')}", version.lower())


def moment(text: str) -> str:
    """A moment as text that sorts, wherever its clock stood; what is no moment sorts as a version does."""
    try:
        told = datetime.fromisoformat(text)
        known = told if told.tzinfo is not None else told.replace(tzinfo=UTC)
        return known.astimezone(UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        return in_order(text)


def _words(text: str) -> str:
    return "-".join(
        "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in text).lower().split()
    )


def _told_apart(plain: str, whole: str) -> str:
    digest = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
    return f"{plain[-(LONGEST_NAME - DIGITS - 1) :].strip('-') or 'event'}-{digest}"
