"""The studio's page: layers to choose from, a draft read from its form, and a result as picture and table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from geopolity.errors import GeopolityError
from geopolity.layers.layer import Layer
from maps.locale.texts import said, texts
from maps.pages.studio import StudioLayer, StudioResult, StudioView, Wrong
from maps.reports.closeness import how_small_plainly
from maps.reports.counted import counted_figures
from maps.reports.figures import described_scene
from maps.reports.method import kept_to
from maps.scenes.svg import svg
from services.derivation.derive import Derived
from services.derivation.draft import tried
from services.derivation.layers import ready_names
from services.derivation.open_layers import warm_layer
from services.derivation.profiled import counting_columns
from services.derivation.requests.spec import DerivationSpec
from services.records import as_json
from services.storage.store import Store
from services.views.live_panel import figures

SHOWN_UNITS = 15
NO_GROUPS = {"name", "population", "geometry"}
_columns = lru_cache(maxsize=8)(counting_columns)


def studio_view(
    home: Path, *, form: Mapping[str, Any] | None = None, result: StudioResult | None = None, error: Wrong | None = None
) -> StudioView:
    """Return what the page is made of."""
    layers = tuple(_layer(name, home) for name in ready_names(home))
    return StudioView(layers=layers, form=form or {}, error=error, result=result)


def draft_result(spec: DerivationSpec, store: Store, language: str) -> StudioResult:
    """Derive what is asked for with little effort: its figures, picture and table."""
    return _result(tried(spec, store, drawing=True), language)


def wrong(error: GeopolityError, language: str) -> Wrong:
    """What is refused, in a language, with the field that it is about."""
    field = str(error.facts.get("field", "")).partition(".")[0].replace(" ", "_")
    return Wrong(said=said(error, language), field=field)


def _layer(name: str, home: Path) -> StudioLayer:
    opened = warm_layer(name, home)
    return StudioLayer(
        name=name,
        title=opened.title,
        vintage=opened.vintage,
        digest=opened.digest,
        size=len(opened),
        columns=_columns(opened),
        groups=_groups(opened),
    )


@lru_cache(maxsize=8)
def _groups(layer: Layer) -> tuple[str, ...]:
    """Columns that put units into groups: texts or numbers of few kinds, which several units share."""
    others = [column for column in layer.units.columns if column not in NO_GROUPS | set(_columns(layer))]
    return tuple(
        str(column)
        for column in others
        if not pd.api.types.is_float_dtype(layer.units[column]) and 1 < layer.units[column].nunique() <= len(layer) / 2
    )


def _result(derived: Derived, language: str) -> StudioResult:
    made, t, said = derived.derivation, texts(language), as_json(figures(derived))
    top = made.units.sort_values("affected", ascending=False, kind="stable").head(SHOWN_UNITS)
    return StudioResult(
        figures=said,
        proof=how_small_plainly(made, t),
        lines=counted_figures(said, made, t),
        conditions=kept_to(made, t),
        picture=svg(described_scene(made, width=640.0, heights=(0.5, 1.0)), name="result"),
        units=tuple(
            (str(row["name"]), float(row["affected"]), bool(row["inside"]))
            for row in top.to_dict("records")
            if row["affected"] > 0
        ),
        notes=tuple(flag.sentence for flag in made.affected.flags),
    )
