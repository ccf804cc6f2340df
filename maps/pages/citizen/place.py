"""What the page says of the place itself: how many polities, where it is, and how it was understood."""

from __future__ import annotations

from maps.locale.texts import Texts
from maps.pages.citizen.answer import Belonging


def headline(t: Texts, answer: Belonging) -> str:
    """How many polities the place belongs to."""
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


def whereabouts(t: Texts, answer: Belonging) -> str:
    """The unit that it lies in; empty where it lies in several."""
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


def notes_on(t: Texts, answer: Belonging) -> list[str]:
    """How the question was understood, where that is not plain."""
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


def straddles(t: Texts, answer: Belonging) -> str:
    """The units of a place that lies in more than one."""
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


def caption(t: Texts, answer: Belonging) -> str:
    """What the picture shows, and where its borders are from."""
    if not answer.picture:
        return ""
    return t(
        "The ring marks {unit}, not your address. Borders are simplified for drawing. {source}",
        unit=t.listed(unit.name for unit in answer.units),
        source=answer.source,
    )
