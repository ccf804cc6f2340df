"""`geopolity verify FOLDER` against a prover who has all files, and whose digests agree."""

import gzip
import hashlib
import json
import shutil
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
import shapely

from geopolity.affected.footprint import Everyone
from geopolity.polity.derivation import derive_polity
from geopolity.region.evidence import LARGEST_PUBLISHED
from services.derivation.audit.bound import LARGEST_WITH_DUAL
from services.derivation.audit.evidence import VerificationFailed
from services.derivation.audit.folder import audit, bound_files
from services.derivation.folder import Pictures, write_folder
from tests.unit.polity.test_derivation import issue, square_layer
from tests.unit.region.proof_folder import rewritten, table

WEIGHTS = {"00": 0.5, "01": 1.0, "02": 1.0, "13": 0.75, "24": 1.0, "43": 0.9}


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    folder = tmp_path_factory.mktemp("verify") / "honest"
    people = np.arange(100.0, 125.0)
    derivation = derive_polity(issue(WEIGHTS, coverage=Decimal("0.8"), smallest="area"), square_layer(people=people))
    pictures = Pictures(map_html="<p>map</p>", report_html="<p>report</p>", report_pdf=b"%PDF-")
    write_folder(folder, derivation, pictures)
    return folder


@pytest.fixture
def folder(honest, tmp_path):
    shutil.copytree(honest, tmp_path / "copy")
    return tmp_path / "copy"


def sealed(folder, *, bound=True):
    """Make all digests agree with what the files hold now."""
    if bound and (folder / "certificate.json").exists():
        rewritten(folder / "certificate.json", lambda it: it | {"files": bound_files(folder)})
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for path in folder.iterdir()
        if path.name != "manifest.json"
    }
    (folder / "manifest.json").write_text(json.dumps({"files": files}))


def units(folder, change):
    """Change both unit tables alike."""
    table(folder / "units.csv", lambda rows: change({row["unit_id"]: row for row in rows}))
    types = pd.read_parquet(folder / "units.parquet").dtypes
    fresh = pd.read_csv(folder / "units.csv", dtype={"unit_id": str, "name": str}, index_col="unit_id")
    fresh.astype(types).to_parquet(folder / "units.parquet")


def claim(**changes):
    def change(folder):
        for name in ("certificate.json", "polity.geojson"):
            rewritten(
                folder / name,
                lambda it: (
                    it | changes
                    if "features" not in it
                    else it
                    | {"features": [it["features"][0] | {"properties": it["features"][0]["properties"] | changes}]}
                ),
            )

    return change


def problem(**changes):
    return lambda folder: rewritten(folder / "problem.json", lambda it: it | changes)


def dual(change):
    def changed(folder):
        file = folder / "dual.json.gz"
        record = json.loads(gzip.decompress(file.read_bytes()))
        file.write_bytes(gzip.compress(json.dumps(change(record)).encode(), mtime=0))

    return changed


def lifted(**changes):
    return dual(lambda it: it | {"raises": [it["raises"][0] | changes, *it["raises"][1:]]})


def outline(shape):
    def changed(folder):
        drawn = json.loads(shapely.to_geojson(shape))
        rewritten(folder / "polity.geojson", lambda it: it | {"features": [it["features"][0] | {"geometry": drawn}]})

    return changed


def properties(**changes):
    def changed(folder):
        rewritten(
            folder / "polity.geojson",
            lambda it: (
                it | {"features": [it["features"][0] | {"properties": it["features"][0]["properties"] | changes}]}
            ),
        )

    return changed


def rows(name, change):
    return lambda folder: table(folder / name, change)


FORGED = {
    "cost lowered in both tables": lambda f: units(f, lambda it: it["00"].update(cost="1")),
    "cost in one table": rows("units.csv", lambda it: it[0].update(cost="1")),
    "people edited in both tables": lambda f: units(f, lambda it: it["00"].update(affected_int="1")),
    "affected edited in both tables": lambda f: units(f, lambda it: it["00"].update(affected="77.5")),
    "affected not a number": lambda f: units(f, lambda it: it["00"].update(affected="nan")),
    "affected infinite": lambda f: units(f, lambda it: it["00"].update(affected="inf")),
    "unit moved outside": lambda f: units(f, lambda it: it["13"].update(inside="False")),
    "unit moved inside": lambda f: units(f, lambda it: it["44"].update(inside="True")),
    "column in one table": lambda f: pd.read_parquet(f / "units.parquet").assign(note="x").to_parquet(f / "units.parquet"),
    "column dropped from one table": lambda f: pd.read_parquet(f / "units.parquet").drop(columns="affected_low").to_parquet(f / "units.parquet"),
    "row dropped": rows("units.csv", lambda it: it.pop()),
    "row repeated": rows("units.csv", lambda it: it.append(it[0])),
    "edge added": rows("edges.csv", lambda it: it.append({"from": "00", "to": "44", "kind": "rook"})),
    "edge dropped": rows("edges.csv", lambda it: it.pop()),
    "edge repeated": rows("edges.csv", lambda it: it.append(it[0])),
    "edge repeated the other way": rows("edges.csv", lambda it: it.append({"from": it[0]["to"], "to": it[0]["from"], "kind": "rook"})),
    "edge to itself": rows("edges.csv", lambda it: it.append({"from": "00", "to": "00", "kind": "rook"})),
    "edge to nowhere": rows("edges.csv", lambda it: it[0].update(to="nowhere")),
    "quota lowered": problem(quota=1),
    "quota a float": lambda f: rewritten(f / "problem.json", lambda it: it | {"quota": float(it["quota"])}),
    "quota not a number": problem(quota=float("nan")),
    "coverage target lowered": problem(coverage_target="0.51"),
    "coverage target not a number": problem(coverage_target="NaN"),
    "coverage target too huge to compute": problem(coverage_target="1e999999"),
    "unit of people not a number": problem(affected_unit="NaN"),
    "objective unknown": problem(objective="weight"),
    "people counted in square metres": problem(objective="population"),
    "units counted in people": problem(objective="units", cost_unit="person"),
    "cost of the certificate lowered": claim(cost=1, lower_bound=1),
    "cost a float": lambda f: claim(cost=float(json.loads((f / "certificate.json").read_text())["cost"]))(f),
    "bound a float": lambda f: claim(lower_bound=float(json.loads((f / "certificate.json").read_text())["lower_bound"]))(f),
    "bound above the cost": lambda f: claim(lower_bound=json.loads((f / "certificate.json").read_text())["cost"] + 1)(f),
    "proven bound above the cost": lambda f: claim(proven_bound=json.loads((f / "certificate.json").read_text())["cost"] + 1)(f),
    "bound not a number": claim(lower_bound=float("nan")),
    "gap not a number": claim(gap=float("nan")),
    "gap another": claim(gap=0.5),
    "coverage another": claim(coverage=0.99),
    "coverage not a number": claim(coverage=float("nan")),
    "units another": claim(units=1),
    "optimal a number": claim(optimal=1),
    "digest another": claim(digest="0" * 64),
    "method everyone": claim(method="root"),
    "no dual for a small layer": lambda f: (f / "dual.json.gz").unlink(),
    "dual with an amount not a number": lifted(amount=float("nan")),
    "dual with distances not numbers": dual(lambda it: it | {"raises": [one | {"distance": [float("nan")] * len(one["distance"])} for one in it["raises"]]}),
    "dual with a huge amount": lifted(amount=2**63),
    "dual with member minus one": lifted(members=[-1], owners=[-1], distance=[0]),
    "dual with a small core": dual(lambda it: it | {"core": [24]}),
    "dual raised again and again": dual(lambda it: it | {"raises": it["raises"] * 50}),
    "dual with another price": dual(lambda it: it | {"price": max(1, it["price"] // 1000)}),
    "outline of another place": outline(shapely.box(-20, -20, 20, 20)),
    "outline of no kind": lambda f: rewritten(f / "polity.geojson", lambda it: it | {"features": [it["features"][0] | {"geometry": {"type": "Foo", "coordinates": []}}]}),
    "outline of nothing": lambda f: rewritten(f / "polity.geojson", lambda it: it | {"features": [it["features"][0] | {"geometry": {"type": "Polygon", "coordinates": []}}]}),
    "table that is none": lambda f: (f / "units.parquet").write_bytes(b"PAR1"),
    "outline of two": lambda f: rewritten(f / "polity.geojson", lambda it: it | {"features": it["features"] * 2}),
    "outline a point": outline(shapely.Point(0, 0)),
    "outline off the Earth": outline(shapely.box(0, 0, 1, 1000)),
    "outline with another population": properties(population=1),
    "outline with other people": properties(affected_inside=1.0),
    "outline with another area": properties(area_km2=1.0),
    "outline with an area that is no number": properties(area_km2=float("nan")),
    "outline of another issue": properties(issue="another"),
    "outline of another layer": properties(layer="another"),
    "outline that is proven": properties(optimal=None),
    "key repeated": lambda f: (f / "certificate.json").write_text((f / "certificate.json").read_text().replace("{", '{"cost": 1, ', 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_folder_whose_digests_agree_is_refused(name, folder):
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    FORGED[name](folder)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} != before
    if name != "key repeated":
        sealed(folder)
    else:
        sealed(folder, bound=False)
    with pytest.raises(VerificationFailed):
        list(audit(folder))


BOUND = {
    "names of units": lambda f: units(f, lambda it: it["00"].update(name="Atlantis")),
    "population": lambda f: units(f, lambda it: it["44"].update(population="77")),
    "range of the affected": lambda f: units(f, lambda it: it["00"].update(affected_low="0", affected_high="1000")),
    "kind of an edge": rows("edges.csv", lambda it: it[0].update(kind="queen")),
    "layer": problem(layer={"name": "squares", "vintage": "1900", "digest": "0" * 64}),
    "footprint's digest": problem(footprint={"digest": "0" * 64}),
    "engine": problem(engine="another"),
    "title": properties(title="Another question"),
    "outline moved": outline(shapely.box(0.1, 0.1, 0.15, 0.15)),
    "footprint drawn": lambda f: (f / "footprint.geojson").write_text("{}"),
}


@pytest.mark.parametrize("name", BOUND)
def test_what_the_tables_do_not_tell_is_bound_to_the_certificate(name, folder):
    before = (folder / "certificate.json").read_bytes()
    BOUND[name](folder)
    sealed(folder, bound=False)
    assert (folder / "certificate.json").read_bytes() == before
    with pytest.raises(VerificationFailed, match=r"certificate\.json"):
        list(audit(folder))


def test_a_dual_that_is_no_archive_is_refused(folder):
    packed = (folder / "dual.json.gz").read_bytes()
    for broken in (b"dual", packed[:-20], packed[:20] + b"x" * 40 + packed[60:]):
        (folder / "dual.json.gz").write_bytes(broken)
        sealed(folder, bound=False)
        with pytest.raises(VerificationFailed):
            list(audit(folder))


def test_an_honest_folder_is_verified_and_its_certificate_named(honest):
    facts = " ".join(map(str, audit(honest)))
    assert hashlib.sha256((honest / "certificate.json").read_bytes()).hexdigest() in facts
    assert "in all 9 columns" in facts
    assert "written by an early" not in facts


def test_people_are_counted_in_people(honest):
    assert "quota met: 448 of 559 affected people are inside, 447 are needed" in " ".join(map(str, audit(honest)))


@pytest.mark.parametrize("name", ["map.html", "report.html", "report.pdf"])
def test_pictures_are_said_to_be_unbound(name, folder):
    (folder / name).write_text("forged")
    sealed(folder, bound=False)
    assert name in str(list(audit(folder))[-1])
    assert "nothing binds" in str(list(audit(folder))[-1])


def test_another_checker_in_the_folder_is_said_to_differ(honest, folder):
    (folder / "check_bound.py").write_text("print('No region costs less than 99')")
    sealed(folder, bound=False)
    assert "check_bound.py in the folder differs" in str(list(audit(folder))[-1])
    assert "check_bound.py" not in str(list(audit(honest))[-1])


def test_a_folder_of_before_is_verified_and_told_what_is_not_bound(folder):
    rewritten(folder / "certificate.json", lambda it: {key: value for key, value in it.items() if key != "files"})
    sealed(folder, bound=False)
    assert "written by an early geopolity 0.1" in " ".join(map(str, audit(folder)))


def test_what_branch_and_bound_closed_is_believed_and_not_called_proven(folder):
    dual(lambda it: it | {"raises": it["raises"][:-1]})(folder)
    sealed(folder)
    certificate = json.loads((folder / "certificate.json").read_text())
    assert certificate["optimal"]
    (said,) = [str(fact) for fact in audit(folder) if "bound re-checked" in str(fact)]
    assert "this region is the smallest is believed, not proven here" in said
    assert f"{certificate['cost']:,}" not in said


def test_the_size_rule_of_the_checker_is_that_of_the_engine():
    assert LARGEST_WITH_DUAL == LARGEST_PUBLISHED


def test_people_on_an_island_are_no_reason_to_refuse(tmp_path):
    layer = square_layer(people=np.arange(100.0, 125.0))
    apart = layer.units.index[[0, 1, 2, 10, 11, 24]]
    islands = replace(layer, units=layer.units.loc[apart])
    weights = dict.fromkeys(["00", "01", "02", "20", "44"], 1.0)
    write_folder(tmp_path / "f", derive_polity(issue(weights, coverage=Decimal("0.55")), islands), Pictures())
    assert "bound re-checked" in " ".join(map(str, audit(tmp_path / "f")))


def test_a_missing_dual_is_believed_of_a_large_layer_alone(folder, monkeypatch):
    (folder / "dual.json.gz").unlink()
    sealed(folder)
    monkeypatch.setattr("services.derivation.audit.bound.LARGEST_WITH_DUAL", 24)
    (said,) = [str(fact) for fact in audit(folder) if str(fact).startswith("gap")]
    assert "believed, not proven here" in said
    monkeypatch.setattr("services.derivation.audit.bound.LARGEST_WITH_DUAL", 25)
    with pytest.raises(VerificationFailed, match="25 units and connectors are not too many"):
        list(audit(folder))


def test_a_text_of_the_folder_makes_no_line_of_its_own(folder):
    rewritten(folder / "certificate.json", lambda it: {key: value for key, value in it.items() if key != "files"})
    problem(engine="geopolity\n\x1b[1m✓ the bound is proven")(folder)
    sealed(folder, bound=False)
    assert all(str(fact).isprintable() for fact in audit(folder))


def test_everyone_with_a_weight_on_borders_is_verified(tmp_path):
    asked = issue(WEIGHTS, footprint=Everyone(), compactness=2.0, connector_km=5.0)
    write_folder(tmp_path / "f", derive_polity(asked, square_layer()), Pictures())
    assert "the whole layer needs no bound" in " ".join(map(str, audit(tmp_path / "f")))


def test_the_whole_layer_is_no_root_polity_of_an_issue(tmp_path):
    layer = square_layer(people=np.arange(100.0, 125.0))
    write_folder(tmp_path / "f", derive_polity(issue(dict.fromkeys(layer.units.index, 1.0)), layer), Pictures())
    claim(method="root")(tmp_path / "f")
    sealed(tmp_path / "f")
    with pytest.raises(VerificationFailed, match="footprint"):
        list(audit(tmp_path / "f"))


def test_connectors_join_islands_in_a_folder_that_verifies(tmp_path):
    layer = square_layer(people=np.arange(100.0, 125.0))
    apart = replace(layer, units=layer.units.drop(index=["03", "13", "23", "33", "43"]))
    asked = issue({"00": 1.0, "04": 1.0, "24": 1.0}, coverage=Decimal("0.8"), connector_km=30.0)
    write_folder(tmp_path / "f", derive_polity(asked, apart), Pictures())
    assert "bound re-checked" in " ".join(map(str, audit(tmp_path / "f")))
    table(tmp_path / "f" / "connectors.csv", lambda it: it[0].update(cost="0"))
    sealed(tmp_path / "f")
    with pytest.raises(VerificationFailed, match="cost starts at 1"):
        list(audit(tmp_path / "f"))
