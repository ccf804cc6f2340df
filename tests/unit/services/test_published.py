"""The public page says what the report says, from the store alone."""

import shutil

import pytest

from maps.locale.texts import texts
from maps.reports.findings import findings
from services.bootstrap import open_store
from services.derivation.derive import derive
from services.derivation.folder import Pictures, write_folder
from services.derivation.requests.request import request_of
from services.polities.lifecycle import load_proposal, proposal_of, read_proposal
from services.polities.published import published
from services.settings import Settings
from services.storage.polities import versions
from services.views.polity import public_polity, published_file


@pytest.fixture(scope="module")
def derivation(tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("home"), workers=1)
    return derive(request_of(settings.home, issue="hurricane-relief", effort="interactive"), settings.home).derivation


@pytest.fixture
def settings(tmp_path):
    settings = Settings(home=tmp_path / "home", workers=1)
    yield settings
    open_store(settings).close()


def test_page_and_report_say_the_same_ranges(derivation, settings):
    load_proposal(proposal_of(derivation), derivation.layer, open_store(settings))
    with open_store(settings).reading() as session:
        said = published(session, versions.find(session, "hurricane-relief"))
    report = {figure.label: figure.range for figure in findings(derivation).key_figures}
    assert texts("en").between(*said.total_range) == report["People affected"]
    assert texts("en").between(*said.inside_range) == report["Covered by the polity"]
    assert said.total_range[0] < derivation.affected_total < said.total_range[1]


def test_files_of_the_derivation_outlive_its_folder(derivation, settings, tmp_path):
    folder = tmp_path / "derived"
    write_folder(folder, derivation, Pictures(report_html="<!doctype html>", report_pdf=b"%PDF-"))
    load_proposal(read_proposal(folder), derivation.layer, open_store(settings))
    wanted = {file.name: file.read_bytes() for file in folder.iterdir()}
    shutil.rmtree(folder)
    assert {name: published_file("hurricane-relief", name, open_store(settings)) for name in wanted} == wanted
    assert published_file("hurricane-relief", "map.html", open_store(settings)) is None
    offered = {
        one.address.split("/")[-1]: one.size
        for one in public_polity("hurricane-relief", open_store(settings)).downloads
    }
    assert offered["report.pdf?version=1"] == len(b"%PDF-")


def test_the_footprint_is_drawn_where_no_issue_of_the_name_is_known(derivation, settings):
    load_proposal(proposal_of(derivation), derivation.layer, open_store(settings))
    with open_store(settings).reading() as session:
        footprint = published(session, versions.find(session, "hurricane-relief")).footprint
    assert footprint.covers(derivation.issue.footprint.extent().geometry.iloc[0].representative_point())


def test_a_version_drafted_without_files_has_none(derivation, settings):
    from dataclasses import replace

    load_proposal(replace(proposal_of(derivation), files={}), derivation.layer, open_store(settings))
    with open_store(settings).reading() as session:
        assert published(session, versions.find(session, "hurricane-relief")) is None
    assert published_file("hurricane-relief", "report.pdf", open_store(settings)) is None


def test_versions_of_two_stores_with_one_digest_are_drawn_each_for_itself(derivation, tmp_path):
    from dataclasses import replace

    pictures = []
    proposal = replace(proposal_of(derivation), files={})
    for count in (60, 111):
        settings = Settings(home=tmp_path / str(count), workers=1)
        load_proposal(replace(proposal, members=proposal.members.head(count)), derivation.layer, open_store(settings))
        pictures.append(public_polity("hurricane-relief", open_store(settings)).picture)
        open_store(settings).close()
    assert pictures[0] != pictures[1]
