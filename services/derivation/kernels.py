"""Have what a derivation needs compiled and in memory before somebody waits: on a new machine that takes a minute."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation


def get_ready() -> None:
    """Import what opens and derives a draft, and compile the kernels unless that was done."""
    import services.derivation.draft  # noqa: PLC0415
    import services.derivation.requests.opened_spec  # noqa: F401, PLC0415

    compile_kernels()


def compile_kernels() -> None:
    """Compile them unless an earlier process kept them (``NUMBA_CACHE_DIR``)."""
    kept = os.environ.get("NUMBA_CACHE_DIR")
    if kept is None or not any(Path(kept).rglob("ascent*.nbi")):
        derive_squares()


def load_kernels() -> None:
    """Have those of a derivation in memory."""
    derive_squares()


def derive_squares() -> Derivation:
    """Derive a polity of four squares: the quickest way to have everything compiled and loaded that any needs."""
    import geopandas as gpd  # noqa: PLC0415 - slow to import, and this is done where nobody waits
    from shapely import LineString, box  # noqa: PLC0415

    from geopolity.affected.footprint import Corridor  # noqa: PLC0415
    from geopolity.identifiers import IssueName, LayerName  # noqa: PLC0415
    from geopolity.layers.layer import Layer  # noqa: PLC0415
    from geopolity.polity.derivation import derive_polity  # noqa: PLC0415
    from geopolity.polity.issue import Issue  # noqa: PLC0415

    squares = [box(column, row, column + 1, row + 1) for column in range(2) for row in range(2)]
    units = gpd.GeoDataFrame(
        {"name": list("abcd"), "population": 100.0}, index=list("abcd"), geometry=squares, crs="EPSG:4326"
    )
    layer = Layer(
        name=LayerName("squares"),
        title="Four squares",
        vintage="",
        source="",
        licence="",
        units=units.rename_axis("unit_id"),
    )
    line = gpd.GeoSeries([LineString([(0.2, 0.2), (1.2, 0.3)])], crs="EPSG:4326")
    footprint = Corridor(lines=line, distance_km=10.0, decay="linear")
    return derive_polity(
        Issue(name=IssueName("warm"), title="", question="", footprint=footprint, layer=layer.name),
        layer,
        effort="interactive",
    )


if __name__ == "__main__":
    compile_kernels()
