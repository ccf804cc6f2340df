"""What the OGC routes share: how documents are answered, and parameters refused."""

from __future__ import annotations

import json
from collections.abc import Set as AbstractSet
from urllib.parse import urlencode

from fastapi import Request, Response

from services.ogc import documents
from services.ogc.crs import OgcError
from services.records import Json


def json_answer(request: Request, document: Json, *, kind: str = documents.JSON) -> Response:
    """A document as JSON; nothing but ``f=json`` is asked of it."""
    only(request, {"f"})
    return answered(document, kind=kind)


def answered(document: Json, *, kind: str = documents.JSON) -> Response:
    """A document as JSON, once its parameters are read."""
    return Response(json.dumps(document, ensure_ascii=False), media_type=kind)


def page_links(request: Request, kind: str, *, limit: int, offset: int, has_more: bool) -> list[Json]:
    """Where this part of a list is, and those after and before it."""
    at = f"{base(request)}{request.url.path.partition('/ogc')[2]}"
    rest = [(name, value) for name, value in given_of(request) if name not in {"offset", "limit"}]

    def part(begin: int, rel: str) -> Json:
        return documents.link(f"{at}?{urlencode([*rest, ('limit', limit), ('offset', begin)])}", rel, kind)

    links = [part(offset, "self")]
    if has_more:
        links.append(part(offset + limit, "next"))
    if offset:
        links.append(part(max(offset - limit, 0), "prev"))
    return links


def given_of(request: Request) -> list[tuple[str, str]]:
    """Parameters of the address, in order."""
    return list(request.query_params.multi_items())


def only(request: Request, names: AbstractSet[str]) -> None:
    """Refuse parameters that an address does not have."""
    unknown = [name for name, _ in given_of(request) if name not in names]
    if unknown:
        raise OgcError(
            "There is no parameter {name:quoted} here; there is {names:list}.",
            name=unknown[0][:60],
            names=sorted(names),
        )
    if request.query_params.get("f", "json") != "json":
        raise OgcError("Documents are JSON here, f=json.")


def base(request: Request) -> str:
    """Address of all this."""
    return f"{str(request.base_url).rstrip('/')}/ogc"
