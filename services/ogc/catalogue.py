"""Everything that a service publishes as a DCAT-AP 3 catalogue in JSON-LD: layers, polities, draws and laws."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.clock import today
from services.ogc.collections import POLITIES
from services.ogc.documents import GEOJSON, JSON, WEB_MERCATOR
from services.records import Json
from services.storage.docket.laws import laws_in_force
from services.storage.polities.versions import valid_at
from services.storage.store import Store
from services.storage.tables import EpochRow, LayerRow, PolityRow

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
PROFILE = "http://data.europa.eu/r5r/3.0.0"
HTML = "text/html"
_MEDIA = "https://www.iana.org/assignments/media-types/"


def catalogue(site: str, store: Store) -> Json:
    """The catalogue of a service at an address; whoever runs it is its publisher."""
    with store.reading() as session:
        datasets = [*_layers(site, session), *_polities(site, session), *_draws(site, session), *_laws(site, session)]
    return {
        "@context": CONTEXT,
        "@id": f"{site}/ogc/catalogue",
        "@type": "dcat:Catalog",
        "dct:conformsTo": {"@id": PROFILE},
        "dct:title": _in_english("geopolity"),
        "dct:description": _in_english("Census layers, polities in force, draws of assemblies, and laws."),
        "dct:publisher": {"@id": f"{site}/", "@type": "foaf:Agent", "foaf:name": "geopolity"},
        "foaf:homepage": {"@id": f"{site}/"},
        "dcat:service": {
            "@id": f"{site}/ogc",
            "@type": "dcat:DataService",
            "dct:title": _in_english("OGC API: features, tiles, processes"),
            "dcat:endpointURL": {"@id": f"{site}/ogc"},
            "dcat:endpointDescription": {"@id": f"{site}/ogc/api"},
        },
        "dcat:dataset": datasets,
    }


def _layers(site: str, session: Session) -> Iterable[Json]:
    newest = {row.name: row for row in session.scalars(select(LayerRow).order_by(LayerRow.name, LayerRow.kept_at))}
    for name, row in newest.items():
        at = f"{site}/ogc/collections/{quote(name)}"
        yield _dataset(
            at,
            row.title,
            f"Census units, {row.vintage}; source: {row.source}",
            [
                _distribution(f"{at}/items", "Features", GEOJSON),
                _distribution(f"{at}/tiles/{WEB_MERCATOR}", "Where each vector tile is (Mapbox, Web Mercator)", JSON),
            ],
            licence=row.licence,
            issued=row.kept_at,
        )


def _polities(site: str, session: Session) -> Iterable[Json]:
    features = f"{site}/ogc/collections/{POLITIES}/items"
    query = select(PolityRow, LayerRow).join(LayerRow, LayerRow.digest == PolityRow.layer)
    valid = query.where(valid_at(f"{today()}T23:59:59Z")).order_by(PolityRow.issue)
    for row, layer in session.execute(valid):
        yield _dataset(
            f"{site}/polities/{row.issue}",
            row.title,
            row.question or f"The polity of {row.title}: its boundary, units and figures.",
            [
                _distribution(f"{features}/{row.issue}.{row.version}", "Boundary", GEOJSON),
                _distribution(f"{site}/api/v1/polities/{row.issue}", "Figures", JSON),
                _distribution(f"{site}/polities/{row.issue}", "Page", HTML),
            ],
            licence=layer.licence,
            issued=str(row.valid_from),
            version=str(row.version),
        )


def _draws(site: str, session: Session) -> Iterable[Json]:
    drawn = select(EpochRow).where(EpochRow.kind == "binding", EpochRow.status == "drawn").order_by(EpochRow.epoch)
    for row in session.scalars(drawn):
        at = f"{site}/api/v1/assemblies/draws/{quote(row.epoch)}/bundle.json"
        words = (
            f"Who was drawn from the roll frozen at {row.frozen_at}, root {row.roll_root}; anybody can recompute it."
        )
        yield _dataset(at, f"Draw {row.epoch}", words, [_distribution(at, "Draw", JSON)], issued=str(row.drawn_at))


def _laws(site: str, session: Session) -> Iterable[Json]:
    polities = list(session.scalars(select(PolityRow.issue).distinct()))
    for row in laws_in_force(session, polities, today()):
        at = f"{site}/laws/{quote(row.polity)}/{quote(row.law)}"
        words = f"Version {row.version} of a law of {row.polity}; SHA-256 of its text {row.text_hash}."
        said = _distribution(at, "Text", HTML)
        yield _dataset(at, row.title, words, [said], issued=str(row.binds_from), version=str(row.version))


def _dataset(  # noqa: PLR0913 - each is a property of the standard
    at: str, title: str, words: str, distributions: list[Json], *, issued: str, licence: str = "", version: str = ""
) -> Json:
    said: Json = {
        "@id": at,
        "@type": "dcat:Dataset",
        "dct:identifier": at,
        "dct:title": _in_english(title),
        "dct:description": _in_english(words),
        "dct:issued": _moment(issued),
        "dcat:distribution": distributions,
    }
    if version:
        said["dcat:version"] = version
    if licence:
        for one in distributions:
            one["dct:license"] = {"@type": "dct:LicenseDocument", "dct:title": _in_english(licence)}
    return said


def _distribution(at: str, title: str, kind: str) -> Json:
    return {
        "@id": f"{at}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": _in_english(title),
        "dcat:accessURL": {"@id": at},
        "dcat:mediaType": {"@id": _MEDIA + kind},
    }


def _in_english(text: str) -> Json:
    return {"@value": text, "@language": "en"}


def _moment(text: str) -> Json:
    return {"@value": text, "@type": "xsd:dateTime" if "T" in text else "xsd:date"}
