"""The command line as a user meets it: derive, read, verify, repeat."""

from __future__ import annotations

import csv
import json
import shutil

import geopandas as gpd
import pandas as pd
import pytest

from services.derivation.folder import FILES

REPEATABLE = ("problem.json", "certificate.json", "units.csv", "edges.csv", "connectors.csv", "polity.geojson")
KEYS = {
    "units",
    "area_km2",
    "population",
    "affected_total",
    "affected_inside",
    "coverage_target",
    "coverage",
    "cost",
    "lower_bound",
    "gap",
    "optimal",
    "seconds",
}

ALWAYS = sorted({*FILES} - {"rest.json", "profile.json", "alternatives.json"})
"""Files of every derivation: on no very large layer, and where nothing more is asked."""


def test_derive_writes_every_file_of_the_contract(derived):
    assert {path.name for path in derived.iterdir()} == set(ALWAYS)


def test_json_holds_the_promised_keys_and_only_json(command, files):
    answer = command(*files.request, "--json")
    record = json.loads(answer.out)
    assert record.keys() >= KEYS
    assert record["coverage_target"] == 0.9
    assert record["affected_inside"] >= 0.9 * record["affected_total"]
    assert record["gap"] == pytest.approx((record["cost"] - record["lower_bound"]) / record["lower_bound"])


def test_without_out_nothing_is_written(command, files):
    before = sorted(files.out.parent.iterdir())
    answer = command("derive", "--footprint", files.footprint, "--layer", files.layer)
    assert answer.status == 0
    assert sorted(files.out.parent.iterdir()) == before


def test_report_says_what_to_open_next(command, files):
    lines = command(*files.request).out.strip().splitlines()
    assert lines[-1] == f"Open {files.out / 'map.html'}"
    assert max(len(line) for line in lines[:-1]) <= 100


def test_unit_table_lists_every_unit_in_id_order(derived, town):
    with (derived / "units.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    assert [row["unit_id"] for row in rows] == sorted(town["unit_id"])
    assert sum(int(row["population"]) for row in rows) == town["population"].sum()


def test_boundary_holds_exactly_the_units_inside(derived, town):
    boundary = gpd.read_file(derived / "polity.geojson").geometry.item()
    with (derived / "units.csv").open() as lines:
        inside = {row["unit_id"] for row in csv.DictReader(lines) if row["inside"] == "True"}
    held = town.loc[town.representative_point().within(boundary), "unit_id"]
    assert set(held) == inside


def test_second_run_writes_the_same_bytes(command, files, derived):
    first = {name: (derived / name).read_bytes() for name in REPEATABLE}
    assert command(*files.request).status == 0
    assert {name: (derived / name).read_bytes() for name in REPEATABLE} == first


def test_order_of_the_input_rows_changes_nothing(command, files, derived, town):
    first = {name: (derived / name).read_bytes() for name in REPEATABLE}
    town.sample(frac=1, random_state=3).to_file(files.layer)
    assert command(*files.request).status == 0
    assert {name: (derived / name).read_bytes() for name in REPEATABLE} == first


def test_derived_folder_verifies(command, derived):
    answer = command("verify", derived)
    assert answer.status == 0, answer
    assert "bound re-checked" in answer.out
    assert json.loads(command("verify", derived, "--json").out)["verified"] is True


def test_derived_folder_is_compared_with_its_sources(command, files, derived, town):
    given = ("--layer", files.layer, "--footprint", files.footprint)
    answer = command("verify", derived, *given)
    assert answer.status == 0, answer
    assert "are those counted again" in answer.out
    assert "not re-derived" not in answer.out
    town.assign(population=town["population"] + 1).to_file(files.layer)
    answer = command("verify", derived, *given)
    assert answer.status == 1
    assert "From the sources, population of " in answer.err


def test_a_folder_keeps_how_its_sources_were_read(command, files, town):
    places = files.layer.with_name("places.geojson")
    middle = town.geometry.iloc[:2].representative_point()
    gpd.GeoDataFrame({"share": [0.5, 0.25]}, geometry=list(middle), crs=town.crs).to_file(places)
    layer = files.layer.with_name("renamed.geojson")
    town.rename(columns={"population": "souls"}).to_file(layer)
    given = ("--footprint", places, "--layer", layer)
    how = ("--buffer-km", 15, "--decay", "linear", "--population-column", "souls")
    assert command("derive", *given, *how, "--out", files.out).status == 0
    kept = json.loads((files.out / "problem.json").read_text())
    assert kept["options"] == {"buffer_km": 15.0, "decay": "linear", "population_column": "souls"}
    answer = command("verify", files.out, *given)
    assert answer.status == 0, answer
    assert "are those counted again" in answer.out
    answer = command("verify", files.out, *given, "--buffer-km", 14)
    assert answer.status == 1
    assert "From the sources, affected" in answer.err


def test_options_about_sources_that_are_not_given_are_refused(command, derived):
    answer = command("verify", derived, "--buffer-km", "5")
    assert answer.status == 2
    assert "--buffer-km would change nothing" in answer.err


@pytest.mark.parametrize("name", ALWAYS)
def test_a_changed_byte_in_any_file_is_noticed(command, derived, name):
    file = derived / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    answer = command("verify", derived)
    assert answer.status == 1, answer
    assert len(answer.err.strip().splitlines()) == 1, answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("name", ALWAYS)
def test_a_missing_file_is_noticed(command, derived, name):
    (derived / name).unlink()
    assert command("verify", derived).status == 1


def test_numbers_changed_together_with_the_manifest_are_noticed(command, derived):
    for change in (_cheaper, _everybody_counted, _one_unit_less, _better_bound):
        forged = derived.parent / f"forged{change.__name__}"
        shutil.copytree(derived, forged)
        change(forged)
        _renew_manifest(forged)
        answer = command("verify", forged)
        assert answer.status == 1, (change.__name__, answer)


def test_previous_derivation_is_accepted(command, files, derived):
    again = derived.parent / "again"
    request = (*files.request[:-1], again, "--previous", derived)
    record = json.loads(command(*request, "--json").out)
    assert (record["units_joined"], record["units_left"], record["population_left"]) == (0, 0, 0)
    moved = json.loads(command(*request[:-4], "--coverage", "1", "--previous", derived, "--json").out)
    assert moved["units_joined"] == moved["units"] - record["units"] + moved["units_left"]
    assert moved["population_joined"] == moved["population"] - record["population"] + moved["population_left"]
    assert (again / "units.csv").read_bytes() == (derived / "units.csv").read_bytes()


def test_two_halves_joined_give_the_polity_of_the_whole(command, files, town, derived):
    west, east, out = (files.layer.with_name(name) for name in ("west.geojson", "east.geojson", "joined"))
    halves = town["unit_id"].str[-1] < "2"
    town[halves].to_file(west)
    town[~halves].to_file(east)
    request = ["derive", "--footprint", files.footprint, "--layer", west, "--layer", east, "--out", out]
    answer = command(*request)
    assert answer.status == 0, answer.err
    for part in (out, derived):
        assert command("verify", part).status == 0
    inside = [pd.read_csv(folder / "units.csv", dtype=str)["inside"].tolist() for folder in (out, derived)]
    assert inside[0] == inside[1]


def test_everyone_is_an_answer(command, files):
    answer = command("derive", "--footprint", "everyone", "--layer", files.layer, "--out", files.out, "--json")
    record = json.loads(answer.out)
    assert (record["units"], record["coverage"], record["gap"], record["method"]) == (12, 1.0, 0.0, "root")
    assert command("verify", files.out).status == 0


def test_smallest_by_units_and_by_population(command, files):
    for smallest in ("units", "population"):
        record = json.loads(command(*files.request, "--smallest", smallest, "--json").out)
        assert record["cost"] == record[smallest]


def test_curve_costs_never_fall_with_coverage(command, files):
    answer = command("curve", "--footprint", files.footprint, "--layer", files.layer, "--json")
    points = json.loads(answer.out)
    costs = [point["cost"] for point in points]
    assert costs == sorted(costs)
    assert points[-1]["coverage"] == 1.0


def test_curve_plots(command, files):
    plot = files.out.parent / "curve.svg"
    answer = command("curve", "--footprint", files.footprint, "--layer", files.layer, "--out", plot)
    assert answer.status == 0
    assert "<svg" in plot.read_text()


def test_layer_can_be_added_and_used_by_name(command, files):
    assert command("layer", "add", files.layer, "--name", "town").status == 0
    assert "town" in [layer["name"] for layer in json.loads(command("layer", "list", "--json").out)]
    request = ("derive", "--footprint", files.footprint, "--json")
    by_name, by_file = (json.loads(command(*request, "--layer", which).out) for which in ("town", files.layer))
    assert by_name["cost"] == by_file["cost"]
    assert command("layer", "add", files.layer, "--name", "town").status == 2


def test_layers_and_issues_are_listed_and_shown(command):
    layers = {layer["name"]: layer for layer in json.loads(command("layer", "list", "--json").out)}
    assert (layers["us-counties"]["units"], layers["us-counties"]["population"]) == (3142, 328_239_523)
    assert layers["world-countries"]["units"] == 177
    issues = [issue["name"] for issue in json.loads(command("issue", "list", "--json").out)]
    assert len(issues) >= 7
    for name in issues:
        assert json.loads(command("issue", "show", name, "--json").out)["name"] == name
    assert command("layer", "show", "us-counties").status == 0


def _edit(path, change):
    record = json.loads(path.read_text())
    change(record)
    path.write_text(json.dumps(record, indent=2, sort_keys=True) + "\n")


def _cheaper(folder):
    _edit(folder / "certificate.json", lambda record: record.update(cost=record["cost"] - 1))


def _everybody_counted(folder):
    _edit(folder / "certificate.json", lambda record: record.update(coverage=1.0))


def _one_unit_less(folder):
    table = folder / "units.csv"
    table.write_text(table.read_text().replace("True", "False", 1))


def _better_bound(folder):
    _edit(folder / "certificate.json", lambda record: record.update(lower_bound=record["cost"] + 1))


def _renew_manifest(folder):
    import hashlib

    def renew(record):
        for name, entry in record["files"].items():
            content = (folder / name).read_bytes()
            entry.update(sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))

    _edit(folder / "manifest.json", renew)


def test_constraints_are_flags_and_are_kept_to_by_what_is_written(command, files, tmp_path):
    plain = json.loads(command(*files.request, "--json").out)
    with (files.out / "units.csv").open() as lines:
        ids = [row["unit_id"] for row in csv.DictReader(lines) if row["inside"] == "True"]
    out = str(tmp_path / "constrained")
    request = [out if part == str(files.out) else part for part in map(str, files.request)]
    answer = command(*request, "--must-not", ids[0], "--must", ids[-1], "--json")
    assert answer.status == 0, answer.err
    assert json.loads(answer.out)["cost"] >= plain["cost"]
    assert command("verify", out).status == 0
    assert command("verify", out, "--layer", files.layer, "--footprint", files.footprint).status == 0
    conflict = command(*request, "--at-most-units", "1", "--must", f"{ids[0]},{ids[-1]}")
    assert conflict.status == 1
    assert "cannot hold together" in conflict.err


def test_units_are_named_by_name_as_by_id_and_in_files(command, files, tmp_path):
    listed = tmp_path / "units.csv"
    listed.write_text('unit_id,why\n"Block 20",harbour\n003,\n')

    def inside(*flags):
        answer = command(*files.request, *flags)
        assert answer.status == 0, answer.err
        with (files.out / "units.csv").open() as lines:
            rows = {row["unit_id"]: row["inside"] == "True" for row in csv.DictReader(lines)}
        return rows, json.loads((files.out / "problem.json").read_text())["constraints"]

    rows, kept = inside("--must", "block 20; Block 03", "--must-not", "Block 00")
    assert (rows["020"], rows["003"], rows["000"]) == (True, True, False)
    assert kept == {"must": ["003", "020"], "must_not": ["000"]}
    assert inside("--must", "003,020", "--must-not", "000") == (rows, kept)
    assert inside("--must", str(listed))[1] == {"must": ["003", "020"]}
    unknown = command(*files.request, "--must", "Blok 00")
    assert unknown.status == 2
    assert "has no unit 'Blok 00'; near to it are Block" in unknown.err


def test_alternatives_are_told_printed_and_drawn(command, files, derived, tmp_path):
    record = json.loads(command("alternatives", derived, "--within", "20%", "--json").out)
    assert record.keys() >= {"alternatives", "units", "cost"}
    assert {"unit_id", "without_at_least", "without_found"} <= record["units"][0].keys()
    said = command("alternatives", derived, "--within", "0.2")
    assert said.status == 0
    assert "Among regions with at most 20.00% more area:" in said.out
    assert command("alternatives", derived, "--within", "many").status == 2
    assert command("alternatives", tmp_path).status == 2


def test_profile_says_who_is_affected_in_text_json_and_as_a_page(command, files, derived, tmp_path, monkeypatch):
    with (derived / "units.csv").open() as lines:
        ids = [row["unit_id"] for row in csv.DictReader(lines)]
    rows = [f"{unit},{10 + place},3" for place, unit in enumerate(ids)]
    (tmp_path / "acs.csv").write_text("\n".join(["id,old,old_M", *rows]) + "\n")
    groups = tmp_path / "groups.toml"
    groups.write_text('table = "acs.csv"\nid_column = "id"\n[[group]]\nname = "Old"\ncount = "old"\nmargin = "old_M"\n')
    page = tmp_path / "who.html"
    answer = command("profile", derived, "--groups", groups, "--out", page)
    assert answer.status == 0, answer.err
    assert "Old" in answer.out
    assert "the affected" in answer.out
    assert "Who they are" in page.read_text()
    record = json.loads(command("profile", derived, "--groups", groups, "--json").out)
    line = record["lines"][0]
    assert line["kind"] == "affected"
    assert line["low"] <= line["share"] <= line["high"]
    assert line["sampling"] > 0
    monkeypatch.setenv("GEOPOLITY_HOME", str(tmp_path / "home"))  # where no other test has added the layer
    unknown = command("profile", derived, "--groups", groups, "--bands", "1,5")
    assert unknown.status == 2
    assert "not known here; add it" in unknown.err
    out = tmp_path / "banded"
    assert command(*files.request, "--groups", groups, "--bands", "1,5", "--out", out).status == 0
    banded = json.loads((out / "profile.json").read_text())["bands"]
    assert [one["name"] for one in banded] == ["0", "0-1", "1-5", "5-"]
    assert sum(one["affected"] for one in banded) == pytest.approx(line["base"], rel=1e-9)
    assert command("profile", derived, "--groups", groups, "--bands", "x").status == 2
    assert command("profile", derived, "--groups", groups, "--issue", "hurricane-relief").status == 2
    assert command("profile", tmp_path, "--groups", groups).status == 2


def test_many_issues_are_derived_into_one_folder(command, tmp_path):
    folder = tmp_path / "issues"
    folder.mkdir()
    text = 'title = "{0}"\nlayer = "us-counties"\n[footprint]\nkind = "units"\nunits = ["{0}"]\n'
    for unit in ("01097", "22071"):
        (folder / f"{unit}.toml").write_text(text.format(unit))
    asked = ("derive", "--issues", folder, "--out", tmp_path / "many", "--effort", "interactive")
    answer = command(*asked)
    assert answer.status == 0, answer.err
    assert "22071" in answer.out
    records = json.loads(command(*asked, "--json").out)
    assert [record["units"] for record in records] == [1, 1]
    assert command("verify", tmp_path / "many" / "01097").status == 0
    assert command("derive", "--issues", folder).status == 2
    assert command("derive", "--scheduler", "tcp://nobody:1", "--issue", "hurricane-relief").status == 2
