"""Writes that carry an ``Idempotency-Key`` are done once: who sends one again gets the first answer again.

Answers that hold a secret (receipts, links, keys) are kept nowhere, so those routes take no such key.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from fastapi import Request, Response
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from geopolity.errors import NegativeAnswer, RequestError
from services.auth.roles import Principal
from services.clock import after, now
from services.storage.store import Store
from services.storage.tables import OnceRow

HEADER = "idempotency-key"
KEPT = timedelta(days=1)
LONGEST = 200


class OnceError(RequestError):
    """An idempotency key that cannot be used for this request."""

    code = "idempotency-key"


class UnderWay(NegativeAnswer):
    """The first request with this key is still being answered."""

    code = "under-way"


def begin(request: Request, body: bytes, who: Principal, store: Store) -> tuple[str, Response | None]:
    """Claim a key for a request; returns its name here, and the first answer if there is one.

    Raises
    ------
    OnceError
        If the key was used for another request.
    UnderWay
        If the first request is not answered yet.
    """
    given = request.headers[HEADER]
    if not 1 <= len(given) <= LONGEST:
        raise OnceError(
            "The Idempotency-Key has {number:count} characters; give 1 to {most}.",
            number=len(given),
            most=LONGEST,
        )
    key = hashlib.sha256(f"{who.known_as}\n{given}".encode()).hexdigest()
    asked = f"{request.method} {request.url.path}?{request.url.query}\n".encode() + body
    digest = hashlib.sha256(asked).hexdigest()
    try:
        with store.writing() as session:
            old = after(-KEPT)
            session.execute(delete(OnceRow).where(OnceRow.made_at < old))
            row = session.get(OnceRow, key)
            if row is None:
                session.add(OnceRow(key=key, request_hash=digest, made_at=now()))
                return key, None
            return key, _again(row, digest)
    except IntegrityError as error:
        raise UnderWay("The first request with this Idempotency-Key is still being answered.") from error


def keep(key: str, response: Response, store: Store) -> None:
    """Keep the answer to the first request; one that failed on our side is forgotten, so that it can be tried again."""
    with store.writing() as session:
        row = session.get(OnceRow, key)
        if row is None:
            return
        if response.status_code >= 500:
            session.delete(row)
            return
        row.status, row.media_type, row.body = response.status_code, response.media_type, bytes(response.body)
        row.location = response.headers.get("location")


def forget(key: str, store: Store) -> None:
    """Give a key back whose request failed."""
    with store.writing() as session:
        session.execute(delete(OnceRow).where(OnceRow.key == key))


def _again(row: OnceRow, digest: str) -> Response:
    if row.request_hash != digest:
        raise OnceError("This Idempotency-Key was used for another request; give each request its own.")
    if row.status is None:
        raise UnderWay("The first request with this Idempotency-Key is still being answered.")
    headers = {"Idempotency-Replayed": "true"} | ({"Location": row.location} if row.location else {})
    return Response(row.body or b"", row.status, headers, media_type=row.media_type)
