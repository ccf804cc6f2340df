"""A drawn assembly beside the people of its polity and those affected, and nobody found in it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from geopolity.publiclog.disclosure import LEAST
from maps.locale.texts import texts
from maps.reports.draw_panel import panel_notes, panel_rows
from services.assemblies import draws
from services.assemblies.pictures.answers import answers_of
from services.assemblies.pictures.page import draw_page
from services.assemblies.pictures.panels import panels_of
from services.assemblies.planning import LotRequest
from services.storage.people.lot import active_polities
from services.storage.tables import PolityFileRow
from tests.contract.lottery import MOMENT, register

WORDS = texts("en")


def line(group, kind, share):
    numbers = {"people": 10.0, "base": 100.0, "sampling": 0.01, "placing": 0.0, "left_out": 0.0}
    ratio = {"ratio": None, "ratio_low": None, "ratio_high": None}
    return {"group": group, "kind": kind, "place": kind, "share": share, "low": share - 0.01, "high": share + 0.01,
            "quality": "reliable"} | numbers | ratio  # fmt: skip


def profiled(store, issue, **shares):
    """Give an active polity the profile of an issue, with a share in the polity and one among the affected."""
    lines = [
        line(name, kind, one)
        for name, two in shares.items()
        for kind, one in zip(("inside", "affected"), two, strict=True)
    ]
    content = json.dumps({"issue": issue, "reference": "everywhere", "lines": lines, "medians": []}).encode()
    with store.writing() as session:
        row = next(row for row in active_polities(session, MOMENT) if row.issue == issue)
        session.add(PolityFileRow(polity=row.key, name="profile.json", content=content))


def panels(store, held):
    with store.reading() as session:
        return panels_of(session, held, answers_of(session, held), active_polities(session, MOMENT))


@pytest.fixture
def held(people, clock, tmp_path):
    profiled(people, "town", F=(0.5, 0.3), M=(0.5, 0.7), Children=(0.2, 0.2))
    return draws.rehearse_assemblies("7", tmp_path / "bundle", LotRequest(seats=40), people)


def test_delegates_stand_beside_the_polity_and_the_affected_in_the_words_of_the_roll(people, held):
    (panel,) = panels(people, held)
    assert (panel.polity, panel.seats, [one.group for one in panel.lines]) == ("town", 40, ["F", "M"])
    seats = {call.pseudonym for call in held.draw.calls if call.kind == "delegate" and call.polity == "town"}
    assert sum(one.delegates for one in panel.lines) == len(seats) == 40
    assert sum(one.people for one in panel.lines) == 300
    for one in panel.lines:
        assert one.fair.expected == pytest.approx(20, abs=1e-6)
        assert (
            8 < one.fair.low < 20 < one.fair.high < 32
        )  # one lot in ten falls outside, and this one is another each time
    women = panel_rows(panel, WORDS)[0]
    assert (women["inside"], women["affected"]) == ("20.0", "12.0")
    assert women["inside_share"] == "50.0% (49.0%–51.0%)"
    assert len(panel_notes((panel,), WORDS)) == 1


def test_the_report_of_the_draw_shows_them(people, held):
    with people.reading() as session:
        page = draw_page(session, held, people.home)
    shown = page.partition("Assemblies beside the people")[2]
    assert "Town" in shown.partition("</table>")[0]
    assert "50.0% (49.0%–51.0%)" in shown


def test_people_of_the_lot_who_are_unlike_the_polity_s_are_named(people, clock, tmp_path):
    profiled(people, "town", F=(0.9, 0.9))
    held = draws.rehearse_assemblies("7", tmp_path / "bundle", LotRequest(seats=40), people)
    assert "unlike the people of their polity in F." in panel_notes(panels(people, held), WORDS)[-1]


def test_a_few_are_not_told_nor_found_by_subtraction(people, clock, tmp_path):
    with people.writing() as session:
        register(session, {"02": 4}, is_synthetic=True)
    profiled(people, "town", F=(0.5, 0.5), M=(0.5, 0.5))
    held = draws.rehearse_assemblies("7", tmp_path / "bundle", LotRequest(seats=12), people)
    (panel,) = panels(people, held)
    told = np.array([[one.people, one.delegates, one.fair] for one in panel.lines], dtype=object)
    assert (told == None).all()  # noqa: E711 - of each cell
    assert {row["delegates"] for row in panel_rows(panel, WORDS)} == {"not told"}
    assert f"fewer than {LEAST}" in panel_notes((panel,), WORDS)[1]


def test_a_polity_without_a_profile_has_no_panel(people, clock, tmp_path):
    held = draws.rehearse_assemblies("7", tmp_path / "bundle", LotRequest(seats=12), people)
    assert panels(people, held) == ()
