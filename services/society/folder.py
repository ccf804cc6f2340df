"""Write a simulation as a folder that a stranger can check: tables, assumptions, report, and a digest of each."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from geopolity.errors import RequestError
from geopolity.polity.record import ENGINE
from geopolity.society.steady import unit_loads
from maps.locale.catalogue import LANGUAGES
from maps.locale.texts import texts
from maps.reports.society import SocietyPage, society_report
from maps.scenes.load import BREAKS, load_map
from services.derivation.open_layers import warm_layer
from services.derivation.terrain_cache import warm_display
from services.society.frontier import losing
from services.society.run import Simulated, world_of

RUN, PARAMETERS, MANIFEST, REPORT = "run.json", "parameters.json", "manifest.json", "report.html"
TABLES = ("units", "polities", "breaking", "growth", "sensitivity", "frontier")
"""Tables beside ``society.parquet``, by the name of their file."""
SOCIETY = "society.parquet"


class SocietyFolderError(RequestError):
    """The folder of a simulation cannot be written."""

    code = "society-folder"


def check_new(folder: Path) -> None:
    """Refuse a place that holds something else than an earlier simulation."""
    if folder.exists() and not (folder / RUN).is_file():
        raise SocietyFolderError(
            "{folder} is there already and holds no simulation, so it is left alone; give --out the "
            "name of a new folder.",
            folder=folder,
        )


def write_society(folder: Path, found: Simulated, home: Path, language: str = LANGUAGES[0]) -> None:
    """Write everything, or nothing: into a draft beside, which then takes the place of ``folder``."""
    check_new(folder)
    draft = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    found.years.to_parquet(draft / SOCIETY, index=False, compression="zstd")
    for name in TABLES:
        getattr(found, name).to_parquet(draft / f"{name}.parquet", index=False, compression="zstd")
    _write(draft / RUN, run_record(found))
    _write(draft / PARAMETERS, found.parameters.record())
    (draft / REPORT).write_text(_report(found, home, language), encoding="utf-8", newline="\n")
    _write(draft / MANIFEST, {"files": digests(draft)})
    shutil.rmtree(folder, ignore_errors=True)
    draft.replace(folder)


def run_record(found: Simulated) -> dict[str, Any]:
    """What was asked, and what made it."""
    asked = found.simulation
    return {
        "seed": asked.seed,
        "years": asked.years,
        "families": list(asked.families),
        "layer": asked.layer,
        "layer_digest": found.layer_digest,
        "engine": ENGINE,
    }


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file but the manifest."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.name != MANIFEST
    }


def _report(found: Simulated, home: Path, language: str) -> str:
    world = world_of(found.units, found.polities)
    layer = warm_layer(found.simulation.layer, home)
    warm_display(layer, home)
    t = texts(language)
    load = pd.Series(unit_loads(world, found.parameters), index=layer.units.index)
    failed = found.polities[found.polities["failed"] != ""]
    page = SocietyPage(
        seed=found.simulation.seed,
        families=found.simulation.families,
        years=found.years,
        limits=found.limits,
        growth=found.growth,
        sensitivity=found.sensitivity,
        frontier=found.frontier,
        parameters=pd.DataFrame(
            [{"name": one.name, **found.parameters.record()[one.name]} for one in found.parameters]
        ),
        losing=tuple(losing(found.frontier)),
        failed=tuple(zip(failed["name"], failed["failed"], strict=True)),
        load_picture=load_map(layer, load, t) if load.max() > BREAKS[0] else "",
    )
    return society_report(page, t)


def _write(path: Path, record: Mapping[str, Any]) -> None:
    text = json.dumps(record, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
