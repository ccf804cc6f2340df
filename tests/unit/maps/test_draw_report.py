import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd

from geopolity.polity.profile import Line
from geopolity.sortition.bundle import Promise
from geopolity.sortition.likeness import Range
from geopolity.sortition.lot import draw, shares_of
from geopolity.sortition.randomness import rehearsed
from maps.locale.texts import texts
from maps.reports.draw import DrawPage, draw_report
from maps.reports.draw_account import AnswerLine, Drawn, account
from maps.reports.draw_panel import Panel, PanelLine
from maps.scenes.load import load_fills, load_map
from maps.scenes.palette import LAND, SEQUENTIAL
from tests.properties.sortition.worlds import people_of, stream_of
from tests.unit.maps.conftest import grid
from tests.unit.sortition.test_verifier import town

ENGLISH = texts("en")


def report(t=ENGLISH, **changes):
    world, chance = town(), rehearsed("7")
    shares = shares_of(world)
    promise = Promise(
        epoch="e-1", mode="sampled", rule=shares.rule, roll_root="0" * 64, digests={"a.csv": "f" * 64}, round=0
    )
    known = Drawn(
        electorate=world, shares=shares, draw=draw(world, shares, people_of(world), stream_of(1)), promise=promise,
        randomness=chance, **changes,
    )  # fmt: skip
    return world, account(known, t)


def test_an_account_says_seats_chances_and_quotas():
    world, said = report()
    assert f"{world.seats.sum()} delegates" in said.headline.replace("\N{NO-BREAK SPACE}", " ")
    assert [line.seats for line in said.assemblies] == world.seats.tolist()
    assert max(line.deviation for line in said.assemblies) <= 1e-8
    assert said.away < 1
    assert sum(line.delegates for line in said.strata) <= world.seats.sum()


def test_the_page_says_that_a_rehearsal_is_one_and_how_to_check():
    answers = (AnswerLine(attribute="sex", answer="<f>", has_quota=False, people=10, expected=1.5, delegates=2),)
    _, said = report(answers=answers)
    page = draw_report(DrawPage(account=said, epoch="e-1", randomness=rehearsed("7"), titles={}, picture="<svg></svg>"))
    assert "Rehearsal of a draw by lot" in page
    assert "verify_draw.py BUNDLE 7" in page
    assert "sex: &lt;f&gt;" in page
    assert said.digests[0][1] in page
    assert "http" not in page.replace("https://schema.org", "")


def test_counts_that_could_point_at_somebody_are_not_said():
    answers = (AnswerLine(attribute="sex", answer="f", has_quota=False, people=7, expected=1.5, delegates=2),)
    _, said = report(answers=answers)
    page = draw_report(DrawPage(account=said, epoch="e-1", randomness=rehearsed("7"), titles={}, picture=""))
    assert "<td>fewer than 10</td>" in page
    assert "<td>7</td>" not in page
    assert any("given as fewer than 10" in sentence for sentence in said.limits)


def test_the_page_tells_programs_what_was_drawn():
    _, said = report()
    page = draw_report(DrawPage(account=said, epoch="e-1", randomness=rehearsed("7"), titles={}, picture=""))
    linked = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert linked["identifier"] == said.digests[0][1]
    assert [one["value"] for one in linked["variableMeasured"]] == [line.seats for line in said.assemblies]


def test_loads_are_filled_by_class_and_what_is_impossible_is_hatched():
    fills = load_fills(np.array([np.nan, 0.01, 0.4, 1.0, 1.2]))
    assert fills.tolist() == [LAND, SEQUENTIAL[5][0], SEQUENTIAL[5][3], SEQUENTIAL[5][4], "left"]


def test_the_map_says_its_finding():
    counties = grid()
    ids = counties.units.index
    load = pd.Series(np.linspace(0, 0.6, len(ids)), index=ids)
    picture = load_map(counties, load)
    name = counties.units.loc[ids[-1], "name"]
    assert f"The largest load is 0.60, in {name}" in picture
    assert "Nobody is in the lot" in load_map(counties, load * np.nan)


def test_the_page_shows_an_assembly_beside_the_people():
    def among(kind, share):
        return Line(
            group="<Women>", kind=kind, place=kind, people=1.0, base=2.0, share=share, sampling=0.0, placing=0.0,
            low=share - 0.01, high=share + 0.01, ratio=1.0, ratio_low=1.0, ratio_high=1.0, quality="reliable", left_out=0.0,
        )  # fmt: skip

    women = PanelLine(
        group="<Women>", people=120, delegates=17, fair=Range(expected=15.2, low=11, high=19),
        inside=among("inside", 0.51), affected=among("affected", 0.3),
    )  # fmt: skip
    _, said = report()
    panel = Panel(polity="river", seats=30, lines=(women, replace(women, people=None, delegates=None, fair=None)))
    page = draw_report(
        DrawPage(account=said, epoch="e-1", randomness=rehearsed("7"), titles={}, picture="", panels=(panel,))
    )
    shown = page.partition("Assemblies beside the people")[2]
    assert "<bdi>&lt;Women&gt;</bdi>" in shown
    assert "<td>17</td><td>11–19" in shown
    assert "15.3<span" in shown
    assert "9.0<span" in shown
    assert shown.count("<td>not told</td>") == 2
