"""The analyst's studio: the page, and the thin routes behind its live panel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Literal

from fastapi import Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from boundaries.how import How
from geopolity.errors import GeopolityError
from geopolity.messages import of_record
from maps.locale.texts import said as sentence
from maps.pages.studio import StudioResult, order_page, studio_page
from services.api.language import language_of
from services.api.pages.frame import Frame, Visit, page
from services.api.principal import Apart, Principal, Role, StoreDep, apart_of, guarded_router, require, store_of
from services.api.problems import BodyError, status_of
from services.confined import Confinement
from services.derivation.kernels import load_kernels
from services.derivation.requests.kept_forms import keep_form, kept_form
from services.derivation.requests.spec import DerivationSpec
from services.derivation.requests.strokes import Crossed, Stroke, crossed_pairs
from services.derivation.requests.systems import System, systems_named
from services.derivation.requests.typed_conditions import TypedConditions
from services.derivation.requests.typed_form import PlaceFound, conditions_from, days_of, from_form, named_place
from services.derivation.requests.uploaded_file import uploaded_file
from services.jobs import queue, searches
from services.polities.proposing import check_proposable
from services.polities.shown import list_polities
from services.records import Json, as_json, of_row
from services.storage.store import Store
from services.views.compared import ComparedVersion, compared_version
from services.views.live_panel import draft_panel, searched_panel
from services.views.studio import draft_result, studio_view, wrong

router = guarded_router(tags=["studio"], include_in_schema=False)
ANALYST = require(Role.ANALYST)
AGAIN_SECONDS = 3
MOST_TEXT = 400_000
READS = {"x-reads": True}
"""Of a request that sends much and changes nothing: it is not counted as a write."""


class ConditionsForm(BaseModel):
    """What a polity has to keep to, and what shapes it, every field as text."""

    layer: str = Field("us-counties", max_length=100)
    must: str = Field("", max_length=MOST_TEXT)
    must_not: str = Field("", max_length=MOST_TEXT)
    keep_together: str = Field("", max_length=200)
    cut: str = Field("", max_length=MOST_TEXT)
    link: str = Field("", max_length=MOST_TEXT)
    at_most_units: str = Field("", max_length=20)
    at_most_area_km2: str = Field("", max_length=20)
    at_most_population: str = Field("", max_length=20)
    exclude_empty: bool = False
    pieces: str = Field("", max_length=20)
    compactness: str = Field("", max_length=20)
    bridge_km: str = Field("", max_length=20)


class StudioForm(ConditionsForm):
    """The studio's form, every field as text."""

    kind: Literal["area", "radius", "corridor", "upload", "units"] = "area"
    shapes: str = Field("", max_length=2_000_000)
    upload: str = Field("", max_length=40)
    upload_kind: Literal["area", "radius", "corridor", "file", "file-around"] = "area"
    upload_name: str = Field("", max_length=100)
    upload_columns: str = Field("", max_length=50_000)
    upload_layer: str = Field("", max_length=100)
    upload_crs: str = Field("", max_length=40)
    upload_encoding: str = Field("", max_length=40)
    weight_column: str = Field("", max_length=200)
    band: str = Field("", max_length=10)
    value_low: str = Field("", max_length=20)
    value_high: str = Field("", max_length=20)
    distance_km: str = Field("50", max_length=20)
    decay: str = Field("step", max_length=20)
    intensity: str = Field("1", max_length=20)
    units_how: Literal["list", "attribute", "everyone"] = "list"
    units: str = Field("", max_length=200_000)
    column: str = Field("", max_length=200)
    title: str = Field("", max_length=200)
    question: str = Field("", max_length=1000)
    coverage: str = Field("90", max_length=20)
    smallest: str = Field("area", max_length=20)
    connector_km: str = Field("", max_length=20)
    fill_holes: bool = False
    days: str = Field("30", max_length=20)
    read: bool = False


class Named(BaseModel):
    """A place by its name."""

    name: str = Field(max_length=200)


class WantedSystem(BaseModel):
    """What is known of a coordinate system: its name or code, and where a file's coordinates lie."""

    text: str = Field(max_length=100)
    bounds: tuple[FiniteFloat, FiniteFloat, FiniteFloat, FiniteFloat] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionNamed:
    """A version of a polity, to compare with."""

    id: str
    title: str
    version: int
    status: str


class Proposed(BaseModel):
    """What is to be proposed, and for how many days it is open to objections."""

    model_config = ConfigDict(extra="forbid")
    asked: DerivationSpec
    days: int = Field(30, ge=14, le=365)


@router.get("/studio", dependencies=[ANALYST])
def studio(request: Request, frame: Frame, store: StoreDep, apart: Apart) -> Response:
    """Show the studio, empty; who opens it is about to draw and to order, so all who do the work get ready."""
    apart.expect(load_kernels)
    request.app.state.jobs.expect()
    return page(request, studio_page(frame, studio_view(store.home)))


@router.post("/studio", dependencies=[ANALYST], openapi_extra=READS)
def studio_by_form(
    store: StoreDep, form: Annotated[StudioForm, Form()], who: Annotated[Principal, ANALYST]
) -> Response:
    """Take what the form says and lead to what comes of it: the studio without a script."""
    return RedirectResponse(draft_path(keep_form(form.model_dump(), who.name, store.home)), 303)


def draft_path(key: str) -> str:
    """Address of what comes of a form that was kept."""
    return f"/studio/drafts/{key}"


@router.get("/studio/drafts/{key}", dependencies=[ANALYST])
def show_draft(request: Request, frame: Frame, store: StoreDep, apart: Apart, key: str) -> Response:
    """Derive what a form said and show it as a picture and a table."""
    said: Json = {}
    try:
        said = kept_form(key, store.home)
        view = studio_view(store.home, form=said, result=_drafted(said, store, apart, frame.language))
    except GeopolityError as error:
        view = studio_view(store.home, form=said, error=wrong(error, frame.language))
        return page(request, studio_page(frame, view), status=status_of(error))
    return page(request, studio_page(frame, view))


def _drafted(said: Json, store: Store, apart: Confinement, language: str) -> StudioResult:
    return apart.run(draft_result, from_form(said, store.home), store, language)


@router.post("/studio/derive", dependencies=[ANALYST], openapi_extra=READS)
def derive(frame: Frame, store: StoreDep, apart: Apart, asked: DerivationSpec) -> Response:
    """Derive for the live panel."""
    return Response(apart.run(draft_panel, asked, store, frame.language), media_type="application/json")


@router.post("/studio/upload", dependencies=[ANALYST], openapi_extra=READS)
def upload(  # noqa: PLR0913, PLR0917 - each is a field of the form
    request: Request,
    store: StoreDep,
    apart: Apart,
    file: UploadFile,
    layer_name: Annotated[str | None, Form(max_length=200)] = None,
    crs: Annotated[str | None, Form(max_length=40)] = None,
    encoding: Annotated[str | None, Form(max_length=40)] = None,
) -> Json:
    """Turn a file into a drawing, or keep it as it is; of one that lies nowhere yet, give systems to choose from."""
    how = How(layer_name=layer_name or None, crs=crs or None, encoding=encoding or None)
    take = partial(uploaded_file, most_mb=request.app.state.limits.upload_mb)
    return apart.run(take, file.filename or "", file.file.read(), store.home, how)


@router.post("/studio/systems", dependencies=[ANALYST], openapi_extra=READS)
def systems(wanted: WantedSystem) -> list[System]:
    """Find coordinate systems by name or code."""
    return systems_named(wanted.text, wanted.bounds)


@router.post("/studio/place", dependencies=[ANALYST], openapi_extra=READS)
def place(named: Named) -> PlaceFound:
    """Find the middle of a postcode or place."""
    return named_place(named.name)


@router.post("/studio/conditions", dependencies=[ANALYST], openapi_extra=READS)
def conditions(store: StoreDep, form: ConditionsForm) -> TypedConditions:
    """Read what was typed of conditions: as a request has them, and the lists by id and name."""
    return conditions_from(form.model_dump(), store.home)


@router.post("/studio/crossed", dependencies=[ANALYST], openapi_extra=READS)
def crossed(store: StoreDep, apart: Apart, stroke: Stroke) -> Crossed:
    """Find the neighbours whose shared border a stroke crosses."""
    return apart.run(crossed_pairs, stroke, store.home)


@router.get("/studio/versions", dependencies=[ANALYST])
def versions(store: StoreDep) -> list[VersionNamed]:
    """List versions to compare with."""
    return [of_row(VersionNamed, one) for one in list_polities(store)]


@router.get("/studio/versions/{polity_id}/{version}", dependencies=[ANALYST])
def version(frame: Frame, store: StoreDep, apart: Apart, polity_id: str, version: int) -> ComparedVersion:
    """Give a version as drafts are compared with it."""
    return apart.run(compared_version, polity_id, version, store, frame.language)


@router.post("/studio/publish", status_code=202)
def publish(request: Request, proposed: Proposed, who: Annotated[Principal, ANALYST]) -> queue.Job:
    """Order a proposal of what was drawn."""
    return in_language(_ordered(request, proposed.asked, proposed.days, who.name), language_of(request))


@router.post("/studio/searches", status_code=202)
def search(request: Request, store: StoreDep, asked: DerivationSpec, who: Annotated[Principal, ANALYST]) -> queue.Job:
    """Search a draft further in the background."""
    job = searches.search(asked, store, by=who.name)
    request.app.state.jobs.wake()
    return job


@router.get("/studio/searches/{job_id}")
def searched(frame: Frame, store: StoreDep, apart: Apart, job_id: str, who: Annotated[Principal, ANALYST]) -> Response:
    """Give what a search found, as the live panel has it."""
    found = apart.run(searched_panel, job_id, who.sees_only, store, frame.language)
    return Response(found, media_type="application/json")


@router.post("/studio/orders/{job_id}/stop")
def stop_order(store: StoreDep, job_id: str, who: Annotated[Principal, ANALYST]) -> queue.Job:
    """End a search or a question; a search keeps the best that it has."""
    return queue.cancel(job_id, store, of=who.sees_only)


@router.post("/studio/propose")
def propose_by_form(visit: Visit, form: Annotated[StudioForm, Form()], who: Annotated[Principal, ANALYST]) -> Response:
    """Order a proposal of what the form says: the studio without a script."""
    said = form.model_dump()
    try:
        if not form.read:
            raise BodyError("Read what to know before trusting this, and say that you have.")
        order = _ordered(visit.request, from_form(said, visit.store.home), days_of(said), who.name)
    except GeopolityError as error:
        view = studio_view(visit.store.home, form=said, error=wrong(error, visit.frame.language))
        return visit.page(studio_page(visit.frame, view), status=status_of(error))
    return RedirectResponse(f"/studio/orders/{order.id}", 303)


@router.get("/studio/orders/{job_id}")
def show_order(visit: Visit, job_id: str, who: Annotated[Principal, ANALYST]) -> Response:
    """Show where an order stands; while it is open, the page comes again by itself."""
    order = in_language(queue.show(job_id, visit.store, of=who.sees_only), visit.frame.language)
    response = visit.page(order_page(visit.frame, as_json(order)))
    if order.status in queue.OPEN:
        response.headers["Refresh"] = str(AGAIN_SECONDS)
    return response


@router.get("/studio/orders/{job_id}/state")
def order_state(request: Request, store: StoreDep, job_id: str, who: Annotated[Principal, ANALYST]) -> queue.Job:
    """Show where an order stands, to the studio's script."""
    return in_language(queue.show(job_id, store, of=who.sees_only), language_of(request))


def _ordered(request: Request, asked: DerivationSpec, days: int, name: str) -> queue.Job:
    store = store_of(request)
    apart_of(request).run(check_proposable, asked, store)
    order = queue.submit(asked, store, by=name, propose_days=days)
    request.app.state.jobs.wake()
    return order


def in_language(order: queue.Job, language: str) -> queue.Job:
    """An order with its problem in the reader's language."""
    problem = order.problem
    if problem is None:
        return order
    told = sentence(of_record(problem), language) if "message" in problem else sentence(problem["detail"], language)
    return replace(order, problem=problem | {"detail": told.text, "language": told.language})
