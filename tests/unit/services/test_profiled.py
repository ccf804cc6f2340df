"""Groups of people named with a derivation: in its folder, its report and the page of the version."""

import math
from decimal import Decimal

import pytest

from geopolity.polity.profile import Line
from maps.locale.texts import texts
from maps.reports.profile import counts_of, panel_words
from services.derivation import derive
from services.derivation.audit.folder import audit
from services.derivation.layers import Columns
from services.derivation.opened_folder import OpenedFolderError
from services.derivation.profiled import who, who_from
from services.derivation.requests.request import Request
from tests.unit.polity.test_derivation import issue, square_layer

GROUPS = """
[[group]]
name = "Old people"
count = "old"
margin = "old_M"
"""


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A corner of a square where old people live."""
    monkeypatch.setattr(derive, "_pdf", lambda _: None)
    units = square_layer().units.rename_axis("unit_id")
    units["old"] = [60.0 if name in {"00", "01"} else 10.0 for name in units.index]
    units["old_M"] = 5.0
    (tmp_path / "groups.toml").write_text(GROUPS)
    units.reset_index().to_file(tmp_path / "squares.gpkg")
    columns = Columns(id_column="unit_id", population_column="population", name_column="name")
    wanted = issue({"00": 1.0, "01": 1.0}, coverage=Decimal("0.9"))
    request = Request(
        issue=wanted,
        layers=(str(tmp_path / "squares.gpkg"),),
        columns=columns,
        groups=tmp_path / "groups.toml",
        bands_km=(5.0,),
    )
    derive.derive_into(tmp_path / "out", request, tmp_path)
    return tmp_path / "out"


def test_folder_and_report_say_who_is_affected(written):
    found = who_from((written / "profile.json").read_bytes())
    old = next(line for line in found.lines if line.kind == "affected")
    assert old.share == pytest.approx(0.6)
    report = (written / "report.html").read_text()
    assert "Who they are" in report
    assert "Old people: 60.0% of the affected" in report.replace("\u202f", " ").replace("\u00a0", " ")
    assert all(str(sentence) for sentence in audit(written))


def test_bands_of_distance_are_in_the_folder_and_the_report_and_add_up(written):
    found = who_from((written / "profile.json").read_bytes())
    assert [(band.name, round(band.affected)) for band in found.bands] == [("0", 200), ("0-5", 0), ("5-", 0)]
    assert sum(band.people for band in found.bands) == 2500
    assert [count for _, count, _ in counts_of(found.bands)] == [200, *(round(b.people) for b in found.bands[1:])]
    near, far = (next(line for line in found.lines if line.place == name) for name in ("0-5", "5-"))
    assert near.share == pytest.approx(0.1)
    assert far.kind == "band"
    report = (written / "report.html").read_text().replace("\u202f", " ").replace("\u00a0", " ")
    assert "where the issue starts: 200 people, 200 of them affected" in report
    assert "Old people by distance: where the issue starts 60.0% (" in report


def test_bands_around_a_folder_are_around_its_own_footprint(written, tmp_path):
    groups = tmp_path / "residents.toml"
    groups.write_text('[[group]]\nname = "Residents"\ncount = "population"\n')
    with pytest.raises(OpenedFolderError, match="draws no footprint"):
        who(written, groups, tmp_path, bands_km=(5,))
    with pytest.raises(OpenedFolderError, match="another footprint than that of test"):
        who(written, groups, tmp_path, bands_km=(5,), issue=issue({"44": 1.0}))
    with pytest.raises(OpenedFolderError, match="not known here; add it"):
        who(written, groups, tmp_path, bands_km=(5,), issue=issue({"00": 1.0, "01": 1.0}))


def test_a_ratio_that_covers_everything_is_left_out_of_the_panel():
    def line(ratio):
        return Line(
            group="women", kind="affected", place="", people=10.0, base=100.0, share=0.1, sampling=0.01, placing=0.01,
            low=0.09, high=0.11, ratio=ratio, ratio_low=1.9, ratio_high=2.1, quality="reliable", left_out=0.0,
        )  # fmt: skip

    sure, unsure = (panel_words([line(ratio)], "everywhere", texts("en"))[0] for ratio in (2.0, math.nan))
    assert "2.00 times the share everywhere" in sure
    assert "times" not in unsure
    assert panel_words([], "everywhere", texts("en")) == []
