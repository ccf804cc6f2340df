"""Postcodes that an operator added, found in what somebody wrote: alone, or with their place or country."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from boundaries.gazetteer.areas import areas_named
from boundaries.gazetteer.place import Found, Place
from boundaries.gazetteer.readings import parts_of
from boundaries.gazetteer.spelling import letters
from services.storage.places.postcodes import postcode_kept, postcodes_written

MOST_WORDS = 3


def found_added(session: Session, text: str) -> Found | None:
    """What was added and is written so; ``None`` where nothing is."""
    kind, _, number = text.strip().partition(":")
    if kind == "added" and number.isascii() and number.isdigit() and len(number) < 18:
        one = postcode_kept(session, int(number))
        return None if one is None else Found(places=(one,), is_clear=True)
    codes = list(dict.fromkeys(_codes(text)))
    places = postcodes_written(session, codes) if codes else []
    places = [one for one in places if _fits(one, text)]
    if not places:
        return None
    return Found(places=tuple(places), is_clear=len(places) == 1)


def _codes(text: str) -> Iterator[str]:
    """What may be a postcode in a text: a part of it, or first or last words of one with a digit."""
    for part in parts_of(text):
        words = part.split()
        for count in range(1, min(len(words), MOST_WORDS) + 1):
            for some in (words[:count], words[-count:]):
                if any(letter.isdigit() for letter in "".join(some)):
                    yield " ".join(some)


def _fits(place: Place, text: str) -> bool:
    """Whether a text of a postcode says nothing against its country and place.

    What stands beside the code is its country, its place, or a street before them.
    """
    parts = parts_of(text)
    nations = [area.country for area in areas_named(parts[-1]) if not area.admin1] if len(parts) > 1 else []
    if nations and place.country_code not in nations:
        return False
    key, named = letters(text), letters(place.name)
    code = letters(place.code or place.name)
    return key == code or bool(nations) or named in key
