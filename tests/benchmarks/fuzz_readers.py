"""A coverage-guided fuzzer over the readers of files: no error but a deliberate one, and no count of people made up.

    python -m tests.benchmarks.fuzz_readers FOLDER -max_total_time=3600

Needs atheris (no wheel for every machine). Every input begins with a byte that chooses the reader; a folder keeps inputs
that reached new code. A finding is printed and kept by libFuzzer as ``crash-…``.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

import atheris

SUFFIXES = (".csv", ".geojson", ".xlsx", ".parquet", ".kml", ".zip", ".xml", ".asc", ".toml", ".shp", ".gpkg", ".tif")

with atheris.instrument_imports(include=["boundaries"]):
    from boundaries.footprints.files import open_footprint
    from boundaries.layers import open_layer
from geopolity.errors import GeopolityError  # noqa: E402 - after what is instrumented

FOLDER = Path(tempfile.mkdtemp(prefix="geopolity-fuzz-"))


def one(data: bytes) -> None:
    """Read one input as a layer or a footprint."""
    if len(data) < 2:
        return
    suffix = SUFFIXES[data[0] % len(SUFFIXES)]
    file = FOLDER / f"input{suffix}"
    file.write_bytes(data[1:])
    try:
        if data[0] < 128:
            open_layer(file, crs=4326 if suffix == ".asc" else None)
        else:
            open_footprint(file, buffer_km=10.0 if suffix in (".csv", ".kml") else None)
    except GeopolityError as error:
        if not str(error):
            raise AssertionError("a refusal without a sentence") from error
    finally:
        file.unlink(missing_ok=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
