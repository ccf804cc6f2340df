"""A very large layer's folder: the ground in reach, one vertex for the rest, and a bound that can be checked."""

import json
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geopolity.affected.footprint import Units
from geopolity.layers.layer import Layer
from geopolity.polity import abridged
from geopolity.polity.derivation import derive_polity
from geopolity.polity.issue import Issue
from geopolity.polity.terrain import survey
from geopolity.region.search import beginning, reach
from geopolity.society.say import deciding
from services.derivation.audit.evidence import VerificationFailed
from services.derivation.audit.folder import audit
from services.derivation.audit.sources import Sources, compared
from services.derivation.derive import derive
from services.derivation.folder import Pictures, as_published, write_folder
from services.derivation.layers import Columns
from services.derivation.opened_folder import OpenedFolderError, opened
from services.derivation.profiled import who
from services.derivation.requests.request import Request
from services.polities.lifecycle import proposal_of
from tests.unit.region.proof_folder import rewritten
from tests.unit.services.test_verify_folder import sealed

WIDE = 30


def wide_layer(*, gap=False):
    """Squares of unequal size, thirty by thirty; with a gap, a channel parts the last rows from the others."""
    rng = np.random.default_rng(4)
    places = [(row, column) for row in range(WIDE) for column in range(WIDE)]
    if gap:
        places = [(row, column) for row, column in places if row != 25]
    x = np.concatenate([[0], np.cumsum(rng.uniform(0.05, 0.2, WIDE))])
    shapes = [shapely.box(x[c], x[r], x[c + 1], x[r + 1]) for r, c in places]
    names = [f"{r:02}{c:02}" for r, c in places]
    table = gpd.GeoDataFrame(
        {"name": names, "population": rng.integers(50, 500, len(names)).astype(float), "parent": "all"},
        index=names,
        geometry=shapes,
        crs=4326,
    )
    return Layer(name="wide", title="Wide", vintage="2026", source="drawn", licence="none", units=table)


ASKED = Issue(
    name="leak",
    title="Leak",
    question="Who?",
    footprint=Units(weights={"0202": 1.0, "0203": 0.5, "0606": 1.0, "0607": 0.7}),
    layer="wide",
    coverage=Decimal("0.8"),
)


@pytest.fixture(autouse=True)
def _small_layers_are_large(monkeypatch):
    monkeypatch.setattr(beginning, "LARGEST_WHOLE", 100)
    monkeypatch.setattr(abridged, "LARGEST_PUBLISHED", 100)
    monkeypatch.setattr(reach, "AROUND", 20)
    monkeypatch.setattr(reach, "SMALL", 0.3)


def written(folder, layer, asked=ASKED):
    derivation = derive_polity(asked, layer)
    write_folder(folder, derivation, Pictures())
    return derivation, as_published(derivation)


@pytest.mark.parametrize("asked", [ASKED, replace(ASKED, connector_km=60.0)])
def test_the_folder_lists_what_is_in_reach_and_holds_with_and_without_its_sources(tmp_path, asked):
    layer = wide_layer(gap=asked.connector_km is not None)
    derivation, published = written(tmp_path / "f", layer, asked)
    assert len(published.units) < len(layer) / 2
    assert set(published.units.index) >= set(derivation.units.index[derivation.units["inside"]])
    assert published.affected_total == derivation.affected_total
    rest = json.loads((tmp_path / "f" / "rest.json").read_text())
    assert rest["units"] == len(layer) - len(published.units)
    assert rest["population"] == derivation.units["population"].drop(published.units.index).sum()
    said = " ".join(map(str, audit(tmp_path / "f")))
    assert "units are not listed" in said
    assert "bound re-checked" in said
    given = Sources(layer=layer, terrain=survey(layer), issue=asked)
    assert "are those counted again" in " ".join(map(str, compared(tmp_path / "f", given)))


def test_what_the_folder_proves_is_no_more_than_what_the_whole_layer_allows(tmp_path, monkeypatch):
    layer = wide_layer()
    _, published = written(tmp_path / "f", layer)
    shown = subprocess.run(
        [sys.executable, str(tmp_path / "f" / "check_bound.py"), str(tmp_path / "f")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stdout + shown.stderr
    monkeypatch.setattr(beginning, "LARGEST_WHOLE", 10_000)
    whole = derive_polity(ASKED, layer, effort="proof")
    assert whole.certificate.optimal
    assert published.certificate.proven_bound <= whole.certificate.cost
    assert published.certificate.proven_bound >= 0.9 * whole.certificate.cost


def test_a_rest_that_is_another_is_found_out(tmp_path):
    layer = wide_layer()
    given = Sources(layer=layer, terrain=survey(layer), issue=ASKED)
    changes = [
        lambda it: it | {"units": it["units"] - 1},
        lambda it: it | {"population": 0.0},
        lambda it: it | {"digest": "0" * 64},
        lambda it: it | {"costs": it["costs"] + 1},
    ]
    for number, change in enumerate(changes):
        folder = tmp_path / str(number)
        written(folder, layer)
        rewritten(folder / "rest.json", change)
        with pytest.raises(VerificationFailed, match=r"is bound|SHA-256|manifest"):
            list(audit(folder))
        sealed(folder)
        list(audit(folder))
        with pytest.raises(VerificationFailed, match="of the rest is"):
            list(compared(folder, given))


def test_a_dearer_rest_would_prove_more_and_is_refused(tmp_path):
    layer = wide_layer()
    written(tmp_path / "f", layer)
    rewritten(tmp_path / "f" / "rest.json", lambda it: it | {"cost": it["cost"] + 5})
    sealed(tmp_path / "f")
    with pytest.raises(VerificationFailed, match=r"rest\.json states cost"):
        list(audit(tmp_path / "f"))


def test_a_rest_that_hides_somebody_affected_is_refused(tmp_path):
    layer = wide_layer()
    written(tmp_path / "f", layer)
    wider = replace(ASKED, footprint=Units(weights=ASKED.footprint.weights | {"2929": 1.0}))
    given = Sources(layer=layer, terrain=survey(layer), issue=wider)
    with pytest.raises(VerificationFailed, match="live in the rest"):
        list(compared(tmp_path / "f", given))


def test_other_answers_are_not_sought_on_part_of_a_layer(tmp_path):
    written(tmp_path / "f", wide_layer())
    with pytest.raises(OpenedFolderError, match="ground in reach"):
        opened(tmp_path / "f")


def test_a_unit_may_be_called_like_the_rest(tmp_path):
    layer = wide_layer()
    layer = replace(layer, units=layer.units.rename(index={"0000": abridged.REST}).sort_index())
    _, published = written(tmp_path / "f", layer)
    assert published.rest["vertex"] == abridged.REST + "+"
    list(audit(tmp_path / "f"))


def test_polities_that_borders_or_constraints_shape_are_published_whole():
    layer = wide_layer()
    derivation = derive_polity(replace(ASKED, compactness=2.0), layer)
    assert abridged.abridged(derivation) is derivation


def test_what_is_read_of_a_folder_counts_the_whole_layer(tmp_path):
    layer = wide_layer()
    parents = ["west" if name[2:] < "12" else "east" for name in layer.units.index]
    layer = replace(layer, units=layer.units.assign(parent=parents, state_name=parents))
    derivation, _ = written(tmp_path / "f", layer)
    listed = pd.read_parquet(tmp_path / "f" / "units.parquet")
    whole = abridged.restored(listed, layer)
    assert len(listed) < len(layer) == len(whole)
    assert whole["population"].tolist() == derivation.units["population"].tolist()
    assert whole["inside"].tolist() == derivation.units["inside"].tolist()
    assert deciding(whole, layer.units) == deciding(derivation.units, layer.units)


def test_a_profile_without_the_layer_is_refused_and_not_made_of_part_of_it(tmp_path):
    written(tmp_path / "f", wide_layer())
    (tmp_path / "groups.toml").write_text("")
    with pytest.raises(OpenedFolderError, match="add that layer here"):
        who(tmp_path / "f", tmp_path / "groups.toml", tmp_path)


def test_a_proposal_names_the_certificate_of_its_files():
    made = proposal_of(derive_polity(ASKED, wide_layer()))
    assert json.loads(made.files["certificate.json"])["digest"] == made.digest
    assert "rest.json" in made.files


def test_whoever_derives_is_told_what_the_folder_proves(tmp_path):
    layer = wide_layer()
    layer.units.rename_axis("unit_id").reset_index().to_file(tmp_path / "wide.gpkg")
    columns = Columns(id_column="unit_id", population_column="population", name_column="name")
    request = Request(issue=ASKED, layers=(str(tmp_path / "wide.gpkg"),), columns=columns)
    told = derive(request, tmp_path, proven=True).derivation
    write_folder(tmp_path / "f", told, Pictures())
    stated = json.loads((tmp_path / "f" / "certificate.json").read_text())
    assert (stated["digest"], stated["proven_bound"]) == (told.certificate.digest, told.certificate.proven_bound)
    assert stated["optimal"] == told.certificate.optimal
