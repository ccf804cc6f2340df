"""Honest folders of unusual layers and conditions: each is verified from its files, and from its sources."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from geopolity.polity.conditions import Conditions, ConditionsError
from geopolity.polity.derivation import derive_polity
from geopolity.polity.terrain import survey
from geopolity.region import prove
from geopolity.region.constrained import rounder
from services.derivation.audit.folder import audit
from services.derivation.audit.sources import Sources, compared
from services.derivation.folder import Pictures, write_folder
from services.verifiers.check_bound import proven_bound
from tests.unit.polity.test_derivation import issue, square_layer

NAMES = ["=1+1", "+5", "-7", "@x", "'s-Hertogenbosch", "'=q", "''+q", "\te", "é", "e\u0301", "NA", "a,b", 'a"b', "1_0"]
WEIGHTS = {"00": 1.0, "01": 0.5, "11": 0.7, "22": 1.0}


def verified(folder, asked, layer):
    """What checker and audit say of the folder of an issue."""
    derivation = derive_polity(asked, layer)
    region = prove(derivation.problem, derivation.region, border=derivation.border)
    write_folder(folder, replace(derivation, region=region), Pictures())
    assert 0 < proven_bound(folder) <= region.certificate.cost
    said = [*audit(folder), *compared(folder, Sources(layer=layer, terrain=survey(layer), issue=asked))]
    return region.certificate, " ".join(map(str, said))


def test_units_may_be_called_like_formulas(tmp_path):
    """The tables write an apostrophe before them, for spreadsheets; who reads them takes it off again."""
    layer = square_layer(4, people=np.arange(100.0, 116.0))
    names = [*NAMES, "x", "y"]
    units = layer.units.set_axis(names).assign(name=names).sort_index()
    asked = issue(dict.fromkeys(["=1+1", "''+q", "y", "@x"], 1.0), smallest="area", coverage=Decimal("0.7"))
    asked = replace(asked, conditions=Conditions(must=("-7",), cut=(("+5", "=1+1"),)))
    verified(tmp_path / "f", asked, replace(layer, units=units))


def test_units_that_share_nothing_are_kept_together_without_a_trace(tmp_path):
    layer = square_layer(3)
    layer = replace(layer, units=layer.units.assign(place=layer.units["name"]))
    asked = issue(WEIGHTS, conditions=Conditions(keep_together="place"), smallest="area")
    assert derive_polity(asked, layer).problem.constraints is None
    verified(tmp_path / "f", asked, layer)


@pytest.mark.parametrize("smallest", ["units", "population", "area"])
@pytest.mark.parametrize("conditions", [Conditions(), Conditions(keep_together="parent")])
@pytest.mark.parametrize("compactness", [0.5, 50.0])
@pytest.mark.parametrize("sought_up_to", [0, 400_000])
def test_what_is_called_proven_with_borders_is_what_the_folder_shows(
    tmp_path, monkeypatch, smallest, conditions, compactness, sought_up_to
):
    """A border's length is in no table; where no flow shows it, it was called proven and the folder refused."""
    monkeypatch.setattr(rounder, "LARGEST_PROVEN", sought_up_to)  # beyond it no flow is sought
    asked = issue(WEIGHTS, smallest=smallest, compactness=compactness, conditions=conditions, connector_km=20.0)
    certificate, said = verified(tmp_path / "f", asked, square_layer(3, people=np.arange(10.0, 100.0, 10.0)))
    assert certificate.proven_bound == proven_bound(tmp_path / "f")
    assert "bound re-checked" in said


def test_a_pair_that_is_cut_and_linked_is_refused():
    with pytest.raises(ConditionsError, match="00 – 01 is both cut and linked"):
        Conditions(cut=(("00", "01"), ("01", "02")), link=(("01", "00"),))
