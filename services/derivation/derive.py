"""Derive a polity: the one way for the command line, jobs, the studio and programs; and write its folder."""

from __future__ import annotations

import dataclasses
import logging
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import maps.reports.polity
from geopolity.layers.layer import Layer
from geopolity.polity.baselines import baselines
from geopolity.polity.change import Change, as_before, change_since
from geopolity.polity.derivation import Derivation, derive_polity
from geopolity.polity.stability import with_stability
from geopolity.region import OnProgress, prove
from maps import diff_map, polity_map
from maps.locale.catalogue import LANGUAGES
from maps.locale.texts import Texts, texts
from maps.reports.profile import panel_words
from maps.scenes.view import in_view
from services.derivation.curve import LEVELS, LEVELS_IN_A_REPORT, Curve, curve_of
from services.derivation.folder import Pictures, as_published, check_writable, write_folder
from services.derivation.layers import Columns, build, layer_names, open_layer
from services.derivation.open_layers import warm_layer
from services.derivation.profiled import Who, who_of
from services.derivation.requests.request import Request
from services.derivation.summary import Summary, summary
from services.derivation.terrain_cache import terrain_of, warm_display
from services.records import Json


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Derived:
    """What a request gave.

    Attributes
    ----------
    seconds
        Time to derive, without opening files and without drawing.
    """

    request: Request
    derivation: Derivation
    seconds: float

    @property
    def change(self) -> Change | None:
        """What changed since the earlier version that the request names."""
        return None if self.request.previous is None else change_since(self.request.previous, self.derivation)

    @property
    def summary(self) -> Summary:
        """Its key figures."""
        return summary(self.derivation)

    def as_json(self) -> Json:
        """What ``derive --json`` prints."""
        totals = {} if self.change is None else self.change.totals
        return self.summary.as_json() | totals | {"seconds": round(self.seconds, 3)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Written:
    """A folder that was written.

    Attributes
    ----------
    comparison
        ``geopolity.polity.baselines.baselines``.
    """

    folder: Path
    comparison: pd.DataFrame
    has_pdf: bool


def layer_of(request: Request, home: Path) -> Layer:
    """Layer to derive on: one that is known stays open for the next request, files are opened, several are joined."""
    names = request.layer_names
    if len(names) == 1 and request.columns == Columns() and names[0] in layer_names(home):
        return warm_layer(names[0], home)
    return open_layer(names, request.columns, home, seam_km=request.seam_km)


def derive(request: Request, home: Path, on_progress: OnProgress | None = None, *, proven: bool = False) -> Derived:
    """Derive, and keep nothing; where it is ``proven``, what the certificate claims can be checked by anybody."""
    build(request.layer_names, home, on_progress)
    layer = layer_of(request, home)
    terrain = terrain_of(layer, home)
    start = time.perf_counter()
    derivation = derive_polity(
        request.issue,
        layer,
        terrain=terrain,
        effort=request.effort,
        seed=request.seed,
        previous=request.previous,
        on_progress=on_progress,
    )
    seconds = time.perf_counter() - start
    if proven:
        derivation = _proven(derivation, request.seed)
    if request.options:
        record = derivation.problem_record | {"options": dict(request.options)}
        derivation = dataclasses.replace(derivation, problem_record=record)
    if request.uncertainty:
        derivation = with_stability(derivation, runs=request.uncertainty, seed=request.seed)
    return Derived(request=request, derivation=derivation, seconds=seconds)


def _proven(derivation: Derivation, seed: int) -> Derivation:
    """The derivation with a proof of what is published of it, and a certificate that says how far that goes."""
    published = as_published(derivation, seed)
    if published.rest is not None:
        certificate, tree = published.certificate, published.region.tree
        return dataclasses.replace(
            derivation, region=dataclasses.replace(derivation.region, certificate=certificate, tree=tree)
        )
    region = prove(derivation.problem, derivation.region, border=derivation.border, seed=seed)
    return dataclasses.replace(derivation, region=region)


def derive_into(
    folder: Path, request: Request, home: Path, on_progress: OnProgress | None = None, *, language: str = LANGUAGES[0]
) -> tuple[Derived, Written]:
    """Derive, draw and write; the place to write is checked before any work is done."""
    check_writable(folder)
    made = derive(request, home, on_progress, proven=True)
    who = None if request.groups is None else who_of(made.derivation, request.groups, request.bands_km)
    return made, write(made.derivation, folder, home, previous=request.previous, who=who, language=language)


def coverage_curve(request: Request, home: Path, on_progress: OnProgress | None = None) -> Curve:
    """Derive the polity of the request, and the region at every other level of coverage."""
    made = derive(request, home, on_progress)
    return curve_of(made.derivation, LEVELS, effort=request.effort, seed=request.seed, on_progress=on_progress)


def write(  # noqa: PLR0913 - a folder, and what goes into it beside the derivation
    derivation: Derivation,
    folder: Path,
    home: Path,
    *,
    previous: pd.Series[bool] | None = None,
    who: Who | None = None,
    language: str = LANGUAGES[0],
) -> Written:
    """Draw a derivation, and write its folder; its map and report speak a language, its data none."""
    warm_display(in_view(derivation).layer, home)
    comparison = baselines(derivation)
    drawn = _draw(derivation, comparison, previous, who, texts(language))
    pictures = dataclasses.replace(drawn, comparison=comparison)
    change = None if previous is None else change_since(previous, derivation)
    write_folder(folder, derivation, pictures, change)
    return Written(folder=folder, comparison=comparison, has_pdf=pictures.report_pdf is not None)


def _draw(
    derivation: Derivation, comparison: pd.DataFrame, previous: pd.Series[bool] | None, who: Who | None, t: Texts
) -> Pictures:
    """Draw the map, the report with the curve unless everyone is affected, and what changed since an earlier one."""
    curve = None if derivation.issue.affects_everyone else curve_of(derivation, LEVELS_IN_A_REPORT).table
    panel = [] if who is None else panel_words(who.lines, who.reference, t, bands=who.bands)
    html = maps.reports.polity.report_html(derivation, t, curve=curve, baselines=comparison, panel=panel)
    return Pictures(
        map_html=polity_map(derivation, t.language).get_root().render(),
        report_html=html,
        report_pdf=_pdf(html),
        diff_html=None if previous is None else _diff(derivation, previous, t),
        profile=None if who is None else who.as_json(),
    )


def _diff(derivation: Derivation, previous: pd.Series[bool], t: Texts) -> str:
    page: str = diff_map(as_before(previous, derivation), derivation, t.language).get_root().render()
    return page


def _pdf(html: str) -> bytes | None:
    try:
        return maps.reports.polity.report_pdf(html)
    except OSError as error:  # WeasyPrint cannot load Pango: the one part that Python packages do not bring
        logging.getLogger(__name__).info("report.pdf left out: %s", error)
        return None
