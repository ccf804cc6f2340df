import json
import re

import folium

from maps import polity_map
from maps.assets import asset_path, manifest


def data_of(page: str):
    return json.loads(
        re.search(r'<script type="application/json" id="data-[^"]+">(.*?)</script>', page, re.DOTALL).group(1)
    )


def saved(derivation, tmp_path) -> str:
    file = tmp_path / "map.html"
    polity_map(derivation).save(str(file))
    return file.read_text(encoding="utf-8")


def test_it_is_a_folium_map_that_shows_itself_in_a_notebook(polity):
    drawn = polity_map(polity)
    assert isinstance(drawn, folium.Map)
    assert "iframe" in drawn._repr_html_()


def test_folium_keeps_its_own_lists(polity):
    before = list(folium.Map.default_js), list(folium.Map.default_css)
    polity_map(polity)
    assert (folium.Map.default_js, folium.Map.default_css) == before
    assert len(folium.Map.default_js) > 0


def test_page_names_no_address_that_would_be_fetched(polity, tmp_path):
    page = saved(polity, tmp_path)
    assert not re.findall(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", page)
    assert not re.findall(r"""url\(["']?(?:https?:)?//""", page)
    assert "<link" not in page


def test_page_has_language_title_and_heading(polity, tmp_path):
    page = saved(polity, tmp_path)
    assert '<html lang="en">' in page
    assert "<title>Clean rivers: " in page
    assert page.count("<h1>") == 1
    assert "user-scalable=no" not in page


def test_every_unit_is_drawn_once_with_its_facts(polity, tmp_path):
    data = data_of(saved(polity, tmp_path))
    assert len(data["units"]) == len(data["names"]) == len(data["fill_of"]) == 36
    residents, affected, inside = data["facts"]
    assert residents["values"][-1] is None
    assert affected["values"][0] == 10
    assert sum(inside["values"]) == polity.certificate.units


def test_missing_counts_are_hatched_and_never_coloured_as_zero(polity, tmp_path):
    data = data_of(saved(polity, tmp_path))
    assert data["fills"][data["fill_of"][-1]] == "missing"


def test_footprint_and_polity_can_be_switched(polity, everyone, tmp_path):
    assert [overlay["kind"] for overlay in data_of(saved(polity, tmp_path))["overlays"]] == ["footprint", "polity"]
    assert [overlay["kind"] for overlay in data_of(saved(everyone, tmp_path))["overlays"]] == ["polity"]


def test_names_from_data_cannot_leave_their_place(hostile, tmp_path):
    page = saved(hostile, tmp_path)
    assert "<img" not in page
    assert data_of(page)["names"][0].startswith("</script>")


def test_uncertain_units_are_drawn_as_fringe(polity, tmp_path):
    shaky = polity.units.assign(stability=0.5, certainty="fringe")
    object.__setattr__(polity, "units", shaky)
    try:
        kinds = [overlay["kind"] for overlay in data_of(saved(polity, tmp_path))["overlays"]]
    finally:
        object.__setattr__(polity, "units", shaky.drop(columns=["stability", "certainty"]))
    assert kinds == ["footprint", "polity", "fringe"]


def test_the_same_derivation_gives_the_same_page(polity, tmp_path):
    assert saved(polity, tmp_path) == saved(polity, tmp_path)


def test_vendored_files_are_those_of_the_manifest():
    import hashlib

    for entry in manifest()["files"]:
        content = asset_path(entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry["file"]
        assert entry["version"]
        assert entry["licence"]
