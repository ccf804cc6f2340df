"""The analyst's studio: the page, and the thin routes behind its live panel."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Form, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from geopolity.errors import GeopolityError
from maps.web.studio import studio_page
from services.api.pages.frame import Frame, page
from services.api.principal import Principal, Role, Store, guarded_router, require
from services.api.problems import said as sentence
from services.api.problems import status_of
from services.usecases.asked import PolityAsked
from services.usecases.live_panel import panel_json
from services.usecases.polities import list_polities
from services.usecases.proposing import propose_asked
from services.usecases.studio import from_form, named_place, studio_view, version_units
from services.usecases.trying import tried
from services.usecases.uploaded_drawing import uploaded_drawing

router = guarded_router(tags=["studio"], include_in_schema=False)
ANALYST = require(Role.ANALYST)
READS = {"x-reads": True}
"""Of a request that sends much and changes nothing: it is not counted as a write."""


class StudioForm(BaseModel):
    """The studio's form, every field as text."""

    kind: Literal["area", "radius", "corridor", "upload", "units"] = "area"
    shapes: str = Field("", max_length=2_000_000)
    distance_km: str = Field("50", max_length=20)
    decay: str = Field("step", max_length=20)
    intensity: str = Field("1", max_length=20)
    units_how: Literal["list", "attribute", "everyone"] = "list"
    units: str = Field("", max_length=200_000)
    column: str = Field("", max_length=200)
    layer: str = Field("us-counties", max_length=100)
    title: str = Field("", max_length=200)
    question: str = Field("", max_length=1000)
    coverage: str = Field("90", max_length=20)
    smallest: str = Field("area", max_length=20)
    connector_km: str = Field("", max_length=20)
    fill_holes: bool = False


class Named(BaseModel):
    """A place by its name."""

    name: str = Field(max_length=200)


class Proposed(BaseModel):
    """What is to be proposed, and for how many days it is open to objections."""

    model_config = ConfigDict(extra="forbid")
    asked: PolityAsked
    days: int = Field(30, ge=0, le=365)


@router.get("/studio", dependencies=[ANALYST])
def studio(request: Request, frame: Frame, settings: Store) -> Response:
    """Show the studio, empty."""
    return page(request, studio_page(frame, studio_view(settings)))


@router.post("/studio", dependencies=[ANALYST], openapi_extra=READS)
def studio_by_form(request: Request, frame: Frame, settings: Store, form: Annotated[StudioForm, Form()]) -> Response:
    """Derive what the form says and show it as a picture and a table: the studio without a script."""
    said = form.model_dump()
    try:
        view = studio_view(settings, form=said, tried=tried(from_form(said), settings, drawing=True))
    except GeopolityError as error:
        view = studio_view(settings, form=said, error=sentence(error, frame.language))
        return page(request, studio_page(frame, view), status=status_of(error))
    return page(request, studio_page(frame, view))


@router.post("/studio/derive", dependencies=[ANALYST], openapi_extra=READS)
def derive(settings: Store, asked: PolityAsked) -> Response:
    """Derive for the live panel."""
    return Response(panel_json(tried(asked, settings, drawing=True)), media_type="application/json")


@router.post("/studio/upload", dependencies=[ANALYST], openapi_extra=READS)
async def upload(file: UploadFile) -> dict[str, Any]:
    """Turn a file into a drawing."""
    return uploaded_drawing(file.filename or "", await file.read())


@router.post("/studio/place", dependencies=[ANALYST], openapi_extra=READS)
def place(named: Named) -> dict[str, Any]:
    """Find the middle of a postcode or place."""
    return named_place(named.name)


@router.get("/studio/versions", dependencies=[ANALYST])
def versions(settings: Store) -> list[dict[str, Any]]:
    """List versions to compare with."""
    return [{key: row[key] for key in ("id", "title", "version", "status")} for row in list_polities(settings)]


@router.get("/studio/versions/{polity_id}/{version}", dependencies=[ANALYST])
def version(settings: Store, polity_id: str, version: int) -> list[str]:
    """List the units of a version."""
    return version_units(polity_id, version, settings)


@router.post("/studio/publish", status_code=201)
def publish(settings: Store, proposed: Proposed, who: Annotated[Principal, ANALYST]) -> dict[str, Any]:
    """Propose what was drawn to the public."""
    return propose_asked(proposed.asked, settings, by=who.name, days=proposed.days)
