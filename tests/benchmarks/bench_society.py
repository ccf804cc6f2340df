"""A simulated society: who has a say, how long thirty years take, and how many issue domains can be carried."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

from boundaries.issues import open_issue
from boundaries.society import open_parameters
from geopolity.polity.derivation import derive_polity
from geopolity.society import breaking_points, constituencies
from geopolity.society.steady import steady
from services.demo.sample_issues import sample_issues
from services.derivation.open_layers import warm_layer
from services.derivation.terrain_cache import terrain_of
from services.settings import read_settings
from services.society.frontier import frontier_table, losing
from services.society.polities import BATCH, Family, family_table
from services.society.run import LAYER, unit_table, world_of
from tests.benchmarks.timing import once

SEED = 2027
FAMILIES = (6, 60, 600, 6_000)
YEARS = 30


def run() -> str:
    """All parts, one after the other."""
    return "\n\n".join(part() for part in PARTS.values())


def _say() -> str:
    """Exclusion and over-inclusion of the sample issues, and the medians of 600 generated ones."""
    home = read_settings().home
    layer = warm_layer(LAYER, home)
    rows = []
    for name in sample_issues():
        issue = open_issue(name)
        if issue.layer != LAYER or issue.affects_everyone:
            continue
        found = {one.name: one for one in constituencies(derive_polity(issue, layer, terrain=terrain_of(layer, home)))}
        rows.append(f"| {name} | {found['state'].label} | {' | '.join(_shares(found.get(one)) for one in SHOWN)} |")
    frontier = frontier_table({0.9: _table(600)})  # type: ignore[dict-item]  # a level like any other
    middle = frontier.groupby("constituency")[["exclusion", "over_inclusion"]].median()
    cells = [
        f"{100 * middle.loc[one, 'exclusion']:.1f} / {100 * middle.loc[one, 'over_inclusion']:.1f}" for one in SHOWN
    ]
    rows.append(f"| median of 600 generated | – | {' | '.join(cells)} |")
    worse = losing(frontier)
    return "\n".join(
        [
            "### Who has a say",
            "",
            "Affected people outside ÷ affected / members not affected ÷ members, in per cent, at a coverage of 90 %.",
            "",
            "| issue | best state | polity | that state | fewest whole states | counties touched | nation |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
            f"Of the 600, the polity is the worse line in {len(worse)}: a state leaves out no more and takes in no more.",
        ]
    )


SHOWN = ("polity", "state", "states", "touched", "nation")


def _shares(one: object) -> str:
    if one is None:
        return "–"
    said = one.say  # type: ignore[attr-defined]
    return f"{100 * said.exclusion.value:.1f} / {100 * said.over_inclusion.value:.1f}"


def _life() -> str:
    """Thirty years with 60 issues from the cache, in a process of its own."""
    derived_in, table = once(lambda: _table(60))
    code = f"from tests.benchmarks.bench_society import life; life({YEARS})"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": "."}
    )
    found = json.loads(done.stdout.splitlines()[-1])
    return "\n".join(
        [
            "### Thirty years",
            "",
            "| what | found | goal |",
            "|---|---|---|",
            f"| 60 issues on 3,142 counties, derived (or opened from the cache), s | {derived_in:.1f} |  |",
            f"| largest gap among them | {100 * table['gap'].max():.2f} % | stated |",
            f"| 328 million people, 60 issues, {YEARS} years from the cache, s | {found['seconds']:.0f} | ≤ 300 |",
            f"| of it processor seconds | {found['cpu']:.0f} |  |",
            f"| memory, GB | {found['memory']:.2f} | ≤ 4 |",
            f"| boundaries derived anew | {found['rederived']:.0f} |  |",
        ]
    )


def life(years: int) -> None:
    """Live from the cache, and print what it took as JSON."""
    from geopolity.society import lived
    from services.society.polities import rederiver

    home = read_settings().home
    start = time.perf_counter()
    family = Family(layer=LAYER, count=60, seed=SEED)
    world = world_of(unit_table(warm_layer(LAYER, home).units), family_table(family, home, workers=1))
    rederived = 0.0
    for year in lived(world, open_parameters(), years=years, seed=SEED, rederive=rederiver(family, home)):
        rederived += year.figure("rederived")
    usage = resource.getrusage(resource.RUSAGE_SELF)
    took = {"seconds": time.perf_counter() - start, "cpu": usage.ru_utime + usage.ru_stime}
    print(json.dumps(took | {"memory": usage.ru_maxrss / 1e6, "rederived": rederived}))


def _stable() -> str:
    """What moving boundaries change, near the old ones and without regard to them, as people move by chance or not."""
    rows = []
    for moved in (None, 0.0):
        for is_gentle in (True, False):
            found = changes(YEARS, moved=moved, is_gentle=is_gentle)
            people = "grow, and move by chance" if moved is None else "grow only"
            way = "near the old boundary" if is_gentle else "anew"
            rows.append(
                f"| {people} | {way} | {found['rederived']:.0f} | {100 * found['moved'] / found['people']:.2f} | "
                f"{found['ended'] / YEARS:.2f} |"
            )
    return "\n".join(
        [
            "### Stability",
            "",
            f"60 issues over {YEARS} years; people of all years added up, so that who is touched twice counts twice.",
            "",
            "| people | boundaries are derived | so often | people in units that change sides, % a year | seats ended by it a year |",
            "|---|---|---:|---:|---:|",
            *rows,
        ]
    )


def changes(years: int, *, moved: float | None, is_gentle: bool) -> dict[str, float]:
    """Sums over the years of what moving boundaries changed; ``moved`` replaces how much people move by chance."""
    from geopolity.society import lived
    from services.society.polities import rederiver

    home = read_settings().home
    family, given = Family(layer=LAYER, count=60, seed=SEED), open_parameters()
    if moved is not None:
        given = given.turned("moved", moved)
    world = world_of(unit_table(warm_layer(LAYER, home).units), family_table(family, home, workers=1))
    sums = dict.fromkeys(("rederived", "moved", "ended", "people"), 0.0)
    for year in lived(world, given, years=years, seed=SEED, rederive=rederiver(family, home, is_gentle=is_gentle)):
        sums = {name: value + year.figure(name) for name, value in sums.items()}
    return sums


def _breaking() -> str:
    """At how many domains each limit breaks, and what each family asks; families derived before are opened."""
    home = read_settings().home
    largest = max(count for count in FAMILIES if count <= 600 or _is_there(count, home))
    took, table = once(lambda: _table(largest))
    world = world_of(unit_table(warm_layer(LAYER, home).units), table)
    given = open_parameters()
    rows = []
    for count in (count for count in FAMILIES if count <= largest):
        part = world.with_polities([one for one in world.polities if one.number < count])
        found = steady(part, given)
        rows.append(
            f"| {count:,} | {found.load:.3f} | {100 * found.called:.4f} | {100 * found.serving:.4f} | "
            f"{found.session_days:.1f} | {found.person_days:,.0f} | {found.cost / 1e6:,.1f} |"
        )
    limits = [
        f"| {one.limit} | {'holds from' if one.eases else 'breaks at'} | {'–' if one.domains is None else f'{one.domains:,}'} | "
        f"{one.figure:.3g} / {one.most:.3g} | {' '.join(one.where)[:60]} |"
        for one in breaking_points(world, given)
    ]
    failed = int((table["failed"] != "").sum())
    return "\n".join(
        [
            "### The breaking point",
            "",
            f"The first {largest:,} issues of seed {SEED} ({failed} of them have no connected polity), opened in {took:.0f} s.",
            "",
            "| domains | largest load | called a year, % of adults | sitting, % | busiest assembly, days | person-days a year | million EUR |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
            "| limit |  | domains | figure / allowed | where |",
            "|---|---|---|---|---|",
            *limits,
        ]
    )


def _is_there(count: int, home: Path) -> bool:
    """Whether a family was derived before: the largest takes half an hour."""
    folders = (home / "cache" / "society").glob("*")
    return bool(os.environ.get("GEOPOLITY_BENCH_LONG")) or any(
        len(list(folder.glob("?????.parquet"))) * BATCH >= count for folder in folders
    )


def _table(count: int) -> pd.DataFrame:
    return family_table(Family(layer=LAYER, count=count, seed=SEED), read_settings().home, workers=2)


PARTS = {"say": _say, "life": _life, "stable": _stable, "breaking": _breaking}
