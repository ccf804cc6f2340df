"""Layers and issues that the service knows, and layers that analysts add."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Literal

from fastapi import File, Form, UploadFile

from geopolity.errors import RequestError
from geopolity.layers.layer import Layer
from geopolity.messages import Message
from services.api.principal import Apart, Principal, Role, StoreDep, guarded_router, require
from services.api.problems import NotFound
from services.api.v1.fields import Cursor, Id, Limit, Page
from services.api.v1.paging import page_of
from services.api.v1.records import FootprintNamed, IssueRecord, LayerRecord, UnitListed, problems
from services.derivation.issues import issue_names, open_issue
from services.derivation.layers import Columns, add_layer, keep, layer_names
from services.derivation.open_layers import warm_layer
from services.derivation.uploads import SUFFIXES, UploadError, named

router = guarded_router(prefix="/api/v1", tags=["layers"], responses=problems(401, 403, 404, 409, 413, 422, 429, 503))
PUBLIC = require(Role.PUBLIC)
ANALYST = require(Role.ANALYST)
CLERK = require(Role.CLERK)
Column = Annotated[str | None, Form(max_length=200)]


@router.get("/layers", dependencies=[PUBLIC])
def list_layers(store: StoreDep) -> list[str]:
    """List the names of all layers."""
    return layer_names(store.home)


@router.get("/layers/{name}", dependencies=[PUBLIC])
def show_layer(store: StoreDep, name: Id) -> LayerRecord:
    """Show a layer: source, licence, how many units and people."""
    return _record(_known(name, store.home))


@router.get("/layers/{name}/units", dependencies=[PUBLIC])
def list_units(store: StoreDep, name: Id, cursor: Cursor = None, limit: Limit = 1000) -> Page:
    """List a layer's units in id order, the order of the bits of a region."""
    units = _known(name, store.home).units
    people = units["population"].astype(object).where(units["population"].notna(), None)
    records = [
        UnitListed(unit_id=str(unit), name=str(label), population=count)
        for unit, label, count in zip(units.index, units["name"], people, strict=True)
    ]
    return page_of(records, ("unit_id",), cursor, limit)


@router.post("/layers", status_code=201)
def add(  # noqa: PLR0913, PLR0917 - each is a field of the form
    who: Annotated[Principal, ANALYST],
    store: StoreDep,
    apart: Apart,
    file: Annotated[
        UploadFile, File(description="Units with ids, people and shapes, in any format the service reads.")
    ],
    name: Annotated[str, Form(min_length=1, max_length=60, pattern=r"^[a-z0-9][a-z0-9_-]*$")],
    id_column: Column = None,
    population_column: Column = None,
    name_column: Column = None,
    parent_column: Column = None,
    crs: Annotated[str | None, Form(max_length=40)] = None,
    layer_name: Column = None,
    encoding: Annotated[str | None, Form(max_length=40)] = None,
    notation: Annotated[Literal["point", "comma"] | None, Form()] = None,
) -> LayerRecord:
    """Add a layer under a new name."""
    del who
    suffix = Path((file.filename or "").replace("\\", "/")).suffix.lower()
    if suffix not in SUFFIXES:
        raise UploadError(
            "The suffix {suffix:quoted} is not one of {known:list}; convert the file.",
            suffix=suffix[:20],
            known=sorted(SUFFIXES),
        )
    columns = Columns(
        id_column=id_column or None,
        population_column=population_column or None,
        name_column=name_column or None,
        parent_column=parent_column or None,
        crs=crs or None,
        layer_name=layer_name or None,
        encoding=encoding or None,
        notation=notation,
    )
    with tempfile.TemporaryDirectory() as folder:
        sent = Path(folder) / f"layer{suffix}"
        sent.write_bytes(file.file.read())
        try:
            return apart.run(_added, sent, name, columns, store.home)
        except RequestError as error:
            raise type(error)(error.message, **named(error.facts, sent, Message("The file"))) from error


@router.post("/layers/{name}/keep", status_code=204)
def keep_layer(who: Annotated[Principal, CLERK], store: StoreDep, name: Id, *, base: bool = False) -> None:
    """Keep a layer in the store; people are at home on a base layer."""
    del who
    _known(name, store.home)
    keep(name, store, is_base=base)


@router.get("/issues", dependencies=[PUBLIC])
def list_issues(store: StoreDep) -> list[str]:
    """List the names of all issues."""
    return issue_names(store.home)


@router.get("/issues/{name}", dependencies=[PUBLIC])
def show_issue(store: StoreDep, name: Id) -> IssueRecord:
    """Show an issue: what is asked, on which layer, and what its polity should hold."""
    if name not in issue_names(store.home):
        raise NotFound(
            "There is no issue {name:quoted}; /api/v1/issues lists them.",
            name=name,
        )
    issue = open_issue(name, store.home)
    return IssueRecord(
        name=name,
        layer=str(issue.layer),
        coverage=str(issue.coverage),
        footprint=FootprintNamed(kind=type(issue.footprint).__name__.lower(), digest=issue.footprint.digest),
        title=issue.title,
        question=issue.question,
        smallest=issue.smallest,
        connector_km=issue.connector_km,
        compactness=issue.compactness,
        fill_holes=issue.fill_holes,
    )


def _added(sent: Path, name: str, columns: Columns, home: Path) -> LayerRecord:
    return _record(add_layer(sent, name, columns, home))


def _known(name: str, home: Path) -> Layer:
    if name not in layer_names(home):
        raise NotFound(
            "There is no layer {name:quoted}; /api/v1/layers lists them.",
            name=name,
        )
    return warm_layer(name, home)


def _record(layer: Layer) -> LayerRecord:
    return LayerRecord(
        name=str(layer.name),
        title=layer.title,
        vintage=layer.vintage,
        source=layer.source,
        licence=layer.licence,
        units=len(layer),
        population=float(layer.units["population"].sum()),
        digest=layer.digest,
        crs=layer.units.crs.to_string(),
        notes=[str(note) for note in layer.notes],
        reading=None if layer.reading is None else layer.reading.record,
    )
