"""Every step in the life of a polity, each in one transaction with the public log."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.errors import RequestError
from geopolity.layers.layer import Layer
from geopolity.polity.derivation import Derivation
from services.clock import now
from services.derivation.audit.folder import audit
from services.derivation.folder import as_published, files_of, files_without_pictures
from services.derivation.layers import Columns, layer_names, open_layer
from services.storage.layers.census import keep_layer, unit_table
from services.storage.layers.crosswalks import link_to_base
from services.storage.polities import steps, versions
from services.storage.polities.versions import Version, version_of
from services.storage.store import Store
from services.storage.tables import LayerRow, MatterRow, PolityRow, VoteRow

NOT_LOADED = "human-rights-world"
"""Derived by the demo on another layer, and not part of its store."""
PROPOSER, ACTIVATOR = "demo-analyst", "demo-clerk"


class DerivationFolderError(RequestError):
    """A folder to propose holds no derivation, or one of another layer."""

    code = "derivation-folder"


def draft_polity(folder: Path, store: Store, *, by: str) -> Version:
    """Keep a derivation folder as a draft: the next version of its issue's polity.

    Raises
    ------
    VerificationFailed
        Where ``verify`` would refuse the folder.
    """
    layer, proposal = _layer_of(folder, store.home), _verified(folder)
    with store.writing() as session:
        link_to_base(session, keep_layer(session, layer, now=now()))
        return version_of(steps.draft(session, proposal, layer=layer.digest, proposer=by))


LEAST_DAYS, MOST_DAYS = 14, 3_650
"""Days that a proposal is open to objections, at least and at most."""


class ObjectionPeriodError(RequestError):
    """A proposal is to be open to objections for too short or too long."""

    code = "objection-period"


def check_period(days: int) -> int:
    """Days that a proposal is to be open to objections, if they are enough.

    Raises
    ------
    ObjectionPeriodError
        If they are fewer than 14.
    """
    if not LEAST_DAYS <= days <= MOST_DAYS:
        raise ObjectionPeriodError(
            "A proposal is open to objections for {least} to {most} days, and not for {days:count}.",
            least=LEAST_DAYS,
            most=MOST_DAYS,
            days=days,
        )
    return days


def propose_polity(source: str, store: Store, *, by: str, days: int) -> Version:
    """Open a draft to objections: one in the store by its id, or a derivation folder that becomes one first."""
    if (Path(source) / "certificate.json").exists():
        return _drafted_and_proposed(Path(source), store, by=by, days=days)
    with store.writing() as session:
        row = versions.pending(session, source)
        steps.propose(session, row, days=check_period(days), now=now())
        return version_of(row)


def _drafted_and_proposed(folder: Path, store: Store, *, by: str, days: int) -> Version:
    propose = proposer_of(folder, store.home, by=by, days=days)
    with store.writing() as session:
        return propose(session)


def proposer_of(folder: Path, home: Path, *, by: str, days: int) -> Callable[[Session], Version]:
    """Read a derivation folder, and return what drafts and proposes it in a transaction that is open.

    Of two at once, the second is told, and leaves nothing.
    """
    check_period(days)
    layer, proposal = _layer_of(folder, home), _verified(folder)

    def propose(session: Session) -> Version:
        steps.check_nothing_proposed(session, proposal.issue)
        link_to_base(session, keep_layer(session, layer, now=now()))
        row = steps.draft(session, proposal, layer=layer.digest, proposer=by)
        steps.propose(session, row, days=days, now=now())
        return version_of(row)

    return propose


def object_to_polity(polity_id: str, store: Store, *, by: str, text: str) -> int:
    """Record an objection to the open proposal; returns its number."""
    with store.writing() as session:
        return steps.object_to(session, versions.pending(session, polity_id), author=by, text=text, now=now()).key


def answer_objection(number: int, store: Store, *, by: str, text: str) -> None:
    """Answer an objection."""
    with store.writing() as session:
        steps.answer(session, steps.find_objection(session, number), answerer=by, text=text, now=now())


def activate_polity(polity_id: str, store: Store, *, by: str) -> Version:
    """Make the proposed version the active one."""
    with store.writing() as session:
        row = versions.pending(session, polity_id)
        steps.activate(session, row, activator=by, now=now())
        return version_of(row)


def proposer(polity_id: str, store: Store) -> str:
    """Name who proposed the version that is open to objections; empty if none is."""
    with store.reading() as session:
        query = select(PolityRow.proposer).where(PolityRow.issue == polity_id, PolityRow.status == "proposed")
        return session.scalar(query) or ""


def withdraw_polity(polity_id: str, store: Store) -> Version:
    """Give up the draft or proposal of a polity."""
    with store.writing() as session:
        row = versions.pending(session, polity_id)
        steps.withdraw(session, row)
        return version_of(row)


def retire_polity(polity_id: str, store: Store) -> Version:
    """End the validity of an active polity now, and not while a vote of its assembly is open.

    Raises
    ------
    TransitionRefused
        While one is.
    """
    with store.writing() as session:
        return retire_in(session, polity_id)


def retire_in(session: Session, polity_id: str) -> Version:
    """End it in a transaction that is open; raises as ``retire_polity`` does."""
    row = check_retirable(session, polity_id)
    steps.retire(session, row, now=now())
    return version_of(row)


def check_retirable(session: Session, polity_id: str) -> PolityRow:
    """The version that ends; raises as ``retire_polity`` does."""
    row = versions.find(session, polity_id)
    _check_no_vote(session, row)
    return row


def _check_no_vote(session: Session, row: PolityRow) -> None:
    """Refuse to end a polity to end a vote that stands badly."""
    query = select(VoteRow).join(MatterRow, MatterRow.matter_id == VoteRow.matter)
    vote = session.scalar(query.where(MatterRow.polity == row.issue, VoteRow.closed_at.is_(None)).limit(1))
    if vote is not None:
        raise steps.TransitionRefused(
            "{vote} of {polity} is open until {end:moment}, and nobody ends it before; retire the polity after that.",
            vote=vote.vote,
            polity=row.issue,
            end=vote.ends_at,
        )


def polity_diff(polity_id: str, store: Store, between: tuple[int, int] | None = None) -> pd.DataFrame:
    """Units that joined and left between two versions (by default the latest and the one before).

    Returns
    -------
    DataFrame
        Indexed by ``unit_id`` in id order: ``change`` (``joined`` or ``left``), ``name``, ``population``.
    """
    with store.reading() as session:
        if between is None:
            latest = versions.pending(session, polity_id).version
            between = (max(latest - 1, 1), latest)
        before, after = (versions.find(session, polity_id, version) for version in between)
        inside = [set(versions.members(session, row).index) for row in (before, after)]
        names = pd.concat([unit_table(session, digest) for digest in sorted({before.layer, after.layer})])
    change = dict.fromkeys(inside[1] - inside[0], "joined") | dict.fromkeys(inside[0] - inside[1], "left")
    known = names[~names.index.duplicated()][["name", "population"]]
    table = pd.DataFrame({"change": pd.Series(change, dtype=object)}).rename_axis("unit_id").sort_index()
    return table.join(known)


def load_demo(folders: Sequence[Path], store: Store) -> None:
    """Load derivation folders as active polities; what is active already stays as it is."""
    layers: dict[str, Layer] = {}
    for folder in folders:
        if folder.name == NOT_LOADED:
            continue
        name = _derived_on(folder).name
        layer = layers.setdefault(name, open_layer([name], Columns(), store.home))
        load_proposal(read_proposal(folder), layer, store)


def load_proposal(proposal: steps.Proposal, layer: Layer, store: Store) -> None:
    """Make a sample's boundary the active polity at once, unless it is already."""
    with store.writing() as session:
        keep_layer(session, layer, now=now(), is_base=not _other_base(session, layer))
        before = versions.active(session, proposal.issue)
        if before is not None and before.digest == proposal.digest:
            if not versions.file_sizes(session, before):  # drafted by a version of this program that kept none
                steps.keep_files(session, before, proposal.files)
            return
        row = steps.draft(session, proposal, layer=layer.digest, proposer=PROPOSER)
        steps.propose(session, row, days=0, now=now())
        steps.activate(session, row, activator=ACTIVATOR, now=now())


def _other_base(session: Session, layer: Layer) -> bool:
    """Whether people are at home on another layer already; a layer beside it does not take its place."""
    return (
        session.scalar(select(LayerRow).where(LayerRow.is_base, LayerRow.name != str(layer.name)).limit(1)) is not None
    )


def proposal_of(derivation: Derivation) -> steps.Proposal:
    """Take a derivation as a proposal, as ``read_proposal`` reads it from its folder."""
    derivation = as_published(derivation)
    inside = derivation.units["inside"]
    return steps.Proposal(
        issue=str(derivation.issue.name),
        title=derivation.issue.title,
        question=derivation.issue.question,
        members=derivation.units["affected"][inside].astype(float),
        area_km2=derivation.area_km2,
        population=round(derivation.population),
        affected=derivation.affected_total,
        coverage=derivation.coverage,
        gap=derivation.certificate.gap,
        digest=derivation.certificate.digest,
        boundary=shapely.orient_polygons(derivation.boundary, exterior_cw=False),
        files=files_without_pictures(derivation),
    )


def _verified(folder: Path) -> steps.Proposal:
    """Read a folder as a proposal, and believe nothing in it: what ``verify`` refuses enters no store."""
    proposal = read_proposal(folder)
    for _ in audit(folder):
        pass
    return proposal


def read_proposal(folder: Path) -> steps.Proposal:
    """Read a derivation folder as a proposal, as it is."""
    try:
        feature = json.loads((folder / "polity.geojson").read_text(encoding="utf-8"))["features"][0]
        certificate = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
        units = pd.read_parquet(folder / "units.parquet", columns=["affected", "inside"])
        said = feature["properties"]
        return steps.Proposal(
            issue=said["issue"],
            title=said["title"],
            question=str(said.get("question", "")),
            members=units["affected"][units["inside"]].astype(float),
            area_km2=said["area_km2"],
            population=said["population"],
            affected=said["affected_total"],
            coverage=certificate["coverage"],
            gap=certificate["gap"],
            digest=certificate["digest"],
            boundary=shapely.from_geojson(json.dumps(feature["geometry"])),
            files=files_of(folder),
        )
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise DerivationFolderError(
            "{folder} cannot be read as a derivation ({reason}); give a folder that `geopolity derive --out` wrote.",
            folder=folder,
            reason=str(error),
        ) from error


@dataclass(frozen=True, slots=True)
class _DerivedOn:
    """The layer that a folder says it was derived on: its name, and its digest then."""

    name: str
    digest: str


def _derived_on(folder: Path) -> _DerivedOn:
    try:
        said = json.loads((folder / "problem.json").read_text(encoding="utf-8"))["layer"]
        return _DerivedOn(str(said["name"]), str(said["digest"]))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise DerivationFolderError(
            "{folder} holds no readable problem.json; give a folder that `geopolity derive --out` wrote.",
            folder=folder,
        ) from error


def _layer_of(folder: Path, home: Path) -> Layer:
    derived_on = _derived_on(folder)
    name = derived_on.name
    if name not in layer_names(home):
        raise DerivationFolderError(
            "{folder} was derived on the layer {layer}, which is known by no name here; `geopolity layer add FILE "
            "--name {name}` adds it.",
            folder=folder,
            layer=name,
            name=name,
        )
    layer = open_layer([name], Columns(), home)
    if derived_on.digest != layer.digest:
        raise DerivationFolderError(
            "{folder} was derived on {layer} as it was ({then}), and that layer has changed since ({now}); derive "
            "again.",
            folder=folder,
            layer=layer.name,
            then=derived_on.digest[:12],
            now=layer.digest[:12],
        )
    return layer
