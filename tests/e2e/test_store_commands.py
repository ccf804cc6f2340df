"""The store from the command line: from a derivation to an active polity, its people, its look-up and its log."""

from __future__ import annotations

import json

import pytest

from maps.locale.texts import texts
from maps.pages.layout import PageFrame
from maps.pages.polity.page import polity_page
from maps.pages.polity.why import why_page
from maps.reports.exchange import exchange_words
from services.bootstrap import bootstrap
from services.demo import cut_short
from services.storage.polities import versions
from services.views.belonging import belonging_of_unit
from services.views.polity import public_polity

DAY = ("--date", "2099-01-01")


@pytest.fixture
def store(command, files, polity, tmp_path, monkeypatch):
    """The town's layer kept, and its polity proposed with no waiting."""
    monkeypatch.setenv("GEOPOLITY_HOME", str(tmp_path / "home"))
    assert command("layer", "add", files.layer, "--name", "town").status == 0
    assert command("layer", "keep", "town", "--base").status == 0
    return polity


@pytest.fixture
def active(command, store):
    assert command("polity", "propose", store, "--by", "ann", "--days", "13").status == 2
    assert command("polity", "propose", store, "--by", "ann", "--days", "14").status == 0
    cut_short.proposal("plume", bootstrap().store)
    assert command("polity", "activate", "plume", "--by", "bob").status == 0
    return "plume"


def test_an_empty_store_offers_the_demo(command, tmp_path, monkeypatch):
    monkeypatch.setenv("GEOPOLITY_HOME", str(tmp_path / "new"))
    assert "./run demo" in command("polity", "list").out
    assert "./run demo" in command("lookup", "--lon", "0", "--lat", "0").out
    said = json.loads(command("db", "status").out)
    assert said["version"] == said["newest"]


def test_a_polity_is_proposed_objected_to_answered_and_activated(command, store):
    proposed = command("polity", "propose", store, "--by", "ann", "--days", "14")
    assert "open to objections until" in proposed.out
    cut_short.proposal("plume", bootstrap().store)
    assert command("polity", "activate", "plume", "--by", "ann").status == 1
    late = command("polity", "object", "plume", "--by", "cy", "--text", "It is too large.")
    assert (late.status, "was open to objections until" in late.err) == (1, True)
    assert command("polity", "withdraw", "plume").status == 0
    command("polity", "draft", store, "--by", "ann")
    command("polity", "propose", "plume", "--by", "ann")
    assert "Recorded objection 1" in command("polity", "object", "plume", "--by", "cy", "--text", "Too large.").out
    early = command("polity", "activate", "plume", "--by", "bob")
    assert (early.status, "is open to objections until" in early.err) == (1, True)
    assert command("polity", "answer", "1", "--by", "ann", "--text", "It is the smallest.").status == 0
    shown = json.loads(command("polity", "show", "plume", "--version", "2").out)
    assert shown["objections"][0]["answer"] == "It is the smallest."


def test_the_active_polity_is_listed_shown_and_found(command, active, files, tmp_path):
    (record,) = json.loads(command("polity", "list", "--json", *DAY).out)
    assert (record["id"], record["status"], record["version"]) == ("plume", "active", 1)
    boundary = json.loads(command("polity", "show", "plume", "--geojson").out)
    assert boundary["features"][0]["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    found = json.loads(command("lookup", "--lon", "-74.85", "--lat", "40.15", "--json").out)
    assert [p["id"] for p in found["polities"]] == ["plume"]
    assert set(found["polities"][0]) >= {"version", "valid_from", "reason", "border_distance_m", "certainty"}
    assert "of its people are affected" in command("lookup", "--unit", "011").out
    assert command("polity", "diff", "plume").out.strip() == "No unit changed sides."
    assert json.loads(command("polity", "relations", "plume").out)["covers"] == []
    assert "(1) plume" in command("polity", "overlaps").out
    assert command("polity", "retire", "plume").status == 0


def test_an_active_polity_explains_why_each_unit_is_in(command, active, tmp_path):
    def pages():
        store, frame = bootstrap().store, PageFrame(language="en")
        view = public_polity(active, store)
        return view, why_page(frame, view, ""), polity_page(frame, view), belonging_of_unit("011", "2099-01-01", store)

    view, page, whole, place = pages()
    site = tmp_path / "site"
    assert command("publish", "--out", site).status == 0
    assert view.exchanges is None
    assert "Nobody has worked it out for this version yet." in page
    assert "Why is this" not in whole
    assert place.memberships[0].worth == ()
    assert "are in every one" in command("polity", "explain", active, "--within", "20%").out
    assert command("polity", "explain", "nothing").status == 2
    with bootstrap().store.reading() as session:
        row, folder = versions.find(session, active), tmp_path / "stored"
        folder.mkdir()
        for name in versions.file_sizes(session, row):
            (folder / name).write_bytes(versions.file_content(session, row, name))
    assert command("verify", folder).status == 0
    assert command("publish", "--out", site).status == 0
    assert (site / "polities/plume/1/derivation/alternatives.json").exists()
    assert "Why is this" in (site / "polities/plume/index.html").read_text()
    view, page, whole, place = pages()
    (worth,) = place.memberships[0].worth
    assert (worth.unit_id, worth.is_inside) == ("011", True)
    inside = [one for one in view.exchanges.units if one.is_inside]
    assert len(inside) == view.figures.units
    assert all(f'id="unit-{one.unit_id}"' in page for one in inside)
    assert "Why is this" in whole
    outside = [one.unit_id for one in view.exchanges.units if not one.is_inside]
    near = [one for unit in outside for one in belonging_of_unit(unit, "2099-01-01", bootstrap().store).near]
    assert near
    assert all(not own.is_inside and own.kind != "irreplaceable" for one in near for own in one.worth)
    assert {own.unit_id for one in near for own in one.worth} <= {*outside}
    assert sum(len(one.worth) for one in near) == len(near)
    sentence = exchange_words(worth, texts("en"))
    assert sentence in why_page(PageFrame(language="en"), view, worth.name)
    assert "is called" in why_page(PageFrame(language="en"), view, "<nowhere>")
    assert "<nowhere>" not in why_page(PageFrame(language="en"), view, "<nowhere>")


def test_a_polity_in_pieces_is_explained_too_and_what_cannot_be_is_named(command, store, files, tmp_path):
    for name, wish in (("parts", ("--pieces", "2")), ("round", ("--compactness", "1"))):
        footprint = files.footprint.rename(files.footprint.with_stem(name))
        asked = ("derive", "--layer", "town", "--footprint", footprint, *wish)
        said = command(*asked, "--out", tmp_path / name)
        assert said.status == 0
        assert ("in at most 2 pieces that does so" in said.out) == (name == "parts")
        footprint.rename(files.footprint)
        assert command("polity", "propose", tmp_path / name, "--by", "ann").status == 0
    page = polity_page(PageFrame(language="en"), public_polity("parts", bootstrap().store))
    assert page.count("in at most 2 pieces that") == 2
    assert "connected groups" not in page
    assert "are in every one" in command("polity", "explain", "parts", "--within", "20%").out
    refused = command("polity", "explain", "round")
    assert (refused.status, "round, version 1, was derived with --compactness" in refused.err) == (2, True)


def test_many_points_are_answered_in_a_file(command, active, tmp_path):
    (tmp_path / "points.csv").write_text("lon,lat\n-74.85,40.15\n0,0\nx,y\n")
    answer = command("lookup", "--file", tmp_path / "points.csv", "--out", tmp_path / "a.parquet", "--pairs", "--json")
    said = json.loads(answer.out)
    assert (said["rows"], said["outside"], said["rejected"], said["polities"]) == (3, 1, 1, {"plume": 1})
    assert len(said["files"]) == 3


def test_a_person_registers_consents_is_on_the_roll_and_is_forgotten(command, active, tmp_path):
    person = command("citizen", "register", "--unit", "011", "--stratum", "age=30-44").out.strip()
    assert json.loads(command("citizen", "show", person).out)["standing"] == "resident"
    assert "A citizen until" in command("citizen", "consent", person).out
    shown = json.loads(command("citizen", "show", person).out)
    assert (shown["standing"], shown["polities"]) == ("citizen", ["plume"])
    assert "1 citizens and 0 residents" in command("roll", "plume").out
    assert command("roll", "plume", "--out", tmp_path / "roll.csv").status == 0
    assert person in (tmp_path / "roll.csv").read_text()
    assert command("citizen", "move", person, "--unit", "012").status == 0
    assert command("citizen", "withdraw", person).status == 0
    assert command("citizen", "erase", person).status == 0
    gone = command("citizen", "show", person)
    assert (gone.status, "was erased" in gone.err) == (2, True)
    assert command("citizen", "review").out.strip() == "Nobody to review."


def test_a_backup_is_restored_and_the_log_exported_and_verified(command, active, tmp_path, monkeypatch):
    assert command("db", "backup", tmp_path / "copy").status == 0
    monkeypatch.setenv("GEOPOLITY_HOME", str(tmp_path / "other"))
    assert command("db", "restore", tmp_path / "copy").status == 0
    assert len(json.loads(command("polity", "list", "--json").out)) == 1
    assert command("log", "export", "--out", tmp_path / "log").status == 0
    assert "entries verified" in command("log", "verify", tmp_path / "log").out
    taken = command("log", "import", tmp_path / "log")
    assert (taken.status, "never overwritten" in taken.err) == (2, True)
    assert command("db", "upgrade").status == 0


@pytest.mark.parametrize(
    ("given", "status", "word"),
    [
        (("lookup",), 2, "Give one of"),
        (("lookup", "--lon", "1"), 2, "Give one of"),
        (("lookup", "--lon", "nan", "--lat", "1"), 2, "no place"),
        (("lookup", "--lon", "38", "--lat", "-95"), 2, "swapped"),
        (("lookup", "--unit", "99"), 2, "no unit '99'"),
        (("lookup", "--file", "nothing.csv", "--out", "a.parquet"), 2, "no CSV or Parquet"),
        (("lookup", "--file", "nothing.csv"), 2, "needs --out"),
        (("polity", "show", "lake"), 2, "no polity 'lake'"),
        (("polity", "relations", "lake"), 2, "no active polity 'lake'"),
        (("polity", "propose", "nowhere", "--by", "ann"), 2, "no polity 'nowhere'"),
        (("polity", "draft", "nowhere", "--by", "ann"), 2, "no readable problem.json"),
        (("polity", "answer", "7", "--by", "ann", "--text", "x"), 2, "no objection 7"),
        (("polity", "diff", "lake", "--from", "1"), 2, "go together"),
        (("citizen", "register"), 2, "--unit"),
        (("citizen", "register", "--unit", "99"), 2, "no unit '99'"),
        (("citizen", "register", "--unit", "000", "--stratum", "age"), 2, "KEY=VALUE"),
        (("citizen", "register", "--unit", "000"), 2, "no enclosing unit"),
        (("citizen", "show", "nobody"), 2, "not registered"),
        (("roll", "lake"), 2, "No polity 'lake'"),
        (("db", "restore", "nothing"), 2, "is no file"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_with_the_way_out(command, store, given, status, word):
    answer = command(*given)
    assert (answer.status, answer.out) == (status, ""), answer
    assert word in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert "unexpected" not in answer.err
