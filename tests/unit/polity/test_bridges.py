"""Units that are inside only to connect: counted, told, warned of, written into the certificate and checked there."""

import json

import pandas as pd
import pytest

from geopolity.affected.footprint import Units
from geopolity.polity.bridges import bridges_of
from geopolity.polity.derivation import derive_polity
from geopolity.polity.issue import Issue
from maps import polity_map
from maps.locale.figures import FIXED as THIN
from maps.reports.findings import findings
from maps.scenes.polity import bridge_outline
from maps.scenes.view import drawn_closely
from services.derivation.audit.bridges import bridges_hold, bridges_record
from services.derivation.audit.evidence import VerificationFailed
from services.derivation.summary import summary, warnings_of


def table(population, affected, inside):
    return pd.DataFrame({"population": population, "affected": affected, "inside": inside})


def test_a_bridge_has_people_and_hardly_anybody_affected():
    found = bridges_of(table([100.0, 5_000.0, 0.0, 70.0], [100.0, 2.0, 0.0, 0.0], [True, True, True, False]))
    assert (found.units, found.people, found.affected, found.affected_inside) == (1, 5_000.0, 2.0, 102.0)


def test_bridges_that_hold_more_people_than_are_affected_are_warned_of():
    heavy = bridges_of(table([100.0, 300.0], [100.0, 0.0], [True, True]))
    assert "More people live in the bridges (300) than are affected inside (100)" in str(heavy.warning)
    assert bridges_of(table([100.0, 90.0], [100.0, 0.0], [True, True])).warning is None


def test_certificate_states_what_the_table_gives_and_no_other_number_passes(tmp_path):
    units = table([100.0, 300.0], [100.0, 0.0], [True, True])
    units.to_csv(tmp_path / "units.csv", index=False)
    stated = json.loads(json.dumps(bridges_record(units, everyone=False)))
    assert "1 units are inside only to connect, with 300 people" in str(bridges_hold(tmp_path, stated))
    for key, value in {"units": 0, "population": 299.0, "affected": 1.0}.items():
        forged = {"bridges": stated["bridges"] | {key: value}}
        with pytest.raises(VerificationFailed, match="bridges"):
            bridges_hold(tmp_path, forged)
    with pytest.raises(VerificationFailed, match="bridges"):
        bridges_hold(tmp_path, {"bridges": {}})


@pytest.fixture
def over_a_city(row):
    """The outer cells are affected, and the one between them holds a city that is not."""
    row.units["population"] = [100.0, 5_000.0, 100.0]
    footprint = Units(weights={"u0": 1.0, "u2": 1.0})
    return derive_polity(Issue(name="ends", title="Ends", question="", footprint=footprint, layer=row.name), row)


def test_report_map_and_figures_tell_the_bridge_apart(over_a_city):
    limits = [sentence.replace(THIN, " ") for sentence in findings(over_a_city).limits]
    assert any("5,000 people live in these bridges, beside 200 affected inside." in sentence for sentence in limits)
    assert any(sentence.startswith("More people live in the bridges") for sentence in limits)
    told = summary(over_a_city).as_json()
    assert (told["bridge_units"], told["bridge_population"], told["bridge_affected"]) == (1, 5_000, 0.0)
    assert len(warnings_of(over_a_city)) == 1
    drawn = drawn_closely(over_a_city)
    assert bridge_outline(over_a_city, drawn).equals(drawn.units[1])
    assert "inside only to connect those who are affected" in polity_map(over_a_city).get_root().render()
