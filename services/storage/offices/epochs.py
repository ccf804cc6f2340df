"""Epochs in the store: a roll frozen with what was promised of its draw, and the seats that come of it."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from geopolity.assembly.credential import line_commitment
from geopolity.errors import NegativeAnswer, RequestError
from geopolity.sortition import bundle
from geopolity.sortition.bundle import Promise
from geopolity.sortition.electorate import Electorate
from geopolity.sortition.lot import Shares
from geopolity.sortition.roll import Roll
from services.storage.publiclog import append
from services.storage.tables import CitizenRow, CredentialRow, EpochRow, EpochTableRow, RollRow, SeatRow

AT_ONCE = 20_000
DIGESTS = "digests"


class RollChanged(NegativeAnswer):
    """The roll, or a table, is not the one that was frozen; nobody is drawn."""

    code = "roll-changed"


class NoEpochError(RequestError):
    """No roll is frozen, or none of that name."""

    code = "no-epoch"


class EpochOpen(NegativeAnswer):
    """Another epoch waits for its draw."""

    code = "epoch-open"


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """A line of a roll, and who stands behind it; ``holder`` and ``salt`` open its commitment."""

    pseudonym: str
    citizen: int
    pool: str
    holder: str
    salt: str


def roll_of(epoch: str, lines: Sequence[Line]) -> Roll:
    """The roll that is published of lines in order."""
    commits = any(line.salt for line in lines)
    return Roll(
        epoch=epoch,
        pseudonyms=[line.pseudonym for line in lines],
        pools=[line.pool for line in lines],
        commitments=[line_commitment(epoch, it.pseudonym, it.holder, it.salt) for it in lines] if commits else (),
    )


def lines_of(session: Session, epoch: int) -> list[Line]:
    """The lines of a frozen roll, in order."""
    columns = (RollRow.pseudonym, RollRow.citizen, RollRow.pool, RollRow.holder, RollRow.salt)
    rows = session.execute(select(*columns).where(RollRow.epoch == epoch).order_by(RollRow.pseudonym))
    return [Line(*row) for row in rows]


def line_of(session: Session, seat: SeatRow) -> RollRow | None:
    """The line of the roll that a seat was drawn from."""
    return session.scalar(select(RollRow).where(RollRow.epoch == seat.epoch, RollRow.pseudonym == seat.pseudonym))


def has_key(line: RollRow | None) -> bool:
    """Whether a line commits to a key."""
    return line is not None and line.holder.startswith("key ")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Frozen:
    """All that a draw needs, as it was frozen.

    Attributes
    ----------
    strata
        Names of the answers that quotas are kept for, coarsest first.
    citizens
        Key of the citizen behind each line of the roll.
    tables
        Contents of the published tables.
    """

    promise: Promise
    strata: tuple[str, ...]
    electorate: Electorate
    shares: Shares
    chambers: list[int]
    roll: Roll
    citizens: list[int]
    tables: dict[str, bytes]

    @property
    def people(self) -> list[list[str]]:
        """Pseudonyms of each pool."""
        place = {name: number for number, name in enumerate(self.electorate.pools)}
        people: list[list[str]] = [[] for _ in place]
        for pseudonym, pool in zip(self.roll.pseudonyms, self.roll.pools, strict=True):
            people[place[pool]].append(pseudonym)
        return people


def freeze(
    session: Session,
    row: EpochRow,
    *,
    promise: Promise,
    tables: Mapping[str, Iterable[bytes]],
    roll: Iterable[Line],
) -> None:
    """Keep an epoch, its tables and its roll, and log the promise."""
    session.add(row)
    session.flush()
    for name, pieces in tables.items():
        session.add(EpochTableRow(epoch=row.key, name=name, content=gzip.compress(b"".join(pieces), 6, mtime=0)))
    digests = json.dumps(promise.digests).encode()
    session.add(EpochTableRow(epoch=row.key, name=DIGESTS, content=gzip.compress(digests, mtime=0)))
    session.flush()
    for batch in _batches({"epoch": row.key} | asdict(line) for line in roll):
        session.execute(insert(RollRow), batch)
    append(
        session, "draw frozen", promise.facts | {"commitment": promise.commitment, "rehearsal": row.kind == "rehearsal"}
    )


def waiting(session: Session, kind: str) -> EpochRow | None:
    """Return the epoch of a kind that is frozen and not drawn."""
    return session.scalar(select(EpochRow).where(EpochRow.kind == kind, EpochRow.status == "frozen"))


def find_epoch(session: Session, name: str) -> EpochRow:
    """Return an epoch by its name."""
    row = session.scalar(select(EpochRow).where(EpochRow.epoch == name))
    if row is None:
        raise NoEpochError(
            "There is no epoch {name:quoted}; `geopolity assembly seats --json` names the epoch of every seat.",
            name=name,
        )
    return row


def thawed(session: Session, row: EpochRow) -> Frozen:
    """Read an epoch back and check that it is what was promised.

    Raises
    ------
    RollChanged
        If roll or tables were changed after the freeze.
    """
    kept = {
        table.name: gzip.decompress(table.content)
        for table in session.scalars(select(EpochTableRow).where(EpochTableRow.epoch == row.key))
    }
    digests = json.loads(kept.pop(DIGESTS))
    lines = lines_of(session, row.key)
    roll = roll_of(row.epoch, lines)
    promise = Promise(
        epoch=row.epoch,
        mode=row.mode,
        rule=row.rule,
        roll_root=roll.tree().root.hex(),
        digests=bundle.digests_of({name: iter([kept[name]]) for name in bundle.FROZEN}),
        round=row.round,
        keys=json.loads(row.keys),
    )
    _check_holders(session, row.epoch, lines)
    if promise.commitment != row.commitment:
        raise RollChanged(
            "In epoch {epoch} the roll was changed after the freeze, so nobody is drawn; open a new epoch."
            if promise.roll_root != row.roll_root
            else "In epoch {epoch} the epoch was changed after the freeze, so nobody is drawn; open a new epoch."
            if promise.digests == digests
            else "In epoch {epoch} a table of the draw was changed after the freeze, so nobody is drawn; open a new "
            "epoch.",
            epoch=row.epoch,
        )
    electorate, shares, chambers = parsed(kept, row.rule)
    return Frozen(
        promise=promise,
        strata=tuple(filter(None, row.strata.split(","))),
        electorate=electorate,
        shares=shares,
        chambers=chambers,
        roll=roll,
        citizens=[line.citizen for line in lines],
        tables=kept,
    )


def _check_holders(session: Session, epoch: str, lines: Sequence[Line]) -> None:
    """Refuse a roll on which a line was given to somebody else than it commits to."""
    ids = {row.key: row.citizen_id for row in session.execute(select(CitizenRow.key, CitizenRow.citizen_id))}
    keys = {
        row.public_key: row.citizen for row in session.execute(select(CredentialRow.public_key, CredentialRow.citizen))
    }
    for line in lines:
        kind, _, who = line.holder.partition(" ")
        if kind and not (ids[line.citizen] == who if kind == "id" else keys.get(who) == line.citizen):
            raise RollChanged(
                "In epoch {epoch} the line {line} was given to another person after the freeze, so nobody is drawn.",
                epoch=epoch,
                line=line.pseudonym,
            )


def parsed(tables: Mapping[str, bytes], rule: str) -> tuple[Electorate, Shares, list[int]]:
    """Read published tables back: electorate, shares, and chambers of each polity."""
    polities, pools, shares = (_read(tables[name]) for name in bundle.FROZEN)
    position = {name: place for place, name in enumerate(polities["polity_id"])}
    cells = pools["cell_id"].drop_duplicates().tolist()
    cell = pd.Series(range(len(cells)), index=cells)[pools["cell_id"]].to_numpy()
    first = pools.assign(cell=cell).drop_duplicates("cell").set_index("cell")["pool_id"]
    listed = shares[shares["pool_id"].isin(set(first))]
    edges = listed["polity_id"].map(position).to_numpy(np.int64)
    width = listed.groupby("pool_id", sort=False).size().reindex(first.to_numpy(), fill_value=0)
    electorate = Electorate(
        polities=polities["polity_id"].tolist(),
        seats=polities["seats"].to_numpy(np.int64),
        levels=polities["levels"].to_numpy(np.int64),
        cells=cells,
        cell_start=np.concatenate([[0], np.cumsum(width.to_numpy(np.int64))]),
        cell_polities=edges,
        pools=pools["pool_id"].tolist(),
        pool_cell=cell,
        pool_strata=pools["stratum"].tolist(),
        pool_people=pools["n"].to_numpy(np.int64),
    )
    factors = pools.assign(cell=cell).drop_duplicates("cell")["factor"].to_numpy(float)
    return (
        electorate,
        Shares(
            rule=rule,
            units=shares["share"].to_numpy(np.int64),
            blocks=polities["block"].to_numpy(np.int64),
            weights=polities["weight"].to_numpy(float),
            factors=factors,
        ),
        polities["chambers"].tolist(),
    )


def _read(content: bytes) -> pd.DataFrame:
    names = ("polity_id", "pool_id", "cell_id", "stratum")
    return pd.read_csv(io.BytesIO(content), dtype=dict.fromkeys(names, str), keep_default_na=False)


def _batches(rows: Iterable[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    batch: list[dict[str, object]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
