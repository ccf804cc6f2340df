"""Pictures of the guide, drawn by the product while the guide is built."""

from __future__ import annotations

from pathlib import Path

import maps.reports.figures
from boundaries import open_issue
from geopolity.polity.derivation import Derivation, derive_polity
from maps.scenes.overview import overview
from services.derivation.open_layers import warm_layer
from services.derivation.terrain_cache import terrain_of

ISSUES = ("ogallala-aquifer", "hurricane-relief", "mississippi-water-quality", "smelter-emissions")


def write_pictures(folder: Path, home: Path) -> None:
    """Derive some sample issues quickly, and draw each alone and all together."""
    folder.mkdir(parents=True, exist_ok=True)
    derived = [_derived(name, home) for name in ISSUES]
    for derivation in derived:
        picture = maps.reports.figures.polity(derivation, width=480.0)
        (folder / f"{derivation.issue.name}.svg").write_text(picture, encoding="utf-8")
    (folder / "overview.svg").write_text(overview(derived), encoding="utf-8")


def _derived(name: str, home: Path) -> Derivation:
    issue = open_issue(name)
    layer = warm_layer(str(issue.layer), home)
    return derive_polity(issue, layer, terrain=terrain_of(layer, home), effort="interactive")
