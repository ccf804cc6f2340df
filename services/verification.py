"""Verify what geopolity published: say what a folder is, and re-check it from its files alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from geopolity.errors import RequestError
from geopolity.messages import Message
from services.assemblies.draw_audit import audit_draw
from services.derivation.audit.evidence import VerificationFailed
from services.derivation.audit.folder import audit
from services.verifiers import verify_vote

if TYPE_CHECKING:
    from services.derivation.audit.sources import Sources


class UnknownFolderError(RequestError):
    """There is nothing at the path that can be verified."""

    code = "unknown-folder"


def verify(
    path: Path,
    sources: Callable[[], Sources] | None = None,
    recorded: Callable[[Path], Iterator[Message]] | None = None,
    *,
    log: bool = False,
) -> Iterator[Message]:
    """Yield one sentence for each fact that holds.

    Parameters
    ----------
    sources
        Opens what a derivation is said to be made of, to be compared with it once its files hold together.
    recorded
        Compares a derivation with the public log, last.
    log
        Whether a log was named.

    Raises
    ------
    UnknownFolderError
        If ``path`` is neither a derivation nor a draw.
    VerificationFailed
        At the first fact that does not hold.
    """
    if not path.is_dir():
        raise UnknownFolderError(
            "{path} is a file; give a folder that `geopolity derive` or `assembly draw` wrote."
            if path.exists()
            else "{path} is nothing; give a folder that `geopolity derive` or `assembly draw` wrote.",
            path=path,
        )
    if (path / "bundle.json").exists():
        if sources is not None or log:
            raise UnknownFolderError(
                "{folder} is a draw, which has no layer, no footprint and no certificate; leave out {options:list}.",
                folder=path,
                options=["--layer", "--footprint", "--issue", "--log"],
            )
        return audit_draw(path)
    if (path / "society.parquet").exists():
        if sources is not None or log:
            raise UnknownFolderError(
                "{folder} is a simulation, which has no footprint and no certificate; leave out {options:list}.",
                folder=path,
                options=["--layer", "--footprint", "--issue", "--log"],
            )
        from services.society.audit import audit_society  # noqa: PLC0415 - most folders are none

        return audit_society(path)
    if not any((path / name).exists() for name in ("problem.json", "certificate.json", "manifest.json")):
        raise UnknownFolderError(
            "{path} holds no problem.json, certificate.json or bundle.json, so it is neither a derivation nor a "
            "draw; give a folder that `geopolity derive` or `assembly draw` wrote.",
            path=path,
        )
    return _derivation(path, sources, recorded)


def _derivation(
    path: Path, sources: Callable[[], Sources] | None, recorded: Callable[[Path], Iterator[Message]] | None
) -> Iterator[Message]:
    yield from audit(path, with_sources=sources is not None)
    if sources is not None:
        from services.derivation.audit.sources import compared  # noqa: PLC0415 - files alone need no layer

        yield from compared(path, sources())
    if recorded is not None:
        yield from recorded(path)


def verify_a_vote(log: Path, vote: str, witnesses: Sequence[str] = ()) -> str:
    """Check a vote of encrypted ballots from an exported log by the standalone verifier; returns its sentence.

    Raises
    ------
    VerificationFailed
        At the first fact that does not hold.
    """
    try:
        return str(verify_vote.check(log, vote, witnesses))  # type: ignore[no-untyped-call]  # it stands alone
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OSError) as error:
        raise VerificationFailed(
            "{vote} in {log} is refused: {reason}.", vote=vote, log=log, reason=str(error)
        ) from error
