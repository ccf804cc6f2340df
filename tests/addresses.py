"""Made-up towns with addresses, and ways in which people write them: for tests and for the benchmark."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass

WORDS = [
    "Maple",
    "Oak",
    "Cedar",
    "Elm",
    "Walnut",
    "Chestnut",
    "Sycamore",
    "Willow",
    "Birch",
    "Spruce",
    "Magnolia",
    "Laurel",
    "Juniper",
    "Hawthorn",
    "Poplar",
    "Aspen",
    "Lincoln",
    "Jefferson",
    "Madison",
    "Monroe",
    "Jackson",
    "Harrison",
    "Taylor",
    "Grant",
    "Cleveland",
    "Roosevelt",
    "Franklin",
    "Adams",
    "Kennedy",
    "Hamilton",
    "River",
    "Lake",
    "Hill",
    "Valley",
    "Meadow",
    "Prairie",
    "Forest",
    "Spring",
    "Canyon",
    "Harbor",
    "Mill",
    "Church",
    "School",
    "Market",
    "Bridge",
    "Station",
    "Quarry",
    "Sunset",
    "Orchard",
    "Vineyard",
    "Falcon",
    "Heron",
    "Sparrow",
    "Pheasant",
    "Quail",
    "Otter",
    "Beaver",
    "Badger",
    "Coyote",
    "Mustang",
    "Buffalo",
    "Antelope",
    "Granite",
    "Copper",
    "Silver",
    "Amber",
    "Crystal",
    "Marble",
    "Slate",
    "Flint",
    "Clover",
    "Thistle",
    "Lavender",
    "Rosemary",
    "Primrose",
    "Bluebell",
    "Heather",
]
TYPES = {
    "Street": ("St", "St.", "street", "Str"),
    "Avenue": ("Ave", "Av", "Ave.", "avenue"),
    "Road": ("Rd", "Rd.", "road"),
    "Drive": ("Dr", "Dr.", "drive"),
    "Lane": ("Ln", "lane"),
    "Court": ("Ct", "court"),
    "Boulevard": ("Blvd", "Blvd.", "boulevard"),
    "Place": ("Pl", "place"),
    "Parkway": ("Pkwy", "parkway"),
    "Circle": ("Cir", "circle"),
}
TURNS = {"North": ("N", "N.", "north"), "South": ("S", "S.", "south"), "East": ("E", "E."), "West": ("W", "W.")}
TOWNS = (
    ("Ashford", "MO", "63990"),
    ("Saint Alban", "MO", "63991"),
    ("Fort Quincy", "IL", "62990"),
    ("Mount Verity", "IL", "62991"),
    ("Los Robles", "CA", "93990"),
    ("New Harmon", "IN", "47990"),
    ("Cape Lorne", "ME", "04990"),
    ("Brookhaven Falls", "NY", "12990"),
)
STATES = {"MO": "Missouri", "IL": "Illinois", "CA": "California", "IN": "Indiana", "ME": "Maine", "NY": "New York"}
FRENCH = [
    "Résistance",
    "Liberté",
    "Église",
    "Général-Leclerc",
    "Maréchal-Foch",
    "Émile-Zola",
    "Forêt",
    "Fontaine",
    "Étoile",
    "Tilleuls",
    "Prés",
    "Moulin",
]
FRENCH_TOWNS = (("Saint-Étienne-du-Lac", "38991"), ("Montrésor-les-Prés", "37992"), ("L'Épine-sur-Mer", "85993"))
FRENCH_TYPES = {"rue": ("rue", "Rue", "r."), "avenue": ("av.", "Avenue", "av"), "boulevard": ("bd", "Bd", "boulevard")}


@dataclass(frozen=True, kw_only=True)
class Point:
    """An address as a file has it, with the parts that it was made of."""

    number: str
    turn: str
    name: str
    kind: str
    town: str
    state: str
    code: str
    country: str
    lon: float
    lat: float

    @property
    def street(self) -> str:
        parts = (self.turn, self.name, self.kind) if self.country == "US" else (self.kind, self.name)
        return " ".join(part for part in parts if part)


def ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def points(count: int, seed: int = 1) -> list[Point]:
    """Addresses of different streets and towns; each number stands once in its street."""
    chance = random.Random(seed)
    found: dict[tuple[str, ...], Point] = {}
    while len(found) < count:
        one = _french(chance) if chance.random() < 0.2 else _american(chance)
        found.setdefault((one.number.lower(), one.street, one.town), one)
    return list(found.values())


def _american(chance: random.Random) -> Point:
    town, state, code = chance.choice(TOWNS)
    kind = chance.random()
    name = ordinal(chance.randint(1, 40)) if kind < 0.2 else chance.choice(WORDS)
    name = f"{name} {chance.choice(WORDS)}" if kind > 0.8 else name
    return Point(
        number=f"{chance.randint(1, 9999)}{chance.choice('ABC') if chance.random() < 0.03 else ''}",
        turn=chance.choice(list(TURNS)) if chance.random() < 0.35 else "",
        name=name,
        kind=chance.choice(list(TYPES)),
        town=town,
        state=state,
        code=code,
        country="US",
        lon=round(chance.uniform(-95, -85), 6),
        lat=round(chance.uniform(37, 43), 6),
    )


def _french(chance: random.Random) -> Point:
    town, code = chance.choice(FRENCH_TOWNS)
    linked = chance.choice(("de la", "du", "des", ""))
    return Point(
        number=f"{chance.randint(1, 180)}{' bis' if chance.random() < 0.06 else ''}",
        turn="",
        name=f"{linked} {chance.choice(FRENCH)}".strip(),
        kind=chance.choice(list(FRENCH_TYPES)),
        town=town,
        state="",
        code=code,
        country="FR",
        lon=round(chance.uniform(-1, 6), 6),
        lat=round(chance.uniform(44, 49), 6),
    )


def spelling(one: Point, chance: random.Random) -> str:
    """One way in which somebody may write an address: short forms, parts left out, apartments, accents, case."""
    text = _written_french(one, chance) if one.country == "FR" else _written_american(one, chance)
    style = chance.random()
    return text.upper() if style < 0.15 else text.lower() if style < 0.35 else text


def _written_american(one: Point, chance: random.Random) -> str:
    turn = chance.choice((one.turn, *TURNS[one.turn])) if one.turn else ""
    kind = chance.choice((one.kind, *TYPES[one.kind]))
    name = one.name
    if name[0].isdigit() and chance.random() < 0.3:
        name = {"1st": "First", "2nd": "Second", "3rd": "Third", "5th": "Fifth", "22nd": "Twenty-second"}.get(
            name, name
        )
    street = f"{one.number} {turn} {name} {kind}".replace("  ", " ")
    flat = chance.choice(("", "", "", " Apt 4B", ", Apt. 12", " #7", ", Unit 3", " Ste 200", ", 2nd Floor"))
    state = chance.choice((one.state, one.state, STATES[one.state]))
    ends = (
        f", {one.town}, {state} {one.code}",
        f", {one.town}, {state}",
        f" {one.town} {one.state} {one.code}",
        f", {one.town} {one.code}",
        f", {one.code}",
        f", {one.town}",
        f", {one.town}, {state} {one.code}-1234",
        f", {one.town}, {state} {one.code}, USA",
    )
    end = chance.choice(ends)
    if chance.random() < 0.5:
        end = end.replace("Saint ", "St. ").replace("Fort ", "Ft ").replace("Mount ", "Mt. ")
    return f"{street}{flat}{end}"


def _written_french(one: Point, chance: random.Random) -> str:
    plain = str.maketrans("éèêàôÉÈ", "eeeaoEE")
    name, town = one.name, one.town
    if chance.random() < 0.4:
        name, town = name.translate(plain), town.translate(plain)
    if chance.random() < 0.3:
        town = town.replace("Saint-", "St ").replace("-", " ")
    name = name.replace("Général", chance.choice(("Général", "Gal", "gén."))) if "Gén" in name else name
    number = one.number.replace(" bis", chance.choice((" bis", "bis", " Bis")))
    kind = chance.choice((one.kind, *FRENCH_TYPES[one.kind]))
    comma = chance.choice((", ", " "))
    ends = (f", {one.code} {town}", f" {one.code} {town}", f", {town}", f", {one.code} {town}, France")
    flat = chance.choice(("", "", "", ", appt 12", ", bâtiment B"))
    return f"{number}{comma}{kind} {name}{flat}{chance.choice(ends)}"


def write_csv(rows: list[Point], path) -> None:
    """A plain table of addresses."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["housenumber", "street", "city", "state", "postcode", "country", "lon", "lat"])
        for one in rows:
            writer.writerow(
                [one.number, one.street, one.town, one.state, one.code, one.country, f"{one.lon:.6f}", f"{one.lat:.6f}"]
            )
