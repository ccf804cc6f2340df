"""Why each unit of a version is in: worked out from its own files, and kept beside them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from geopolity.caching import SingleFlightCache
from geopolity.errors import NegativeAnswer
from maps.reports.exchange import Exchanges
from services.derivation.exchanges import FILE, content_of, exchanges_from, keep_in
from services.polities.published import Identity, identity, published
from services.storage.polities import versions
from services.storage.store import Store
from services.storage.tables import PolityFileRow, PolityRow

if TYPE_CHECKING:
    from geopolity.region import OnProgress
    from services.derivation.alternatives import Answer, Question

KEPT, MANIFEST = 32, "manifest.json"
_known: SingleFlightCache[tuple[Identity, int], Exchanges | None] = SingleFlightCache(KEPT)


class NoFilesError(NegativeAnswer):
    """A version was drafted without files, so nothing can be worked out from them."""

    code = "no-files"


def explain_polity(
    polity_id: str,
    store: Store,
    question: Question,
    *,
    version: int | None = None,
    on_progress: OnProgress | None = None,
) -> Answer:
    """Work out what each unit of a version is worth to it, and keep the answer with the version's files."""
    from services.derivation.alternatives import alternatives  # noqa: PLC0415 - pages need no engine
    from services.derivation.opened_folder import OpenedFolderError  # noqa: PLC0415

    with store.reading() as session:
        row = versions.find(session, polity_id, version)
        files = {name: versions.file_content(session, row, name) for name in versions.file_sizes(session, row)}
        key, number = row.key, row.version
    if "problem.json" not in files:
        raise NoFilesError(
            "Version {version} of {polity} was drafted without files; propose a folder that `geopolity derive --out` "
            "wrote.",
            version=number,
            polity=polity_id,
        )
    with tempfile.TemporaryDirectory() as place:
        for name, content in files.items():
            (Path(place) / name).write_bytes(content or b"")
        try:
            answer = alternatives(Path(place), question, on_progress)
        except OpenedFolderError as error:
            named = f"{polity_id}, version {number},"
            raise OpenedFolderError(error.message, **error.facts | {"folder": named}) from error
        changed = {FILE: content_of(answer)}
        if MANIFEST in files:
            keep_in(Path(place), answer)
            changed[MANIFEST] = (Path(place) / MANIFEST).read_bytes()
    with store.writing() as session:
        for name, content in changed.items():
            session.merge(PolityFileRow(polity=key, name=name, content=content))
    return answer


def exchanges(session: Session, row: PolityRow) -> Exchanges | None:
    """What is kept of a version; ``None`` where nobody has asked yet."""
    size = versions.file_sizes(session, row).get(FILE, 0)
    return _known.get((identity(session, row), size), lambda: _read(session, row))


def _read(session: Session, row: PolityRow) -> Exchanges | None:
    content, derivation = versions.file_content(session, row, FILE), published(session, row)
    return (
        None
        if content is None or derivation is None
        else exchanges_from(content, derivation.units, derivation.minimised)
    )
