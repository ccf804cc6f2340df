"""Write one issue in four shapes: each a folder that verifies, one table of all, and one page."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from boundaries.tables.formulas import defused
from geopolity.polity.derivation import Derivation
from geopolity.region import OnProgress
from maps.locale.catalogue import LANGUAGES
from maps.locale.texts import texts
from maps.reports.shapes import Drawn, shapes_html
from services.derivation.derive import Derived, derive_into
from services.derivation.folder import OutputFolderError, check_writable
from services.derivation.requests.request import Request
from services.derivation.shapes import FoundShapes, Shape, found_shapes, part_of_work, parts_of
from services.records import Json, as_json


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shapes:
    """All shapes of an issue, and the page that shows them."""

    title: str
    shapes: tuple[Shape, ...]
    page: Path

    def as_json(self) -> Json:
        """What ``shapes --json`` prints."""
        return {"title": self.title, "shapes": [as_json(one) for one in self.shapes], "page": str(self.page)}


def split_into(  # noqa: PLR0913 - what, where to, and how it is said
    folder: Path,
    request: Request,
    home: Path,
    whole: Derivation,
    *,
    language: str = LANGUAGES[0],
    on_progress: OnProgress | None = None,
) -> list[tuple[Path, Derived]]:
    """One polity for each cluster of people affected, each in a folder of its own.

    Raises
    ------
    ShapesError
        If all of them are in one cluster, or in very many.
    """
    parts = parts_of(request, whole)
    before = _parts_in(folder)
    made = []
    for number, part in enumerate(parts, 1):
        into = folder / f"part-{number}"
        made.append((into, derive_into(into, part, home, on_progress, language=language)[0]))
    _take_away(path for path in before if path not in {into for into, _ in made})
    return made


def shapes_of(  # noqa: PLR0913 - what, where to, and how it is said
    folder: Path,
    request: Request,
    home: Path,
    *,
    pieces: int | None = None,
    language: str = LANGUAGES[0],
    on_progress: OnProgress | None = None,
) -> Shapes:
    """Derive an issue in every shape that it can have; ``pieces`` is as many as there are clusters by default."""
    _check_new(folder)
    _parts_in(folder)

    def made(name: str, asked: Request, ends: tuple[float, float]) -> Derivation:
        told = part_of_work(on_progress, *ends)
        return derive_into(folder / name, asked, home, told, language=language)[0].derivation

    found = found_shapes(request, made, pieces=pieces)
    kept = {name for one in found.shapes for name in one.folders}
    _take_away(path for path in _parts_in(folder) if path.name not in kept)
    return _written(folder, found, language)


def _parts_in(folder: Path) -> list[Path]:
    """Parts that an earlier run left in a folder; what is no derivation is refused."""
    parts = sorted(folder.glob("part-*")) if folder.is_dir() else []
    for part in parts:
        check_writable(part)
    return parts


def _take_away(parts: Iterable[Path]) -> None:
    """Remove parts of an earlier run: beside those of this one they would be taken for its own."""
    for part in parts:
        shutil.rmtree(part)


def _check_new(folder: Path) -> None:
    known = {"shapes.csv", "shapes.html", "smallest", "rounder", "pieces"}
    foreign = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    foreign = sorted(name for name in foreign if name not in known and not name.startswith("part-"))
    if foreign or (folder.exists() and not folder.is_dir()):
        raise OutputFolderError(
            "{folder} holds {name}, which is not part of a derivation, so it is left alone; give --out the name "
            "of a new folder.",
            folder=folder,
            name=foreign[0] if foreign else folder.name,
        )


def _written(folder: Path, found: FoundShapes, language: str) -> Shapes:
    """Write the table and the page beside the folders."""
    records = found.records()
    rows = [one | {"folders": " ".join(one["folders"])} for one in records]
    defused(pd.DataFrame(rows)).to_csv(folder / "shapes.csv", index=False, lineterminator="\n", encoding="utf-8")
    html = shapes_html(found.title, records, [Drawn(*one) for one in found.drawn], texts(language))
    (folder / "shapes.html").write_text(html, encoding="utf-8", newline="\n")
    return Shapes(title=found.title, shapes=found.shapes, page=folder / "shapes.html")
