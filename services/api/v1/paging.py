"""Pages of a list by a cursor: the key of the last item that was seen, so nothing is skipped when the list grows."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

from services.api.problems import BodyError
from services.api.v1.fields import Page
from services.records import as_json


def page_of(records: Sequence[Any], keys: Sequence[str], cursor: str | None, limit: int) -> Page:
    """Cut the page after a cursor from records that are in the order of some of their keys."""
    after = None if cursor is None else read_cursor(cursor, len(keys))
    try:
        left = [one for one in records if after is None or _key(one, keys) > after]
    except TypeError as error:
        raise _wrong(str(cursor)) from error
    items = left[:limit]
    return Page(items=as_json(items), next=write_cursor(_key(items[-1], keys)) if len(left) > limit else None)


def write_cursor(key: Sequence[Any]) -> str:
    """Pack the key of an item."""
    return base64.urlsafe_b64encode(json.dumps(list(key)).encode()).decode().rstrip("=")


def read_cursor(cursor: str, parts: int) -> tuple[Any, ...]:
    """Unpack the key of an item.

    Raises
    ------
    BodyError
        If this server never gave out such a cursor.
    """
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise _wrong(cursor) from error
    if not isinstance(found, list) or len(found) != parts:
        raise _wrong(cursor)
    return tuple(found)


def _key(record: Any, keys: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(record, key) for key in keys)


def _wrong(cursor: str) -> BodyError:
    return BodyError(
        "The cursor {cursor:quoted} is none that was given out; leave it out for the first page.",
        cursor=cursor[:40],
    )
