"""Every published bad GeoJSON document is refused in one sentence; advice alone is no reason to refuse."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from boundaries.vectors.geojson import GeoJsonError, check_geojson

GEOJSON = Path(os.environ["GEOPOLITY_SHARED"]) / "oracles" / "geojson"
ADVICE_ONLY = {
    "bad-polygon-interiorring-rhr",
    "excessive_precision_truncated",
    "geometrycollection_nested",
    "geometrycollection_single",
    "point-toomany",
    "polygon_winding_order",
}
BAD = sorted(path for path in (GEOJSON / "bad").glob("*.geojson") if path.stem not in ADVICE_ONLY)
GOOD = sorted([*(GEOJSON / "good").glob("*.geojson"), *(GEOJSON / "bad" / f"{name}.geojson" for name in ADVICE_ONLY)])


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_document_is_refused_in_one_sentence(path: Path) -> None:
    with pytest.raises(GeoJsonError) as caught:
        check_geojson(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_document_passes(path: Path) -> None:
    check_geojson(path)
