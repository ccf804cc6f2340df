"""List, show and add census layers."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from boundaries import layers as source
from boundaries.how import ReadAs
from boundaries.joining import Repeated
from boundaries.layers import IgnoredOptionError
from boundaries.planet.layer import NAME as WORLD_PLACES
from boundaries.planet.layer import Facts, built, facts, is_built
from geopolity.errors import RequestError
from geopolity.identifiers import LayerName
from geopolity.layers.combined import combined
from geopolity.layers.layer import Layer
from geopolity.layers.reading import Reading
from geopolity.layers.topology import topology
from geopolity.region import OnProgress, Progress
from services.whole import write_whole

if TYPE_CHECKING:
    import pandas as pd

    from services.storage.store import Store


class LayerNameError(RequestError):
    """A layer is to be added under a name that is taken, or that makes no file name."""

    code = "layer-name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns(ReadAs):
    """Which columns of a file hold what; ``None`` lets the reader find them."""

    id_column: str | None = None
    population_column: str | None = None
    name_column: str | None = None
    parent_column: str | None = None
    people_file: str | None = None
    table_id_column: str | None = None
    sheet: str | None = None
    where: tuple[tuple[str, str], ...] = ()
    repeated: Repeated = "refuse"


SEAM_KM = 0.2
"""How far apart two layers may have drawn the same border, where nobody says otherwise, km."""


def layer_names(home: Path) -> list[str]:
    """Names of all layers: embedded ones, then added ones."""
    added = sorted(path.stem for path in _folder(home).glob("*.parquet"))
    return [*source.layer_names(), *added]


def ready_names(home: Path) -> list[str]:
    """Names of the layers that open at once: all but world-places until it has been built."""
    return [name for name in layer_names(home) if name != WORLD_PLACES or is_built(_cache(home))]


def build(names: Sequence[str], home: Path, on_progress: OnProgress | None = None) -> None:
    """Build world-places, if it is among these layers and has not been built: half a minute, once."""
    if WORLD_PLACES in names and not is_built(_cache(home)):

        def tell(share: float) -> None:
            if on_progress is not None:
                on_progress(Progress(phase=f"building {WORLD_PLACES}, once", done=share))

        built(_cache(home), tell)


def corrections(home: Path, on_progress: OnProgress | None = None) -> pd.DataFrame:
    """What was done to each country's people in world-places: ``boundaries.planet.people.Census.countries``."""
    build([WORLD_PLACES], home, on_progress)
    return built(_cache(home)).countries


def facts_of(name: str, home: Path) -> Facts:
    """What a list of layers says of one; nothing is built for it."""
    if name == WORLD_PLACES:
        return facts()
    opened = open_layer([name], Columns(), home)
    return Facts(
        name=str(opened.name),
        title=opened.title,
        vintage=opened.vintage,
        units=len(opened),
        population=opened.population,
    )


def open_layer(names: Sequence[str], columns: Columns, home: Path, *, seam_km: float = SEAM_KM) -> Layer:
    """Open a layer by its name, embedded or added, or from a file; several names are joined at their seams."""
    if len(names) == 1:
        return _open_one(names[0], columns, home)
    known = layer_names(home)
    if all(name in known for name in names):
        _check_nothing_said(names[0], columns)
    layers = [_open_one(name, Columns() if name in known else columns, home) for name in names]
    return combined(layers, seam_km=seam_km)


def keep(name: str, store: Store, *, is_base: bool) -> Layer:
    """Keep a layer in the store; a base layer is one that people are at home on."""
    from services.clock import now  # noqa: PLC0415
    from services.storage.layers.census import keep_layer  # noqa: PLC0415
    from services.storage.layers.crosswalks import link_to_base  # noqa: PLC0415 - deriving needs no database

    layer = open_layer([name], Columns(), store.home)
    with store.writing() as session:
        link_to_base(session, keep_layer(session, layer, now=now(), is_base=is_base))
    return layer


def _open_one(name: str, columns: Columns, home: Path) -> Layer:
    added = _folder(home) / f"{name}.parquet"
    if name not in source.layer_names() and Path(name).name == name and added.exists():
        _check_nothing_said(name, columns)
        return _open_added(added)
    return source.open_layer(name, **dataclasses.asdict(columns), cache=_cache(home))


def add_layer(file: Path, name: str, columns: Columns, home: Path) -> Layer:
    """Check a file and keep it as a named layer under ``GEOPOLITY_HOME/layers``."""
    if not name.replace("-", "").replace("_", "").isalnum() or name in layer_names(home):
        raise LayerNameError(
            "A layer cannot be added as {name:quoted}: names are letters, digits and hyphens, and must not be "
            "taken; give another with --name.",
            name=name,
        )
    layer = source.open_layer(str(file), **dataclasses.asdict(columns))
    folder = _folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{name}.partial"
    layer.units.to_parquet(draft)
    record = {key: getattr(layer, key) for key in ("title", "vintage", "source", "licence")}
    record |= {"notes": [str(note) for note in layer.notes], "reading": read_back(layer).kept}
    write_whole(folder / f"{name}.json", (json.dumps(record, indent=2, sort_keys=True) + "\n").encode())
    draft.rename(folder / f"{name}.parquet")
    return dataclasses.replace(layer, name=LayerName(name))


def _check_nothing_said(name: str, columns: Columns) -> None:
    """Refuse words about a file where the layer is one that was read before."""
    usual = Columns()
    said = [
        field.name
        for field in dataclasses.fields(columns)
        if getattr(columns, field.name) != getattr(usual, field.name)
    ]
    if said:
        raise IgnoredOptionError(
            "Layer {layer} was read before, and {options:list} would change nothing; leave it out, or name a file.",
            layer=name,
            options=[f"--{option.replace('_', '-')}" for option in said],
        )


def _open_added(file: Path) -> Layer:
    import geopandas as gpd  # noqa: PLC0415 - slow to import, and rarely needed here

    record = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    kept = record.pop("reading", None)
    notes = tuple(record.pop("notes", ()))
    reading = None if kept is None else Reading.of(kept)
    return Layer(name=LayerName(file.stem), units=gpd.read_parquet(file), notes=notes, reading=reading, **record)


def read_back(layer: Layer) -> Reading:
    """How a layer was read; of one that travels with geopolity, what a look at it tells."""
    if layer.reading is not None:
        return layer.reading
    found = topology(layer)
    return Reading(
        rows=len(layer),
        units=len(layer),
        people=float(layer.units["population"].sum()),
        missing=int(layer.units["population"].isna().sum()),
        overlaps=found.overlaps,
        overlap_m2=found.overlap_m2,
        gaps=found.gaps,
        gap_m2=found.gap_m2,
        largest_gap=found.largest_gap,
        near_misses=found.near_misses,
        vintage=layer.vintage,
        crs=layer.units.crs.to_string(),
        crs_from="the file",
        notes=(*layer.notes, *found.notes),
    )


def _folder(home: Path) -> Path:
    return home / "layers"


def _cache(home: Path) -> Path:
    return home / "cache" / "layers"
