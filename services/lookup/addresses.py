"""An address as somebody wrote it, found among the streets that an operator added: up to five, and how sure each is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations

from sqlalchemy.orm import Session

from boundaries.addresses.address import StreetName
from boundaries.addresses.match import Fit, Named, fits, names_fit
from boundaries.addresses.slips import allowed, slips_apart
from boundaries.addresses.written import LONGEST, Written, every, read_address, searched, weak
from boundaries.gazetteer.areas import areas_named, by_codes
from boundaries.gazetteer.place import Found, Place, PlaceError
from services.storage.places.street_search import counted, has_streets, streets_kept, streets_with, words_near

MOST = 5
LEAST_SURE = 0.5
CLEAR, CLEARLY = 0.6, 0.06
"""How sure the first must be to be taken without asking, and how much surer than the next."""
GOOD = 0.93
"""How well words must fit for no other way to search to be tried."""
LIMIT, ENOUGH = 300, 1_000
"""Streets that are looked at for one way to search, and for all."""
OPENED = 25
"""Streets whose houses are looked at."""
SAME_PLACE = 0.0003
"""Degrees within which two addresses of one number are one place."""
NUMBER_FIRST = frozenset(("US", "CA", "GB", "IE", "FR", "LU", "AU", "NZ", "IN", "ZA"))
"""Countries where the number stands before the street."""


def found_address(session: Session, text: str) -> Found | None:
    """Addresses that a text may stand for, the surest first; ``None`` where it is none, or none is known."""
    kind, _, rest = text.strip().partition(":")
    if kind == "address":
        return _chosen(session, rest)
    written = read_address(text)
    if not written.is_address or not has_streets(session):
        return None
    best = _best(session, written)
    if not best:
        return None
    first, *others = [fit for fit, _ in best]
    is_clear = first.sure >= CLEAR and all(first.sure - one.sure >= CLEARLY for one in others)
    return Found(places=tuple(_place(fit, name) for fit, name in best), is_clear=is_clear)


def unknown_address(session: Session, text: str) -> PlaceError:
    """Why an address is not found, and what to do."""
    asked = " ".join(text.split())[:LONGEST]
    if not has_streets(session):
        return PlaceError(
            "Streets are not known here; give the postcode or the town of {address:quoted}, or longitude and latitude.",
            address=asked,
        )
    return PlaceError(
        "No address like {address:quoted} is known here; write its number, street and town, or give a postcode, or "
        "longitude and latitude.",
        address=asked,
    )


def _chosen(session: Session, rest: str) -> Found | None:
    """The address that a choice named: the key of its street, and the number."""
    key, _, number = rest.partition(":")
    if not (key.isascii() and key.isdigit() and len(key) < 18):
        return None
    kept = streets_kept(session, [int(key)])
    if not kept:
        return None
    name, houses = kept[int(key)]
    street = Named(key=int(key), street=(), place=frozenset(), region="", country="", postcode="")
    fit = fits(read_address(number), street, houses, {})
    return None if fit is None else Found(places=(_place(fit, name),), is_clear=True)


def _best(session: Session, written: Written) -> list[tuple[Fit, StreetName]]:
    """The best that fit, one for each place."""
    spelt = _spelt(session, written)
    ranked = sorted(_ranked(session, written, spelt), key=lambda one: (-one[0], one[1].key))[:OPENED]
    kept = streets_kept(session, [street.key for _, street in ranked])
    found = []
    for _, street in ranked:
        if street.key in kept:
            name, houses = kept[street.key]
            fit = fits(written, street, houses, spelt)
            if fit is not None and fit.sure >= LEAST_SURE:
                found.append((fit, name))
    return _apart(sorted(found, key=lambda one: (-one[0].sure, one[0].key)))[:MOST]


def _apart(found: Sequence[tuple[Fit, StreetName]]) -> list[tuple[Fit, StreetName]]:
    """Each place once: the same number a few metres away is the same house."""
    kept: list[tuple[Fit, StreetName]] = []
    for fit, name in found:
        if not any(_is_same(fit, other) for other, _ in kept):
            kept.append((fit, name))
    return kept


def _is_same(one: Fit, other: Fit) -> bool:
    is_near = abs(one.lon - other.lon) < SAME_PLACE and abs(one.lat - other.lat) < SAME_PLACE
    return is_near and one.number == other.number


def _spelt(session: Session, written: Written) -> dict[str, AbstractSet[str]]:
    """Words that no street has, and the words of streets that they may stand for."""
    words = [word.text for word in written.words if not word.is_area]
    known = counted(session, words)
    found: dict[str, AbstractSet[str]] = {}
    for word in words:
        most = allowed(word)
        if word not in known and most:
            near = {one: slips_apart(word, one, most) for one in words_near(session, word)}
            least = min(near.values(), default=most + 1)
            if least <= most:
                found[word] = frozenset(one for one, slips in near.items() if slips == least)
    return found


def _ranked(session: Session, written: Written, spelt: Mapping[str, AbstractSet[str]]) -> list[tuple[float, Named]]:
    """Streets by how well their words fit, found in one way after another until one fits well."""
    seen: dict[int, tuple[float, Named]] = {}
    for groups in _ways(session, written, spelt):
        for street in streets_with(session, groups, LIMIT):
            if street.key not in seen:
                seen[street.key] = (names_fit(written, street, spelt), street)
        if len(seen) >= ENOUGH or max((sure for sure, _ in seen.values()), default=0.0) >= GOOD:
            break
    return list(seen.values())


def _ways(
    session: Session, written: Written, spelt: Mapping[str, AbstractSet[str]]
) -> Iterator[Sequence[Sequence[str]]]:
    """Ways to search: all words, those that say most, one of them left out, two of the rarest; first with the code."""
    words, all_words = list(dict.fromkeys(searched(written))), list(dict.fromkeys(every(written)))
    near = [other for one in words for other in spelt.get(one, ())]
    known = counted(session, [*all_words, *near])
    whole = [group for word in all_words if (group := _group(word, known, spelt))]
    if len(whole) > 1:
        yield whole
    groups = [group for word in words if (group := _group(word, known, spelt))]
    codes = [word.text for word in written.words if word.is_number and len(word.text) >= 3]
    if not groups:
        groups = [(word,) for word in dict.fromkeys(weak(written))]
        codes = []
    groups.sort(key=lambda group: sum(known.get(word, 0) for word in group))
    if groups and codes:
        yield [*groups, codes]
    if groups:
        yield groups
    for left in range(len(groups) - 1, -1, -1) if len(groups) > 1 else ():
        some = [*groups[:left], *groups[left + 1 :]]
        yield [*some, codes] if codes and len(some) == 1 else some
    if len(groups) > 3:
        yield from (list(pair) for pair in combinations(groups[:4], 2))


def _group(word: str, known: Mapping[str, int], spelt: Mapping[str, AbstractSet[str]]) -> tuple[str, ...]:
    return tuple(one for one in (word, *sorted(spelt.get(word, ()))) if one in known)


def _place(fit: Fit, name: StreetName) -> Place:
    number = _numbered(fit.number)
    street = f"{number} {name.name}" if name.country in NUMBER_FIRST else f"{name.name} {number}"
    nation = by_codes(name.country)
    areas = [area for area in areas_named(name.region) if area.country == name.country] if name.region else []
    return Place(
        id=f"address:{fit.key}:{fit.number}",
        name=", ".join(part for part in (street.strip(), name.place) if part),
        kind="address",
        region=areas[0].name if areas else name.region,
        region_short=areas[0].short if areas else name.region,
        country=nation.name if nation else name.country,
        country_code=name.country,
        lon=fit.lon,
        lat=fit.lat,
        people=0,
        code=name.postcode,
        sure=fit.sure,
        how=fit.how,
    )


def _numbered(label: str) -> str:
    """A label as people write it: ``12 bis``, ``12A``."""
    digits = len(label) - len(label.lstrip("0123456789"))
    rest = label[digits:]
    return f"{label[:digits]} {rest}" if len(rest) > 1 else label.upper()
