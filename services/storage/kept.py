"""Whether anything was kept since a request or command began: an error after a commit must not say that nothing was."""

from __future__ import annotations

from contextvars import ContextVar

_commits: ContextVar[list[None] | None] = ContextVar("commits", default=None)


def begin() -> None:
    """Begin to watch; what runs for the same request in other threads is watched with it."""
    _commits.set([])


def note_commit() -> None:
    """Note that a transaction that wrote was kept."""
    commits = _commits.get()
    if commits is not None:
        commits.append(None)


def is_any() -> bool:
    """Whether something was kept since the watch began."""
    return bool(_commits.get())
