"""Layers and issues that the service knows, and layers that analysts add."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Literal

from fastapi import File, Form, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from boundaries.tables.opening import DELIMITED, PARQUET
from boundaries.tables.workbook import WORKBOOKS
from geopolity.errors import RequestError
from geopolity.layers.layer import Layer
from geopolity.messages import Message
from services.api.principal import Apart, Principal, Role, StoreDep, guarded_router, require
from services.api.problems import NotFound
from services.api.v1.fields import Cursor, Id, Limit, Page
from services.api.v1.paging import page_of
from services.api.v1.records import FootprintNamed, IssueRecord, LayerRecord, UnitListed, problems
from services.derivation.layers import Columns, add_layer, keep, layer_names
from services.derivation.open_layers import warm_layer
from services.derivation.requests.issues import issue_names, open_issue
from services.derivation.requests.uploads import SUFFIXES, UploadError, named, suffix_of
from services.records import Json

router = guarded_router(prefix="/api/v1", tags=["layers"], responses=problems(401, 403, 404, 409, 413, 422, 429, 503))
PUBLIC = require(Role.PUBLIC)
ANALYST = require(Role.ANALYST)
CLERK = require(Role.CLERK)
Column = Annotated[str | None, Field(max_length=200)]
TABLE_SUFFIXES = frozenset([*DELIMITED, *PARQUET, *WORKBOOKS])


class LayerForm(BaseModel):
    """What is sent to add a layer: a file of units, perhaps a table of their people, and what is said of both."""

    model_config = ConfigDict(extra="forbid")

    file: Annotated[UploadFile, File(description="Units with ids, people and shapes, in any format the service reads.")]
    name: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    people: Annotated[UploadFile | None, File(description="Table of the people, joined to the units by id.")] = None
    id_column: Column = None
    population_column: Column = None
    name_column: Column = None
    parent_column: Column = None
    table_id_column: Column = None
    sheet: Column = None
    crs: Annotated[str | None, Field(max_length=40)] = None
    layer_name: Column = None
    encoding: Annotated[str | None, Field(max_length=40)] = None
    notation: Annotated[Literal["point", "comma", ""] | None, Field()] = None
    where: Annotated[list[str], Field(max_length=20, description="COLUMN=VALUE that rows must have.")] = []
    repeated: Literal["refuse", "join"] = "refuse"
    on_empty_geometry: Literal["set-aside", "refuse"] = "set-aside"
    band: Annotated[int | None, Field(ge=1)] = None
    no_data: Annotated[float | None, Field(description="Cell value that means nothing is known.")] = None

    def columns(self, people: Path | None) -> Columns:
        """The same as the reader takes it."""
        sent = self.model_dump(exclude={"file", "name", "people", "where"})
        said: Json = {key: None if value == "" else value for key, value in sent.items()}
        return Columns(
            **said,
            people_file=None if people is None else str(people),
            where=tuple(map(_condition, self.where)),
        )


def _condition(said: str) -> tuple[str, str]:
    column, equals, value = said.partition("=")
    if not (column.strip() and equals):
        raise UploadError("where is {given:quoted}; give a column and its value, such as sex=all.", given=said[:60])
    return column.strip(), value.strip()


def _kept(sent: UploadFile, place: Path, known: Collection[str]) -> Path:
    """The file on disk under a name of ours; only its suffix is theirs, one of a closed list."""
    file = place.with_suffix(suffix_of(sent.filename or "", known))
    with file.open("wb") as kept:
        shutil.copyfileobj(sent.file, kept)
    return file


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
def add(
    who: Annotated[Principal, ANALYST], store: StoreDep, apart: Apart, form: Annotated[LayerForm, Form()]
) -> LayerRecord:
    """Add a layer under a new name; a field that is sent empty counts as not sent."""
    del who
    with tempfile.TemporaryDirectory() as folder:
        sent = _kept(form.file, Path(folder) / "layer", SUFFIXES)
        people = None if form.people is None else _kept(form.people, Path(folder) / "people", TABLE_SUFFIXES)
        try:
            return apart.run(_added, sent, form.name, form.columns(people), store.home)
        except RequestError as error:
            facts = named(error.facts, sent, Message("The file"))
            if people is not None:
                facts = named(facts, people, Message("The table of people"))
            raise type(error)(error.message, **facts) from error


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
