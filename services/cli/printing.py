"""What commands print: a table for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from services.cli.words import fixed, whole
from services.records import as_json

Cell = str | int | float | None


def as_json_text(record: Any) -> str:
    """A record, or a list of them, as ``--json`` prints it; days and moments as text."""
    return json.dumps(as_json(record), ensure_ascii=False, indent=2, allow_nan=False, default=str)


def table(header: Sequence[str], rows: Sequence[Sequence[Cell]], *, text_columns: int = 1) -> str:
    """Lay out rows under a header; the first ``text_columns`` are aligned left, all others right."""
    cells = [list(header), *([shown(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    rule = "  ".join("─" * width for width in widths)
    lines = ["  ".join(_align(row, widths, text_columns)).rstrip() for row in cells]
    return "\n".join([lines[0], rule, *lines[1:]])


def shown(cell: Cell) -> str:
    """Write a value for a person: thousands separated, nothing for what is not known."""
    match cell:
        case None:
            return "–"
        case int():
            return whole(cell)
        case float():
            return fixed(cell, 2)
    return cell


def _align(row: Sequence[str], widths: Sequence[int], text_columns: int) -> list[str]:
    return [
        cell.ljust(width) if column < text_columns else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
