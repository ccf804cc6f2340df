"""The order in which the demo derives its issues, and what it keeps of an earlier run."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import pytest

from boundaries import issue_tables
from boundaries.issue_tables import issue_names
from boundaries.issues import open_issue
from geopolity.affected.footprint import Everyone
from services.cli.demo import HEADER, LEGEND
from services.cli.printing import table
from services.demo import planet, rows
from services.demo import sample_issues as sample_issues_module
from services.demo.sample_issues import LONGEST_FIRST, WITHOUT_KERNELS, _before_kernels, sample_issues
from services.derivation.folder import Pictures
from services.derivation.requests import made_of


def test_the_demo_leaves_the_worlds_places_to_the_one_that_is_asked_for_them() -> None:
    assert len(sample_issues()) == 7
    assert len(planet.planet_issues()) == 7
    assert set(planet.LONGEST_FIRST) < set(planet.planet_issues())
    assert not set(sample_issues()) & set(planet.planet_issues())


def test_issues_without_kernels_are_those_that_affect_everyone() -> None:
    everyone = {name for name in issue_names() if isinstance(open_issue(name).footprint, Everyone)}
    assert everyone == set(WITHOUT_KERNELS)


def test_kernels_are_compiled_by_one_issue_while_others_need_none() -> None:
    assert _before_kernels(list(LONGEST_FIRST)) == [LONGEST_FIRST[0], "human-rights"]


def test_what_the_demo_prints_fits_a_hundred_columns() -> None:
    widest = ["east-coast-fishing-rights", "7,383,089,462", "100.00", "3,142", "147,363,033", "0.000"]
    lines = [*table(HEADER, [[*widest, "2.20", "97.27", "12.52"]]).splitlines(), *LEGEND.splitlines()]
    assert max(map(len, lines)) <= 100


class Threads(ThreadPoolExecutor):
    """Stands in for processes, and notes what is derived."""

    derived: ClassVar[list[str]] = []

    def submit(self, work, name, home):
        self.derived.append(name)
        return super().submit(work, name, home)


def ran(names, home):
    """Rows of a run by name, and what it derived."""
    Threads.derived.clear()
    rows = {row.name: row for row in sample_issues_module.in_processes(names, home, 1, ())}
    return rows, list(Threads.derived)


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


ISSUE = 'title = "{}"\nlayer = "world-countries"\n[footprint]\nkind = "units"\nunits = {}\n'


@pytest.fixture
def issues(tmp_path, monkeypatch):
    """Two issues of a data folder of its own, derived without drawing them."""
    folder = tmp_path / "data" / "issues"
    folder.mkdir(parents=True)
    (folder / "iberia.toml").write_text(ISSUE.format("Iberia", '["ESP", "PRT"]'))
    (folder / "baltic.toml").write_text(ISSUE.format("Baltic", '["EST", "LVA"]'))
    monkeypatch.setattr(issue_tables, "data_folder", lambda: tmp_path / "data")
    monkeypatch.setattr(sample_issues_module, "fresh_processes", Threads)
    draws(monkeypatch, pdf=b"a report")
    return folder


def draws(monkeypatch, *, pdf):
    pictures = Pictures(map_html="a map", report_html="a report", report_pdf=pdf)
    monkeypatch.setattr("services.derivation.derive._draw", lambda *_: pictures)


def test_what_is_unchanged_is_kept_and_what_changed_is_derived_again(issues, tmp_path, monkeypatch):
    names, home = ["baltic", "iberia"], tmp_path / "home"
    first, derived = ran(names, home)
    assert sorted(derived) == names
    before = contents(home / "out" / "demo")

    second, derived = ran(names, home)
    assert derived == []
    assert all(row.kept_since for row in second.values())
    assert {name: dataclasses.replace(row, kept_since="") for name, row in second.items()} == first
    assert contents(home / "out" / "demo") == before

    (home / "out" / "demo" / "iberia" / "report.html").write_text("something else")
    (home / "out" / "demo" / "baltic" / "units.csv").unlink()
    mended, derived = ran(names, home)
    assert sorted(derived) == names
    assert mended == first
    assert contents(home / "out" / "demo") == before

    (issues / "iberia.toml").write_text(ISSUE.format("Iberia", '["ESP"]'))
    changed, derived = ran(names, home)
    assert derived == ["iberia"]
    assert (first["iberia"].units, changed["iberia"].units) == (2, 1)

    monkeypatch.setattr(made_of, "program_stamp", lambda: "another program")
    assert sorted(ran(names, home)[1]) == names


FORGED = [-5, "abc", "<script>", None, [1], {}, 1e400, "2026-01-01T00:00:00Z"]


@pytest.mark.parametrize("value", FORGED)
def test_whatever_is_written_into_what_is_kept_the_row_is_the_folder_s(issues, tmp_path, value):
    """Each entry of the record, new entries with a row's names, and the record itself."""
    first = ran(["iberia"], tmp_path)[0]["iberia"]
    file = tmp_path / "cache" / "demo" / "iberia.json"
    honest = json.loads(file.read_text())
    names = [*honest, "row", *(field.name for field in dataclasses.fields(rows.DemoRow))]
    for forged in [value, *(honest | {name: value} for name in names)]:
        file.write_text(json.dumps(forged))
        row = ran(["iberia"], tmp_path)[0]["iberia"]
        assert dataclasses.replace(row, kept_since="") == first
        file.write_text(json.dumps(honest))


@pytest.mark.parametrize("files", [[], None, "x", {}, {"x.txt": 5}, {"x.txt": {"sha256": "0"}}])
def test_a_folder_that_is_no_derivation_is_derived_again_whatever_is_kept_of_it(issues, tmp_path, files):
    first = ran(["iberia"], tmp_path)[0]["iberia"]
    (first.folder / "manifest.json").write_text(json.dumps({"files": files}))
    file = tmp_path / "cache" / "demo" / "iberia.json"
    manifest = hashlib.sha256((first.folder / "manifest.json").read_bytes()).hexdigest()
    file.write_text(json.dumps(json.loads(file.read_text()) | {"manifest": manifest}))
    again, derived = ran(["iberia"], tmp_path)
    assert (again["iberia"], derived) == (first, ["iberia"])


def test_a_row_without_a_pdf_is_kept_as_long_as_none_can_be_printed(issues, tmp_path, monkeypatch):
    draws(monkeypatch, pdf=None)
    monkeypatch.setattr(rows, "_without_pdf", lambda: True)
    assert ran(["iberia"], tmp_path)[1] == ["iberia"]
    assert ran(["iberia"], tmp_path)[1] == []
    monkeypatch.setattr(rows, "_without_pdf", lambda: False)
    assert ran(["iberia"], tmp_path)[1] == ["iberia"]
