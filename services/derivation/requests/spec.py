"""What an analyst asks to be derived, as one JSON object: the studio, programs, jobs and forms all write the same.

    {"title": "My river", "layer": "us-counties", "coverage": "0.9",
     "footprint": {"kind": "corridor", "lines": [[[-91, 38], [-90, 39]]], "distance_km": 20, "decay": "linear"}}

A footprint has the keys that an issue's file gives it, but names no file: geometry stands in the object itself, or in
an upload that is named by its id. Layers and issues are known ones; no name here ever becomes a path.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Union

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from geopolity.affected.footprint import FARTHEST_KM
from geopolity.errors import RequestError
from geopolity.polity.issue import DEAREST_BRIDGE, LONGEST_CONNECTOR_KM, MOST_COMPACT, MOST_PIECES
from services.forms import flaw
from services.records import Json

MOST_PARTS = 20
DEEPEST = 4
MOST_UNITS = 50_000


class SpecError(RequestError):
    """What is asked for cannot be understood, or not be proposed as it stands."""

    code = "draft"


Position = Annotated[
    tuple[Annotated[StrictFloat, Field(allow_inf_nan=False)], Annotated[StrictFloat, Field(allow_inf_nan=False)]],
    Field(description="Longitude and latitude in degrees, WGS 84."),
]
Number = Annotated[StrictFloat, Field(allow_inf_nan=False)]
Decay = Annotated[str, WithJsonSchema({"type": "string", "enum": ["step", "linear", "exponential", "gaussian"]})]
Share = Annotated[Number, WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1})]
Kilometres = Annotated[Number, WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": FARTHEST_KM})]
"""What a number or word may be is described here and judged by the issue and the footprint, as for everybody else."""
Name = Annotated[str, Field(min_length=1, max_length=100)]
Column = Annotated[str, Field(min_length=1, max_length=200)]


def _rings(polygon: Any) -> Any:
    """Rings of a polygon; one that is written as its outer ring alone, as issues' files do, has that one."""
    with contextlib.suppress(TypeError, LookupError):
        if not isinstance(polygon[0][0], list | tuple):
            return [polygon]
    return polygon


class _Spec(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AreaSpec(_Spec):
    """Polygons, each a list of rings of which the first is the outer one."""

    kind: Literal["area"]
    polygons: list[Annotated[list[list[Position]], BeforeValidator(_rings)]] = Field(
        min_length=1, max_length=5_000, examples=[[[[[-91, 38], [-90, 38], [-90, 39], [-91, 38]]]]]
    )
    intensity: Share | list[Share] = 1.0


class CorridorSpec(_Spec):
    """Lines with a distance around them."""

    kind: Literal["corridor"]
    lines: list[list[Position]] = Field(min_length=1, max_length=5_000, examples=[[[[-91, 38], [-90, 39]]]])
    distance_km: Kilometres | list[Kilometres]
    decay: Decay = "step"
    intensity: Share = 1.0


class RadiusSpec(_Spec):
    """Points with a distance around them."""

    kind: Literal["radius"]
    points: list[Position] = Field(min_length=1, max_length=20_000, examples=[[[-90.2, 38.6]]])
    distance_km: Kilometres | list[Kilometres]
    decay: Decay = "step"
    intensity: Share = 1.0


class UnitsSpec(_Spec):
    """Units by their ids, or ids with the share of their people that is affected."""

    kind: Literal["units"]
    units: list[Name] | dict[Name, Share] = Field(min_length=1, max_length=300_000, examples=[["29510", "29189"]])


class AttributeSpec(_Spec):
    """People counted by a column of the layer, or a share of a base."""

    kind: Literal["attribute"]
    count: Column | None = None
    share: Column | None = None
    base: Column | None = None
    percent: StrictBool = False


class EveryoneSpec(_Spec):
    """Everybody, wholly."""

    kind: Literal["everyone"]


class UploadSpec(_Spec):
    """A file that was uploaded before: polygons, lines or points of any format, a raster, or a CSV of points."""

    kind: Literal["upload"]
    upload: str = Field(pattern=r"^[0-9a-f]{32}$", description="Id that the upload was given.")
    distance_km: Kilometres | None = Field(None, description="Around lines and points; around polygons if given.")
    decay: Decay = "step"
    weight_column: Column | None = None
    levels: list[tuple[Number, Share]] | None = Field(None, description="Measured values and their intensities.")
    low: Number | None = Field(None, description="Cell value that means 0.")
    high: Number | None = Field(None, description="Cell value that means 1.")
    band: Annotated[StrictInt, Field(ge=1)] | None = None
    no_data: Number | None = None
    layer_name: Name | None = None
    encoding: Name | None = None
    crs: str | None = Field(None, max_length=40)


class DrawnSpec(_Spec):
    """GeoJSON as a drawing tool writes it; lines and points take the distance, polygons stay as they are."""

    kind: Literal["drawn"]
    geojson: Json = Field(examples=[{"type": "Polygon", "coordinates": [[[-91, 38], [-90, 38], [-90, 39], [-91, 38]]]}])
    distance_km: Kilometres = 20.0
    decay: Decay = "step"


class KnownSpec(_Spec):
    """The footprint of an issue that the service knows."""

    kind: Literal["issue"]
    name: Name = Field(examples=["hurricane-relief"])


class MixedSpec(_Spec):
    """Several footprints as one."""

    kind: Literal["union", "max", "intersection", "product"]
    parts: list[FootprintSpec] = Field(min_length=1, max_length=MOST_PARTS)


FootprintSpec = Annotated[
    Union[  # noqa: UP007 - the members refer to it
        AreaSpec,
        CorridorSpec,
        RadiusSpec,
        UnitsSpec,
        AttributeSpec,
        EveryoneSpec,
        UploadSpec,
        DrawnSpec,
        KnownSpec,
        MixedSpec,
    ],
    Field(discriminator="kind"),
]

EXAMPLE: Json = {
    "title": "My river",
    "footprint": {"kind": "corridor", "lines": [[[-91.0, 38.0], [-90.0, 39.0]]], "distance_km": 20, "decay": "linear"},
    "layer": "us-counties",
    "coverage": "0.9",
}


class DerivationSpec(_Spec):
    """What to derive, on what, and how hard to try. An issue's name alone derives it as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [EXAMPLE]})
    title: str = Field("Untitled", min_length=1, max_length=200)
    question: str = Field("", max_length=2_000)
    name: str | None = Field(
        None,
        pattern=r"^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$",
        description="Id of the polity; from the title by default.",
    )
    footprint: FootprintSpec
    layer: Name = "us-counties"
    coverage: Annotated[
        Decimal,
        WithJsonSchema({"anyOf": [{"type": "number", "exclusiveMinimum": 0.5, "maximum": 1}, {"type": "string"}]}),
    ] = Field(Decimal("0.9"), max_digits=9, decimal_places=8)
    smallest: Annotated[str, WithJsonSchema({"type": "string", "enum": ["area", "population", "units"]})] = "area"
    compactness: Annotated[Number, WithJsonSchema({"type": "number", "minimum": 0, "maximum": MOST_COMPACT})] = 0.0
    connector_km: (
        Annotated[Number, WithJsonSchema({"type": "number", "minimum": 0, "maximum": LONGEST_CONNECTOR_KM})] | None
    ) = None
    fill_holes: StrictBool = False
    bridge_km: Annotated[Number, WithJsonSchema({"type": "number", "minimum": 0, "maximum": DEAREST_BRIDGE})] = 0.0
    pieces: Annotated[StrictInt, Field(ge=1, le=MOST_PIECES)] = 1
    must: list[Name] = Field(default=[], max_length=MOST_UNITS, description="Units that are inside.")
    must_not: list[Name] = Field(default=[], max_length=MOST_UNITS, description="Units that are outside.")
    keep_together: Column | None = Field(None, description="Column of the layer: what has the same is whole in or out.")
    cut: list[tuple[Name, Name]] = Field(default=[], max_length=MOST_UNITS, description="Neighbours without a way.")
    link: list[tuple[Name, Name]] = Field(default=[], max_length=MOST_UNITS, description="Units with a way, a ferry.")
    at_most_units: Annotated[StrictInt, Field(ge=1)] | None = None
    at_most_area_km2: Annotated[Number, Field(ge=1)] | None = None
    at_most_population: Annotated[Number, Field(ge=1)] | None = None
    exclude_empty: StrictBool = Field(default=False, description="Units where nobody lives are outside.")
    effort: Literal["interactive", "standard", "proof"] = "standard"
    seed: Annotated[StrictInt, Field(ge=0, lt=2**31)] = 0
    uncertainty: Annotated[StrictInt, Field(ge=0, le=200)] = 0
    previous: Name | None = Field(None, description="Id of an active polity whose boundary is preferred.")

    @model_validator(mode="after")
    def _bounded(self) -> DerivationSpec:
        if _depth(self.footprint) > DEEPEST:
            raise ValueError(f"footprints are mixed deeper than {DEEPEST} levels")
        return self

    @property
    def issue_name(self) -> str:
        """Id of the polity."""
        return self.name or slug(self.title)

    def canonical(self) -> str:
        """Write the request the same way whoever wrote it."""
        return json.dumps(self.model_dump(mode="json", exclude_defaults=True), sort_keys=True, ensure_ascii=False)


def read_spec(said: Mapping[str, Any]) -> DerivationSpec:
    """Read a request from plain values.

    Raises
    ------
    SpecError
        If a value is none that may stand there.
    """
    try:
        return DerivationSpec.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SpecError(
            "{field:field}: {flaw}; given was {given:quoted}.",
            field=where,
            flaw=flaw(first),
            given=str(first["input"])[:60],
        ) from error


def slug(title: str) -> str:
    """Turn a title into an id: letters, digits and hyphens."""
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in title.lower()).split()
    return "-".join(words)[:80].strip("-") or "untitled"


def _depth(footprint: Any) -> int:
    return 1 + max(_depth(part) for part in footprint.parts) if isinstance(footprint, MixedSpec) else 1
