"""Groups of people named with a derivation: in its folder, its report and the page of the version."""

import math
from decimal import Decimal

import pytest

from geopolity.polity.profile import Line
from maps.locale.texts import texts
from maps.reports.profile import panel_words
from services.derivation import derive
from services.derivation.audit.folder import audit
from services.derivation.layers import Columns
from services.derivation.profiled import who_from
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
        issue=wanted, layers=(str(tmp_path / "squares.gpkg"),), columns=columns, groups=tmp_path / "groups.toml"
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
