"""Every failure as one sentence: a problem document (RFC 9457) for programs, the same sentence on a page for people.

One table says which status an error code has; codes that are not in it follow from the kind of error.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response

from geopolity.errors import GeopolityError, NegativeAnswer, RequestError
from geopolity.messages import Message, Sayable
from maps.locale.texts import said
from maps.pages.layout import PageFrame
from maps.pages.problem import problem_page
from services.api.language import language_of
from services.forms import flaw
from services.storage import kept

STATUS = {
    "sign-in-needed": 401,
    "sign-in": 401,
    "not-allowed": 403,
    "cross-site": 403,
    "not-found": 404,
    "unknown-layer": 404,
    "unknown-collection": 404,
    "ogc": 400,
    "unknown-polity": 404,
    "unknown-matter": 404,
    "unknown-law": 404,
    "unknown-concern": 404,
    "unknown-citizen": 404,
    "unknown-seat": 404,
    "unknown-summons": 404,
    "unknown-request": 404,
    "unknown-job": 404,
    "form-gone": 404,
    "no-such-process": 404,
    "no-such-job": 404,
    "result-not-ready": 404,
    "unknown-act": 404,
    "unknown-folder": 404,
    "no-epoch": 404,
    "unknown-evidence": 404,
    "place": 404,
    "whole-area": 404,
    "method": 405,
    "too-slow": 408,
    "too-large": 413,
    "media-type": 415,
    "host": 421,
    "rate": 429,
    "unexpected": 500,
    "provider": 502,
    "geocoder": 502,
    "store-unavailable": 503,
    "disk-full": 507,
    "store-schema": 503,
}
"""By code. A request that is wrong is else 422, an answer that is no 409."""
_PROCESSES = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0"
TYPES = {code: f"{_PROCESSES}/{code}" for code in ("no-such-process", "no-such-job", "result-not-ready")}
"""By code, where a standard says what a problem's type is."""
FOR_PROGRAMS = ("/api/", "/ogc/", "/tiles/", "/health", "/ready", "/metrics", "/static/")
"""Paths whose failures are problem documents, whatever a client says it accepts."""
OF_HTTP = {404: "not-found", 405: "method", 413: "too-large", 415: "media-type"}


class SignInNeeded(RequestError):
    """Nobody signed in, and the page or route is not for everybody."""

    code = "sign-in-needed"


class NotAllowed(RequestError):
    """Somebody signed in who may not do this."""

    code = "not-allowed"


class CrossSiteError(RequestError):
    """A browser was sent here by another site."""

    code = "cross-site"


class NotFound(RequestError):
    """There is nothing at the address."""

    code = "not-found"


class TooLarge(RequestError):
    """A request is larger than this server takes."""

    code = "too-large"


class TooSlow(RequestError):
    """A request stopped in the middle."""

    code = "too-slow"


class HostError(RequestError):
    """A request is for another host."""

    code = "host"


class RateError(RequestError):
    """Somebody asks too often."""

    code = "rate"


class BodyError(RequestError):
    """What was sent does not have the form that was asked for."""

    code = "body"


def status_of(error: GeopolityError) -> int:
    """HTTP status of a deliberate error."""
    if error.code in STATUS:
        return STATUS[error.code]
    return 409 if isinstance(error, NegativeAnswer) else 422


def answer(error: Exception, request: HTTPConnection, *, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with an error, in the form that whoever asked expects."""
    code, status, message = _described(error)
    sentence = said(message, language_of(request))
    extra = dict(headers or {}) | {"Content-Language": sentence.language}
    if status == HTTPStatus.UNAUTHORIZED:
        extra.setdefault("WWW-Authenticate", "Bearer")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        extra.setdefault("Retry-After", str(message.facts.get("retry_after", 1)))
    if wants_page(request):
        chrome = PageFrame(language=language_of(request), path=request.url.path)
        page = problem_page(chrome, status=status, sentence=sentence)
        return HTMLResponse(_written(page), status_code=status, headers=extra)
    record = {
        "type": TYPES.get(code, f"/problems/{code}"),
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence.text,
    }
    facts = {name: value for name, value in message.facts.items() if name not in {*record, "code", "retry_after"}}
    body = json.dumps(record | {"code": code} | facts, ensure_ascii=False, default=str)
    return Response(_written(body), status, extra, media_type="application/problem+json")


def _written(text: str) -> bytes:
    """A text as UTF-8; halves of characters that somebody sent become question marks."""
    return text.encode("utf-8", "replace")


def answer_to(request: Request, error: Exception) -> Response:
    """Answer with an error, as FastAPI hands it over."""
    if isinstance(error, HTTPException) and isinstance(error.__cause__, GeopolityError):
        error = error.__cause__  # raised while the body was read
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if isinstance(error, HTTPException) and error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(request.app.state.methods(request.url.path))
        error = HTTPException(error.status_code, headers=headers)
    if isinstance(error, HTTPException) and error.status_code == HTTPStatus.NOT_MODIFIED:
        return Response(status_code=error.status_code, headers=headers)
    return answer(error, request, headers=headers)


def wants_page(request: HTTPConnection) -> bool:
    """Whether a person waits for a page."""
    return not request.url.path.startswith(FOR_PROGRAMS) and "text/html" in request.headers.get("accept", "")


def _described(error: Exception) -> tuple[str, int, Sayable]:
    match error:
        case GeopolityError():
            return error.code, status_of(error), error
        case RequestValidationError():
            return BodyError.code, 422, _validation(error)
        case HTTPException():
            if error.status_code == HTTPStatus.BAD_REQUEST:
                return BodyError.code, 422, Message("The body cannot be read: {reason}", reason=error.detail)
            code = OF_HTTP.get(error.status_code, "request")
            return code, error.status_code, _http(error)
    if kept.is_any():
        return (
            "unexpected",
            500,
            Message(
                "Something unexpected happened after what was asked was done, at least in part; it was recorded. "
                "Look what is there before you try again."
            ),
        )
    return (
        "unexpected",
        500,
        Message("Something unexpected happened; it was recorded, and nothing was changed. Try again."),
    )


def _validation(error: RequestValidationError) -> Message:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
    more = len(error.errors()) - 1
    if first["type"] == "json_invalid":
        return Message("The body is no JSON: {reason}.", reason=first.get("ctx", {}).get("error", first["msg"]))
    return Message(
        "{field}: {flaw}; given was {given} ({more} more). /api/v1/docs describes the form."
        if more
        else "{field}: {flaw}; given was {given}. /api/v1/docs describes the form.",
        field=where,
        flaw=flaw(first),
        given=_short(first.get("input")),
        more=more,
    )


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _http(error: HTTPException) -> Message:
    if error.status_code == HTTPStatus.NOT_FOUND:
        return Message(
            "There is nothing at this address; / is the first page and /api/v1/openapi.json lists the interface.",
        )
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "others")
        return Message("This address takes other methods: {methods}.", methods=allowed)
    return Message("{text}.", text=error.detail)
