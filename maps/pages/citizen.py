"""The citizen's pages: the one box, and what a place belongs to, said in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from maps.locale.texts import Said, Texts, texts
from maps.pages.layout import PageFrame, render

Certainty = Literal["certain", "near", "depends", "likely"]
BRIDGE_SHARE = 0.0005
"""A unit with a smaller share of people affected is inside to connect others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit that a place lies in."""

    unit_id: str
    name: str
    layer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMatter:
    """A matter before the polity's assembly."""

    matter_id: str
    title: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A unit of the place, and how a polity's issue bites there.

    Attributes
    ----------
    share
        Share of its people who are affected; ``None`` where nobody lives.
    between
        Names of units that it connects, where it is inside for that.
    """

    name: str
    is_inside: bool
    affected: float
    people: float | None
    share: float | None
    between: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """A polity whose issue affects people of the place, which lies outside.

    Attributes
    ----------
    coverage
        Share of all affected that the polity holds without the place.
    proposed
        Version that is open to objections.
    """

    polity_id: str
    title: str
    question: str
    affected: float
    coverage: float
    parts: tuple[Part, ...]
    proposed: int | None = None
    open_until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A polity that the place belongs to, as facts.

    Attributes
    ----------
    question
        What its issue asks; empty where nobody wrote it down.
    parts
        Every unit of the place on the polity's layer, inside or not.
    border_m
        Distance to the polity's border; ``None`` where a unit was asked for, not a point.
    inside_units
        Names of those of the place's units that are inside, where not all are.
    inside_share
        Share of the unit's people who live inside, where it was carried to another layer.
    seats, rehearsed
        Delegates who sit; seats that a rehearsal filled with made-up people.
    draw_seats, eligible
        Seats of the last draw, and people who could have been drawn for them; 0 if none ever were.
    proposed, open_until
        Version that is open to objections, and until when.
    """

    polity_id: str
    title: str
    version: int
    since: str
    unit: str
    certainty: Certainty
    question: str = ""
    parts: tuple[Part, ...] = ()
    border_m: float | None = None
    inside_units: tuple[str, ...] = ()
    inside_share: float = 1.0
    seats: int = 0
    rehearsed: int = 0
    draw_seats: int = 0
    eligible: int = 0
    matters: tuple[OpenMatter, ...] = ()
    proposed: int | None = None
    open_until: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A version that would take the place in."""

    polity_id: str
    title: str
    version: int
    open_until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingLaw:
    """A law that binds at the place."""

    title: str
    since: str
    polity: str
    matter_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChoice:
    """A place that may have been meant; ``people`` is ``None`` where nobody counted them; ``sure`` is of addresses."""

    place_id: str
    name: str
    kind: str
    region: str
    country: str
    country_code: str
    people: int | None
    sure: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """What a place belongs to.

    Attributes
    ----------
    place
        Its name as a person would write it; empty for a point.
    read_as
        What was understood of a longer address: ``05680`` or ``Portland, ME``.
    note
        How a point was understood: ``swapped``, ``west``.
    units
        All units that it lies in; none for a point outside.
    near
        Polities whose issue affects people here, though the place lies outside them.
    nearest
        For a point outside: name of the nearest unit, and its distance in metres.
    is_unit
        Whether a unit was asked for, by its id.
    picture
        SVG; empty where there is none.
    choices
        Places that may have been meant; there is nothing else then.
    others
        Places of the same name, much smaller than the one that was taken.
    more
        How many more of either there are.
    is_near
        Whether nothing is spelt as it was typed, and the choices nearly so.
    how
        Of an address: how exact its point is: ``point``, ``range``, ``between``, ``street`` or ``geocoder``.
    """

    units: tuple[Unit, ...]
    memberships: tuple[Membership, ...]
    near: tuple[Nearby, ...] = ()
    place: str = ""
    read_as: str = ""
    note: str = ""
    nearest: tuple[str, float] | None = None
    is_unit: bool = False
    proposals: tuple[Proposed, ...] = ()
    laws: tuple[BindingLaw, ...] = ()
    picture: str = ""
    source: str = ""
    choices: tuple[PlaceChoice, ...] = ()
    others: tuple[PlaceChoice, ...] = ()
    more: int = 0
    is_near: bool = False
    how: str = ""


def lookup_page(chrome: PageFrame, *, wanted: str = "", error: Said | None = None) -> str:
    """Ask for a place; after a mistake, with the sentence that says what was wrong."""
    return render("lookup.jinja", chrome, wanted=wanted, error=error, places=())


def choices_page(chrome: PageFrame, answer: Belonging, *, wanted: str) -> str:
    """Ask which place is meant: each is a button, the largest first."""
    t = texts(chrome.language)
    return render(
        "lookup.jinja",
        chrome,
        wanted=wanted,
        error=None,
        asking=_asking(t, answer, wanted),
        places=[_choice(t, one) for one in answer.choices],
        narrow=_narrow(t, answer),
    )


def _asking(t: Texts, answer: Belonging, wanted: str) -> str:
    if any(one.sure is not None for one in answer.choices):
        return t("Several addresses fit {place:quoted}. Which one do you mean?", place=wanted)
    if answer.is_near:
        return t("No place is spelt {place:quoted}. Do you mean one of these?", place=wanted)
    return t("Several places are called {place:quoted}. Which one do you mean?", place=wanted)


def _narrow(t: Texts, answer: Belonging) -> str:
    if not answer.more:
        return ""
    return t.count(
        "1 more has this name. Add the region or the country to narrow it.",
        "{number} more have this name. Add the region or the country to narrow it.",
        answer.more,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """A place in words: its name, and what tells it from others of the name."""

    place_id: str
    name: str
    where: str


def _choice(t: Texts, one: PlaceChoice) -> _Choice:
    country = t.country(one.country_code, one.country)
    parts = [
        one.region if one.region not in {one.name, one.country, ""} else "",
        "" if one.kind == "country" else country,
    ]
    if one.kind in {"region", "country"}:
        parts = [*parts[1:], t("whole region") if one.kind == "region" else t("whole country")]
    if one.sure is not None:
        parts.append(t("fits to {share}", share=t.percent(one.sure, 0)))
    if one.people is not None:
        parts.append(t("{number} people", number=t.whole(one.people)))
    return _Choice(place_id=one.place_id, name=one.name, where=", ".join(part for part in parts if part))


def empty_question(language: str) -> Said:
    """The sentence for an empty question."""
    return Said(text=texts(language)("Type an address, a postcode, a place or coordinates first."), language=language)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    """One polity of the answer, in words."""

    polity_id: str
    title: str
    question: str
    colour: str
    why: list[str]
    sure: str
    is_near: bool
    since: str
    assembly: str
    matters: tuple[OpenMatter, ...]
    call: str
    objecting: str
    proposed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _NearCard:
    """A polity outside which the place lies, in words."""

    polity_id: str
    title: str
    question: str
    who: list[str]
    because: str
    until: str
    objecting: str
    proposed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A proposal or a law in one line."""

    polity_id: str
    matter_id: str
    title: str
    words: str


def belonging_page(chrome: PageFrame, answer: Belonging) -> str:
    """The page of what a place belongs to: the number first, then each polity, and a map beside the list."""
    t = texts(chrome.language)
    share = _share(answer)
    return render(
        "belonging.jinja",
        chrome,
        headline=_headline(t, answer),
        whereabouts=_whereabouts(t, answer),
        notes=_notes(t, answer),
        choices=answer.units if len(answer.units) > 1 else (),
        straddles=_straddles(t, answer),
        members=[_card(t, one) for one in answer.memberships],
        near=[_near_card(t, one) for one in answer.near],
        proposals=[_proposal(t, one) for one in answer.proposals],
        laws=[_law(t, one) for one in answer.laws],
        picture=answer.picture,
        caption=_caption(t, answer),
        others=[_choice(t, one) for one in answer.others],
        narrow=_narrow(t, answer),
        share=share,
        share_unit=answer.units[0].name if share else "",
        share_place=f"{answer.units[0].layer}:{answer.units[0].unit_id}" if share else "",
    )


def _headline(t: Texts, answer: Belonging) -> str:
    number = len(answer.memberships)
    if answer.is_unit and answer.units:
        place = answer.units[0].name
        return (
            t.count("{place} belongs to 1 polity.", "{place} belongs to {number} polities.", number, place=place)
            if number
            else t("{place} belongs to no polity yet.", place=place)
        )
    if not number:
        return t("You belong to no polity yet.")
    unsure = any(one.certainty == "depends" for one in answer.memberships)
    return (
        t.count("You may belong to 1 polity.", "You belong to up to {number} polities.", number)
        if unsure
        else t.count("You belong to 1 polity.", "You belong to {number} polities.", number)
    )


def _whereabouts(t: Texts, answer: Belonging) -> str:
    if not answer.units:
        return (
            t("{place} lies outside every unit we know.", place=answer.place)
            if answer.place
            else t("This point lies outside every unit we know.")
        )
    if answer.is_unit or len(answer.units) > 1:
        return ""
    unit = answer.units[0].name
    return (
        t("{place} is in {unit}.", place=answer.place, unit=unit)
        if answer.place
        else t("This place is in {unit}.", unit=unit)
    )


def _notes(t: Texts, answer: Belonging) -> list[str]:
    notes = _exactness(t, answer)
    if answer.read_as.isdigit():
        code = answer.read_as
        notes.append(t("We looked up the postcode {code} in what you wrote; streets are not known here.", code=code))
    elif answer.read_as:
        place = answer.read_as
        notes.append(t("We looked up the place {place} in what you wrote; streets are not known here.", place=place))
    if answer.note == "swapped":
        notes.append(t("You wrote the longitude first; we read it so, for no latitude is beyond 90."))
    if answer.note == "west":
        notes.append(t("We read the O as west (oeste, ouest)."))
    if answer.nearest is not None and not answer.units:
        name, metres = answer.nearest
        notes.append(
            t("The nearest is {name}, {distance} away.", name=name, distance=t.distance(metres))
            if answer.place
            else t(
                "The nearest is {name}, {distance} away. Did you swap latitude and longitude?",
                name=name,
                distance=t.distance(metres),
            )
        )
    return notes


def _exactness(t: Texts, answer: Belonging) -> list[str]:
    """How exact the point of an address is, where it is not the house's own."""
    if answer.how == "street":
        return [t("This house is not known here; this is the answer for the middle of its street.")]
    if answer.how in {"range", "between"}:
        return [t("The place of this house is reckoned from the numbers of its street, and good to some 50 metres.")]
    if answer.how == "geocoder":
        return [t("The address was found by the service named beside the box, which was sent it.")]
    if answer.note == "geocoder-away":
        return [t("The service that finds addresses gives no answer now; this is the answer for the postcode or town.")]
    return []


def _straddles(t: Texts, answer: Belonging) -> str:
    if len(answer.units) < 2:
        return ""
    number = len(answer.units)
    return t.count(
        "{place} lies in 1 {unit}.",
        "{place} lies in {number} {unit}. Choose yours for a certain answer:",
        number,
        place=answer.place,
        unit=t.units(answer.units[0].layer, number),
    )


def _card(t: Texts, one: Membership) -> _Card:
    return _Card(
        polity_id=one.polity_id,
        title=one.title,
        question=one.question,
        colour=one.colour,
        why=[part_words(t, part) for part in one.parts],
        sure=_sure(t, one),
        is_near=one.certainty == "near",
        since=t("{date}, in version {version} of the boundary", date=t.day(one.since), version=one.version),
        assembly=t.count("1 delegate, drawn by lot", "{number} delegates, drawn by lot", one.seats)
        if one.seats
        else t("Not drawn yet; a rehearsal has put made-up people on its seats")
        if one.rehearsed
        else t("Not drawn yet"),
        matters=one.matters,
        call=_call(t, one),
        objecting=_objecting(t, one),
        proposed=one.proposed,
    )


def part_words(t: Texts, part: Part) -> str:
    """How an issue bites in one unit of a place, in a sentence."""
    counts = {"number": t.people(part.affected), "of": t.people(part.people or 0)}
    if not part.is_inside:
        return (
            t("{unit} is outside; people affected there: {number} of {of}.", unit=part.name, **counts)
            if part.affected
            else t("{unit} is outside; nobody there is affected.", unit=part.name)
        )
    if part.share is None:
        return t("{unit} is inside its boundary.", unit=part.name)
    if part.share < BRIDGE_SHARE:
        return (
            t(
                "{unit} is a bridge between {between}; people affected in it: {number} of {of}.",
                unit=part.name,
                between=t.listed(part.between),
                **counts,
            )
            if part.between
            else t(
                "{unit} connects those who are affected; people affected in it: {number} of {of}.",
                unit=part.name,
                **counts,
            )
        )
    if part.share > 0.9995:
        return t("Everybody in {unit} is affected: {number} in all.", unit=part.name, **counts)
    share = t.percent(part.share, 0 if part.share >= 0.01 else 1)
    return t("{share} of the people in {unit} are affected: {number} of {of}.", unit=part.name, share=share, **counts)


def _near_card(t: Texts, one: Nearby) -> _NearCard:
    return _NearCard(
        polity_id=one.polity_id,
        title=one.title,
        question=one.question,
        who=[part_words(t, part) for part in one.parts if part.affected],
        because=outside_because(t, one.coverage),
        until=outside_until(t),
        objecting=_objecting(t, one),
        proposed=one.proposed,
    )


def outside_because(t: Texts, coverage: float) -> str:
    """Why places outside are left out though people there are affected."""
    return t(
        "It lies outside because the polity holds {share} of all people affected without it, and is smaller so.",
        share=t.percent(coverage),
    )


def outside_until(t: Texts) -> str:
    """What would take such a place in."""
    return t(
        "It would be taken in if more people here proved to be affected, or if a larger share had to be covered. "
        "Object to the next version, or raise a harm before the assembly."
    )


def _sure(t: Texts, one: Membership) -> str:
    if one.certainty == "depends":
        return t("It depends on where you live: yes in {units}.", units=t.listed(one.inside_units))
    if one.certainty == "likely":
        return t("Likely: {share} of the unit lies inside.", share=t.percent(one.inside_share, 0))
    if one.border_m is None:
        return t(
            "Certain: all of {unit} is inside.",
            unit=t.listed(part.name for part in one.parts if part.is_inside) or one.unit,
        )
    return t(
        "Near the border: it is {distance} away. A small error in your position could change this."
        if one.certainty == "near"
        else "Certain. The border is {distance} away.",
        distance=t.distance(one.border_m),
    )


def _call(t: Texts, one: Membership) -> str:
    if one.eligible and one.draw_seats:
        return t(
            "If you are a citizen of age: to sit in this assembly for up to six years. The last draw called 1 in "
            "{odds}.",
            odds=t.whole(max(one.eligible / one.draw_seats, 1)),
        )
    return t("If you are a citizen of age: to sit in this assembly, by lot, for up to six years.")


def _objecting(t: Texts, one: Membership | Nearby) -> str:
    if one.proposed is None:
        return t(
            "No change is proposed now. You can see how the boundary was made, and raise a harm before its assembly."
        )
    return t(
        "Version {version} is proposed. Anyone may object until {date}.",
        version=one.proposed,
        date=t.day(one.open_until),
    )


def _proposal(t: Texts, one: Proposed) -> _Line:
    words = t(
        "{title}, version {version}: open to objections until {date}",
        title=one.title,
        version=one.version,
        date=t.day(one.open_until),
    )
    return _Line(polity_id=one.polity_id, matter_id="", title=one.title, words=words)


def _law(t: Texts, one: BindingLaw) -> _Line:
    words = t("Since {date}, decided by the assembly of {polity}", date=t.day(one.since), polity=one.polity)
    return _Line(polity_id="", matter_id=one.matter_id, title=one.title, words=words)


def _caption(t: Texts, answer: Belonging) -> str:
    if not answer.picture:
        return ""
    return t(
        "The ring marks {unit}, not your address. Borders are simplified for drawing. {source}",
        unit=t.listed(unit.name for unit in answer.units),
        source=answer.source,
    )


def _share(answer: Belonging) -> str:
    if len(answer.units) != 1:
        return ""
    unit = answer.units[0]
    return f"/lookup?unit={unit.unit_id}&layer={unit.layer}"


def with_colours(memberships: Sequence[Membership], colours: Sequence[str]) -> tuple[Membership, ...]:
    """Give each polity the hue that the picture draws it in."""
    return tuple(replace(one, colour=colour) for one, colour in zip(memberships, colours, strict=True))
