"""The static site: whole, checked by its manifest, the same bytes every time, and only what changed is made again."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest

from maps.site.layout import Site
from maps.site.pages import Extras
from services.bootstrap import open_store
from services.publiclog.export import verify_export
from services.site.product import Product, SiteFolderError, build
from services.site.products import make_check
from services.site.publish import Edition, publish
from tests.contract.test_store import RIVER
from tests.site_store import in_force, town_store


def manifest(site: Path) -> dict:
    return json.loads((site / "manifest.json").read_text(encoding="utf-8"))


def contents(site: Path) -> dict[str, bytes]:
    return {str(path.relative_to(site)): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


def test_the_manifest_lists_every_file_with_its_checksum(site):
    files = contents(site)
    del files["manifest.json"]
    assert manifest(site)["files"] == {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)} for name, content in files.items()
    }


def test_everything_is_there(site):
    names = set(manifest(site)["files"])
    assert {
        "index.html",
        "polities/river/index.html",
        "polities/coast/index.html",
        "reports/overview.html",
        "reports/overview.pdf",
        "tiles/town.pmtiles",
        "lookup/index.html",
        "lookup/worker.js",
        "log/entries.jsonl",
        "check/verify_log.py",
        "check/verify_draw.py",
        "check/check_bound.py",
        "sitemap.xml",
    } <= names


def test_every_link_of_every_page_leads_somewhere(site):
    for page in site.rglob("*.html"):
        for address in re.findall(r'(?:href|src)="([^"#]+)"', page.read_text(encoding="utf-8")):
            if not address.startswith("data:"):
                assert (page.parent / address).exists(), f"{page.name}: {address}"


def test_no_page_asks_anybody_else_for_anything(site):
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r'(?:href|src|action)="(?:[a-z]+:)?//', text), page


def test_a_second_time_nothing_is_made_and_nothing_changes(site, settings):
    before = contents(site)
    built = publish(site, open_store(settings), Edition(), workers=1)
    assert (built.made, built.removed) == (0, 0)
    assert contents(site) == before


def test_another_process_makes_the_same_bytes(site, settings, tmp_path):
    environment = os.environ | {"GEOPOLITY_HOME": str(settings.home), "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-m", "services.cli", "publish", "--out", str(tmp_path / "again")]
    subprocess.run(command, check=True, capture_output=True, env=environment, cwd=Path(__file__).parents[3])
    ours, theirs = contents(site), contents(tmp_path / "again")
    assert sorted(ours) == sorted(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_a_new_version_changes_what_it_touches_and_nothing_else(tmp_path):
    settings = town_store(tmp_path / "home")
    out = tmp_path / "site"
    publish(out, open_store(settings), Edition(), workers=1)
    before = manifest(out)["products"]
    moved = replace(RIVER, members=pd.Series([7.5, 1.0], index=["01", "02"]), digest="moved")
    in_force(moved, settings, now="2026-02-01T00:00:00Z")
    publish(out, open_store(settings), Edition(), workers=1)
    after = manifest(out)["products"]
    changed = {name for name in after if after[name]["made_of"] != before.get(name, {}).get("made_of")}
    assert "polities/river/2" in changed
    assert {"polities/river/1", "polities/coast/1", "static"}.isdisjoint(changed)
    page = (out / "polities/river/index.html").read_text(encoding="utf-8")
    assert "2/boundary.geojson" in page
    assert "1/boundary.geojson" in page


def test_a_damaged_file_is_made_again(tmp_path):
    settings = town_store(tmp_path / "home")
    out = tmp_path / "site"
    publish(out, open_store(settings), Edition(), workers=1)
    whole = (out / "index.html").read_bytes()
    (out / "index.html").write_bytes(whole[:100])
    (out / "polities/river/1/units.csv").unlink()
    assert publish(out, open_store(settings), Edition(), workers=1).made == 2
    assert (out / "index.html").read_bytes() == whole


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(SiteFolderError, match="no site of ours"):
        build(tmp_path, [], workers=1)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_what_a_site_no_longer_has_is_removed(tmp_path):
    one = Product(name="one", made_of="1", make=lambda: {"a/one.txt": b"1"})
    two = Product(name="two", made_of="2", make=lambda: {"b/two.txt": b"2"})
    build(tmp_path / "site", [one, two], workers=1)
    built = build(tmp_path / "site", [two], workers=1)
    assert (built.made, built.kept, built.removed) == (0, 1, 1)
    assert not (tmp_path / "site/a").exists()


def _numbered(name, text, files=3):
    return Product(
        name=name, made_of=text, make=lambda: {f"{name}/{it}.txt": f"{text} {it}".encode() for it in range(files)}
    )


def _killed_at(step, out, products, monkeypatch):
    """Publish, and die before the n-th change of the disk; whether it came so far."""
    left = step

    def counted(change):
        def changed(*arguments, **options):
            nonlocal left
            left -= 1
            if left == 0:
                raise KeyboardInterrupt
            return change(*arguments, **options)

        return changed

    with monkeypatch.context() as patched:
        for name in ("write_bytes", "replace", "unlink", "mkdir", "rmdir", "open"):
            patched.setattr(Path, name, counted(getattr(Path, name)))
        try:
            build(out, products, workers=1)
        except KeyboardInterrupt:
            return True
    return False


@pytest.mark.parametrize("is_first", [True, False], ids=["first", "incremental"])
def test_a_publishing_killed_at_any_step_is_repeated_and_ends_as_if_it_ran_once(is_first, tmp_path, monkeypatch):
    """Once: a first one could not be repeated, and an incremental one left new files under the old manifest."""
    old = [_numbered("one", "old"), _numbered("two", "old"), _numbered("gone", "old")]
    new = [_numbered("one", "new"), _numbered("two", "old"), _numbered("three", "new", files=1)]
    build(tmp_path / "whole", new, workers=1)
    wanted, step = contents(tmp_path / "whole"), 1
    while True:
        out = tmp_path / f"{step}"
        if not is_first:
            build(out, old, workers=1)
        if not _killed_at(step, out, new, monkeypatch):
            break
        build(out, new, workers=1)
        assert contents(out) == wanted, step
        if not is_first:  # and back, as the old state would have it
            build(out, old, workers=1)
            assert (out / "one/1.txt").read_bytes() == b"old 1", step
        step += 1
    assert step > 20


def test_a_file_of_the_same_length_with_other_words_is_made_again(tmp_path):
    """Once: files were called whole by their size alone."""
    one = _numbered("one", "text")
    build(tmp_path, [one], workers=1)
    (tmp_path / "one/2.txt").write_bytes(b"evil 2")
    assert build(tmp_path, [one], workers=1).made == 1
    assert (tmp_path / "one/2.txt").read_bytes() == b"text 2"
    shutil.rmtree(tmp_path / "one")
    assert build(tmp_path, [_numbered("two", "text")], workers=1).removed == 3


def test_the_torn_bundle_of_a_draw_that_was_killed_stops_no_publishing(tmp_path):
    settings = town_store(tmp_path / "home")
    for name, text in ((".draw.partial", "{}"), ("torn", '{"epoch": "2026-')):
        folder = settings.home / "out" / name
        folder.mkdir(parents=True)
        (folder / "bundle.json").write_text(text)
    assert publish(tmp_path / "site", open_store(settings), Edition(), workers=1).made


@pytest.mark.parametrize("has_guide", [True, False])
def test_pages_lead_to_the_guide_where_it_was_built(has_guide):
    site = Site(state="2026-01-01T00:00:00Z", has_guide=has_guide)
    page = make_check(site, Extras(tiles=(), draws=(), log_entries=0))["check/index.html"]
    assert (b'href="../guide/index.html"' in page) == has_guide


def test_downloads_say_the_same_with_licence_and_citation(site):
    folder = site / "polities/river/1"
    boundary = gpd.read_file(folder / "boundary.geojson")
    table = pd.read_csv(folder / "units.csv", dtype={"unit_id": str})
    packed = pyogrio.read_dataframe(folder / "polity.gpkg", layer="units")
    columns = gpd.read_parquet(folder / "units.parquet")
    assert table["unit_id"].tolist() == packed["unit_id"].tolist() == columns["unit_id"].tolist() == ["01"]
    assert table["affected"].tolist() == packed["affected"].tolist() == columns["affected"].tolist() == [7.5]
    assert boundary.geometry.iloc[0].equals(gpd.read_parquet(folder / "boundary.parquet").geometry.iloc[0])
    said = json.loads((folder / "boundary.geojson").read_text(encoding="utf-8"))
    metadata = pq.read_schema(folder / "boundary.parquet").metadata
    assert said["licence"] == metadata[b"licence"].decode() == "CC0 (drawn)"
    assert said["citation"] in (folder / "LICENCE.txt").read_text(encoding="utf-8")


def test_the_published_log_verifies(site):
    assert "entries" in verify_export(site / "log")


def test_linked_data_and_sitemap_are_well_formed(site):
    page = (site / "polities/river/index.html").read_text(encoding="utf-8")
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    said = json.loads(block)
    assert (said["@type"], said["version"], said["license"]) == ("Dataset", "1", "CC0")
    urls = ET.fromstring((site / "sitemap.xml").read_bytes())
    assert len(urls) == 6


def test_the_site_speaks_spanish(settings, tmp_path):
    publish(tmp_path / "sitio", open_store(settings), Edition(language="es"), workers=1)
    page = (tmp_path / "sitio/index.html").read_text(encoding="utf-8")
    assert '<html lang="es">' in page
    assert "la búsqueda corre en su navegador" in page


def test_a_year_of_an_assembly_is_one_page_and_small_counts_are_held_back(tmp_path):
    from pypdf import PdfReader

    from services.settings import Settings
    from services.storage.layers.census import keep_layer
    from tests.contract.conftest import NOW, town
    from tests.contract.court import constitute

    settings = Settings(home=tmp_path / "home", workers=1)
    with open_store(settings).writing() as session:
        keep_layer(session, town(), now=NOW, is_base=True)
    constitute(open_store(settings), settings).file()
    publish(tmp_path / "site", open_store(settings), Edition(), workers=1)
    (page,) = (tmp_path / "site/reports").glob("assembly-river-*.html")
    text = page.read_text(encoding="utf-8")
    assert "<strong>9</strong>" in text
    assert "Weirs" in text
    printed = PdfReader(page.with_suffix(".pdf"))
    assert (len(printed.pages), "/StructTreeRoot" in printed.trailer["/Root"]) == (1, True)


def test_the_printed_overview_is_one_tagged_page(site):
    from pypdf import PdfReader

    printed = PdfReader(site / "reports/overview.pdf")
    assert (len(printed.pages), "/StructTreeRoot" in printed.trailer["/Root"]) == (1, True)


def test_an_overview_of_many_polities_still_fits_on_one_page():
    from pypdf import PdfReader

    from maps.pages.home import PolityLine
    from maps.pages.national import CellLine, CountLine, NationalView
    from maps.site.layout import Site
    from services.site.reports import overview_files

    lines = [
        PolityLine(
            polity_id=f"p{number}",
            title=f"A rather long title of the issue number {number}",
            layer="town",
            version=1,
            since="2026-01-01T00:00:00Z",
            units=10,
            population=1e6,
            affected=1e5,
            coverage=0.9,
            gap=0.0,
            is_whole=False,
            seats=150,
        )
        for number in range(200)
    ]
    view = NationalView(
        polities=tuple(lines),
        colours=("",) * 200,
        layer="town",
        source="Town, 2026.",
        picture='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 400"></svg>',
        cells=tuple(CellLine(titles=tuple(line.title for line in lines[:40]), units=3, people=5e5) for _ in range(12)),
        cell_count=900,
        counts=tuple(CountLine(number=number, units=3, people=1e6) for number in range(60)),
    )
    files = overview_files(Site(state="2026-01-01T00:00:00Z"), view)
    text = files["reports/overview.html"].decode()
    assert "or more</th>" in text
    assert "37 more" in text.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert len(PdfReader(io.BytesIO(files["reports/overview.pdf"])).pages) == 1
