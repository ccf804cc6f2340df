"""The analyst's next questions on real counties: what constraints cost, what could be exchanged, who is affected.

Constraints and alternatives are asked of the sample issues on the project's own layer of counties. Groups of people come
from the shared layer where ``GEOPOLITY_SHARED`` names it, else from the counts of another year.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np

from geopolity.affected.footprint import Radius
from geopolity.identifiers import IssueName
from geopolity.polity.bridges import bridges_of
from geopolity.polity.conditions import Conditions
from geopolity.region import prove
from services.bootstrap import bootstrap
from services.derivation.alternatives import Question, alternatives
from services.derivation.derive import Derived, derive, layer_of
from services.derivation.folder import Pictures, write_folder
from services.derivation.layers import Columns, build
from services.derivation.many import derive_many, issue_files
from services.derivation.profiled import who, who_of
from services.derivation.requests.request import Request, request_of
from services.derivation.shapes import border_km
from services.derivation.terrain_cache import terrain_of
from services.verifiers import check_bound

ISSUES = (
    *("hurricane-relief", "east-coast-fishing-rights", "mississippi-water-quality"),
    *("ogallala-aquifer", "smelter-emissions"),
)
IN_PIECES = (("smelter-emissions", 3), ("east-coast-fishing-rights", 8))
"""As the sample issues say."""
MANY, BANDS_KM = 200, (1.0, 3.0, 10.0, 50.0)
MOBILE, MIAMI, ORLEANS = "01097", "12086", "22071"
CONSTRAINTS = (
    ("none", Conditions()),
    ("Mobile outside", Conditions(must_not=(MOBILE,))),
    ("Miami and New Orleans inside", Conditions(must=(MIAMI, ORLEANS))),
    ("whole states", Conditions(keep_together="parent")),
    ("Mobile – Baldwin cut", Conditions(cut=((MOBILE, "01003"),))),
    ("at most 109 units", Conditions(at_most_units=109)),
    ("at most 15.3 million residents", Conditions(at_most_population=15.3e6)),
)


def run() -> str:
    """Return every figure as Markdown."""
    return "\n\n".join(part() for part in PARTS.values())


def _shapes(home: Path) -> str:
    """Rounder at some weights, and in pieces: what is gained, the gap, and what the published proof shows of it."""
    rows = []
    for name, request, wishes in _shaped(home):
        free = derive(request, home).derivation
        for wish in wishes:
            asked = replace(request, issue=replace(request.issue, **wish))
            seconds, made = _timed(lambda asked=asked: derive(asked, home))
            found = made.derivation
            with tempfile.TemporaryDirectory() as place:
                region = prove(found.problem, found.region, border=found.border)
                write_folder(Path(place) / "folder", replace(found, region=region), Pictures())
                checking, bound = _timed(lambda place=place: check_bound.proven_bound(Path(place) / "folder"))
            certificate = found.certificate
            rows.append(
                (
                    name,
                    ", ".join(f"{key} {value:g}" for key, value in wish.items()),
                    f"{found.area_km2 / free.area_km2 - 1:+.1%}",
                    f"{border_km(found) / border_km(free) - 1:+.0%}",
                    f"{certificate.gap:.2%}",
                    f"{certificate.cost / bound - 1:.2%}",
                    f"{seconds:.1f}",
                    f"{checking:.1f}",
                )
            )
    head = ("issue", "shape", "area", "border", "gap", "proven gap", "s", "s to check")
    return _table("Rounder, and in pieces", head, rows)


def _shaped(home: Path) -> list[tuple[str, Request, list[dict[str, Any]]]]:
    counties = [
        ("hurricane-relief", [{"compactness": 5.0}, {"compactness": 15.0}]),
        ("mississippi-water-quality", [{"compactness": 10.0}, {"pieces": 2}]),
        ("smelter-emissions", [{"compactness": 20.0}, {"pieces": 2}, {"pieces": 3}]),
    ]
    found = [(name, _asked(home, name), wishes) for name, wishes in counties]
    communes = Path(os.environ.get("GEOPOLITY_SHARED", "none")) / "layers/fr_communes_2021/fr_communes_2021.parquet"
    if communes.exists():
        paris = Radius(
            points=gpd.GeoSeries(gpd.points_from_xy([2.35], [48.85]), crs=4326), distance_km=120.0, decay="gaussian"
        )
        issue = replace(_asked(home, "smelter-emissions").issue, name=IssueName("paris"), footprint=paris)
        wishes = [{"compactness": 2.0}, {"compactness": 5.0}]
        columns = Columns(id_column="COM")
        found.append(("Paris, 34,955 communes", Request(issue=issue, layers=(str(communes),), columns=columns), wishes))
    return found


def _constraints(home: Path) -> str:
    free = _derived(home, "hurricane-relief").derivation.certificate.cost
    rows = []
    for name, conditions in CONSTRAINTS:
        seconds, made = _timed(lambda conditions=conditions: _derived(home, "hurricane-relief", conditions))
        derivation = made.derivation
        region = prove(derivation.problem, derivation.region)
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "folder"
            write_folder(folder, replace(derivation, region=region), Pictures())
            checking, bound = _timed(lambda folder=folder: check_bound.proven_bound(folder))
        found = region.certificate
        larger, gap, proven = found.cost / free - 1, found.gap, found.cost / bound - 1
        rows.append(
            (name, found.units, f"{larger:.2%}", f"{gap:.3%}", f"{proven:.3%}", f"{seconds:.1f}", f"{checking:.1f}")
        )
    head = ("hurricane relief, 3,142 counties", "units", "larger by", "gap", "proven gap", "s", "s to check")
    return _table("Constraints", head, rows)


def _pieces(home: Path) -> str:
    """A sea's shores in pieces, on the layer of the world's places, as a first job is derived."""
    asked = _asked(home, "mediterranean-fishing", pieces=3)
    build(asked.layer_names, home)
    layer = layer_of(asked, home)
    terrain_of(layer, home)
    rows = []
    for pieces in (1, 3):
        request = replace(asked, effort="interactive", issue=replace(asked.issue, pieces=pieces))
        seconds, made = _timed(lambda request=request: derive(request, home))
        found = made.derivation
        held = found.certificate
        rows.append(
            (
                f"{len(layer):,}",
                pieces,
                f"{held.units:,}",
                f"{found.area_km2:,.0f}",
                f"{held.gap:.2%}",
                f"{seconds:.1f}",
            )
        )
    head = ("western Mediterranean, interactive: places", "pieces at most", "units", "km²", "gap", "s")
    return _table("In pieces on the world's places", head, rows)


def _alternatives(home: Path) -> str:
    rows = []
    for name, pieces in [*((name, 1) for name in ISSUES), *IN_PIECES]:
        derivation = derive(
            _asked(home, name, pieces=pieces), home, proven=pieces > 1
        ).derivation  # says what a piece costs
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "folder"
            write_folder(folder, derivation, Pictures())
            seconds, answer = _timed(lambda folder=folder: alternatives(folder, Question()))
        counts = answer.counts()
        rows.append(
            (
                name if pieces == 1 else f"{name} in {pieces} pieces",
                derivation.certificate.units,
                *(f"{counts[kind]:,}" for kind in counts),
                len(answer.alternatives),
                f"{seconds:.1f}",
            )
        )
    head = (
        "within 1 %",
        "units",
        "irreplaceable",
        "exchangeable",
        "open",
        "never in",
        "regions as good",
        "s (goal 20)",
    )
    return _table("Indispensability of all units, and ten other regions", head, rows)


def _profiles(home: Path) -> str:
    rows: list[tuple[Any, ...]] = []
    with tempfile.TemporaryDirectory() as place:
        groups = _groups(Path(place))
        for name in ("hurricane-relief", "east-coast-fishing-rights"):
            folder = Path(place) / name
            write_folder(folder, _derived(home, name).derivation, Pictures())
            seconds, found = _timed(lambda folder=folder: who(folder, groups, home))
            shown = {(line.group, line.kind): line for line in found.lines}
            for (group, kind), line in shown.items():
                if kind == "affected":
                    everywhere = shown[group, "everywhere"]
                    ratio = f"{line.ratio:.2f} ({line.ratio_low:.2f}–{line.ratio_high:.2f})"
                    rows.append((name, group, f"{line.share:.1%}", f"{everywhere.share:.1%}", ratio, f"{seconds:.2f}"))
    return _table("Who is affected", ("issue", "group", "of the affected", "everywhere", "ratio, 90 %", "s"), rows)


def _bands(home: Path) -> str:
    """Groups by distance from where an issue starts: the bands of every unit sum to all of it."""
    rows: list[tuple[Any, ...]] = []
    with tempfile.TemporaryDirectory() as place:
        groups = _groups(Path(place))
        for name in ISSUES:
            derivation = _derived(home, name).derivation
            seconds, found = _timed(lambda derivation=derivation: who_of(derivation, groups, BANDS_KM))
            first = found.lines[0].group
            share = {line.place: line.share for line in found.lines if (line.kind, line.group) == ("band", first)}
            lost = sum(band.people for band in found.bands) - derivation.layer.population
            for band in found.bands:
                line = (name, band.name, f"{band.people:,.0f}", f"{band.affected:,.0f}", f"{share[band.name]:.1%}")
                rows.append((*line, f"{abs(lost):.6f}", f"{seconds:.1f}"))
    head = ("issue", "km away", "people", "affected", f"first group ({first})", "people lost (goal 0)", "s")
    return _table("By distance from where the issue starts", head, rows)


def _bridges(home: Path) -> str:
    """What a price of bridges changes."""
    rows: list[tuple[Any, ...]] = []
    for name in ("smelter-emissions", "east-coast-fishing-rights"):
        for price in (0.0, 20.0, 100.0):
            request = _asked(home, name, bridge_km=price)
            seconds, made = _timed(lambda request=request: derive(request, home, proven=True))
            found, bridges = made.derivation, bridges_of(made.derivation.units)
            size = (f"{found.area_km2:,.0f}", f"{found.population:,.0f}", bridges.units, f"{bridges.people:,.0f}")
            rows.append((name, f"{price:g}", *size, f"{found.certificate.gap:.3%}", f"{seconds:.1f}"))
    head = ("issue", "km² a km of bridge", "km²", "people", "bridges", "people in them", "gap", "s, proof too")
    return _table("Bridges priced", head, rows)


def _many(home: Path) -> str:
    rng, rows = np.random.default_rng(16), []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "issues"
        folder.mkdir()
        for number in range(MANY):
            points = np.column_stack([rng.uniform(-120, -75, 2), rng.uniform(30, 47, 2)]).round(3).tolist()
            near = f"points = {points}\ndistance_km = {rng.integers(40, 120)}"
            (folder / f"{number:03d}.toml").write_text(f'[footprint]\nkind = "radius"\n{near}\n')
        asked = [(file, request_of(home, issue=str(file))) for file in issue_files(folder)]
        for workers in (1, 2):
            out = Path(place) / f"out{workers}"
            seconds, _ = _timed(lambda out=out, workers=workers: derive_many(asked, out, home, workers=workers))
            again, _ = _timed(lambda out=out, workers=workers: derive_many(asked, out, home, workers=workers))
            rows.append((MANY, workers, f"{seconds:.1f}", f"{1000 * seconds / MANY / 60:.1f}", f"{again:.2f}"))
    head = ("county issues", "processes", "s", "min for 1,000 (goal 5)", "s when all are done")
    return _table("Many issues at once", head, rows)


def _groups(place: Path) -> Path:
    file = place / "groups.toml"
    shared = Path(os.environ.get("GEOPOLITY_SHARED", "none")) / "layers/us_counties_2016/us_counties_2016.parquet"
    if not shared.exists():
        file.write_text('[[group]]\nname = "Residents of 2016"\ncount = "population_2016"\n')
        return file
    columns = ["GEOID", "acs17_Women", "acs17_TotalPop", "acs17_Black", "acs17_Construction", "acs17_Employed"]
    gpd.read_parquet(shared)[columns].to_csv(place / "acs.csv", index=False)
    group = '[[group]]\nname = "{}"\n{} = "{}"\nbase = "{}"\n'
    file.write_text(
        'table = "acs.csv"\nid_column = "GEOID"\n'
        + group.format("women", "count", "acs17_Women", "acs17_TotalPop")
        + group.format("Black", "share", "acs17_Black", "acs17_TotalPop")
        + group.format("in construction, fishing and the like", "share", "acs17_Construction", "acs17_Employed")
    )
    return file


def _derived(home: Path, name: str, conditions: Conditions | None = None) -> Derived:
    changes = {} if conditions is None else {"conditions": {k: getattr(conditions, k) for k in Conditions.__slots__}}
    return derive(_asked(home, name, **changes), home)


def _asked(home: Path, name: str, **changes: Any) -> Request:
    """A sample issue, in one piece whatever its file says."""
    return request_of(home, issue=name, changes={"pieces": 1} | changes)


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = act()
    return time.perf_counter() - start, found


def _table(title: str, head: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    lines = [tuple(head), tuple("---" for _ in head), *rows]
    return f"### {title}\n\n" + "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _at_home(part: Callable[[Path], str]) -> str:
    return part(bootstrap().store.home)


PARTS: dict[str, Callable[[], str]] = {
    "constraints": partial(_at_home, _constraints),
    "shapes": partial(_at_home, _shapes),
    "pieces": partial(_at_home, _pieces),
    "bridges": partial(_at_home, _bridges),
    "alternatives": partial(_at_home, _alternatives),
    "profiles": partial(_at_home, _profiles),
    "bands": partial(_at_home, _bands),
    "many": partial(_at_home, _many),
}
