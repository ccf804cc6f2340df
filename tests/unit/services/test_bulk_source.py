"""A CSV of points or ids gives one row for each line below its header, whatever is wrong with the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.lookup.bulk import source
from services.lookup.bulk.source import open_source


def rows(path: Path, text: str) -> list[dict]:
    path.write_text(text)
    return [row for _, batches in open_source(path).parts() for batch in batches for row in batch.to_pylist()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lon,lat\n-90.2,38.6,\n-90.1,38.7,\n", [None, None]),
        ("unit_id,name\n01001,Autauga, AL\n01003,Baldwin, AL\n", [None, None]),
        ("unit_id\n29510\n\n01001\n", ["29510", None, "01001"]),
        ("unit_id,name\n1,a\n2\n3,c\n4,d,e\n", ["1", None, "3", None]),
        ("lon,lat\n1,2\n\n3,4\n", ["1", None, "3"]),
        ("unit_id\n1\n2", ["1", "2"]),
    ],
)
def test_one_row_out_for_each_row_in(tmp_path: Path, text: str, expected: list) -> None:
    found = rows(tmp_path / "t.csv", text)
    assert [next(iter(row.values())) for row in found] == expected


@pytest.mark.parametrize("block", [40, 64, 100, 1000])
def test_broken_lines_keep_their_places_across_blocks(tmp_path: Path, monkeypatch, block: int) -> None:
    monkeypatch.setattr(source, "BLOCK_BYTES", block)
    lines = [f"{n},x" if n % 5 else f"{n},x,y" for n in range(100)] + ["100,x,y"] * 30
    found = rows(tmp_path / "t.csv", "unit_id,name\n" + "\n".join(lines) + "\n")
    assert [row["unit_id"] for row in found] == [str(n) if n % 5 else None for n in range(100)] + [None] * 30
