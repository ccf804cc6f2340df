"""The description of the interface (OpenAPI): what FastAPI gathers, how to sign in, what a failure looks like."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.api.principal import COOKIE
from services.api.v1.records import Problem
from services.records import Json

ABOUT = """From an issue's footprint to a certified polity, its citizens, its assembly and its laws.

Programs send a key as `Authorization: Bearer gpk_…`; `geopolity key make` makes one.
Failures are problem documents (RFC 9457)."""
SCHEMES = {
    "key": {"type": "http", "scheme": "bearer", "description": "Key of a program."},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Session of a signed-in person."},
}
REFUSED = "HTTPValidationError"


def description(api: FastAPI) -> Json:
    """Describe all routes that programs may use; it is made once."""
    if api.openapi_schema is None:
        said = get_openapi(title=api.title, version=api.version, description=ABOUT, routes=api.routes)
        parts = said.setdefault("components", {})
        parts["securitySchemes"] = SCHEMES
        schemas = parts.setdefault("schemas", {})
        schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        for name in (REFUSED, "ValidationError"):
            schemas.pop(name, None)
        for operation in (one for path in said["paths"].values() for one in path.values()):
            _as_problem(operation)
        api.openapi_schema = said
    return api.openapi_schema


def _as_problem(operation: Json) -> None:
    """Describe a wrong request as it is answered: as a problem document, not as FastAPI would."""
    refused = operation.get("responses", {}).get("422", {}).get("content", {})
    if REFUSED in str(refused):
        refused.clear()
        refused["application/problem+json"] = {"schema": {"$ref": "#/components/schemas/Problem"}}
