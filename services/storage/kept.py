"""Whether anything was kept since a request or command began: an error after a commit must not say that nothing was."""

from __future__ import annotations

import itertools
from contextvars import ContextVar

_count = itertools.count(1)
_latest = [0]
_commits: ContextVar[list[None] | None] = ContextVar("commits", default=None)


def begin() -> None:
    """Begin to watch; what runs for the same request in other threads is watched with it."""
    _commits.set([])


def note_commit() -> None:
    """Note that a transaction that wrote was kept."""
    _latest[0] = next(_count)
    commits = _commits.get()
    if commits is not None:
        commits.append(None)


def commits() -> int:
    """How many transactions of this process were kept so far: what was read before the latest may be stale."""
    return _latest[0]


def is_any() -> bool:
    """Whether something was kept since the watch began."""
    return bool(_commits.get())
