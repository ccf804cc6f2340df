"""Freeze a roll and draw its assemblies, each in one transaction with the public log."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from geopolity.errors import NegativeAnswer
from geopolity.sortition.bundle import Promise, audit_table, digests_of, frozen_tables, seat_table
from geopolity.sortition.drand import QUICKNET
from geopolity.sortition.lot import draw, shares_of
from geopolity.sortition.naming import Call
from geopolity.sortition.randomness import (
    Randomness,
    RandomnessError,
    Stream,
    accepted,
    announced_round,
    is_known,
    rehearsed,
)
from maps.locale.catalogue import LANGUAGES
from services.assemblies.bundle import DrawBundle, check_out, write_bundle
from services.assemblies.held_draw import Held
from services.assemblies.pictures.page import draw_page
from services.assemblies.planning import LotRequest, Planned, plan_in
from services.clock import after, now, read
from services.publiclog.keys import signing_key
from services.records import Json, of_row
from services.storage import publiclog
from services.storage.offices import epochs, seats
from services.storage.offices.epochs import EpochOpen, Line, NoEpochError, roll_of
from services.storage.offices.seats import Drawn, Persons
from services.storage.people import credentials
from services.storage.people.lot import active_polities, basis
from services.storage.store import Store
from services.storage.tables import EpochRow, SeatRow

BINDING, REHEARSAL = "binding", "rehearsal"
WAIT_SECONDS = 3600
"""Least time between the freeze and its drand round, so that the log's signed head is in other hands by then."""


class SeatTaken(NegativeAnswer):
    """Somebody drawn has a seat by now; nothing was changed."""

    code = "seat-taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """A frozen roll, what was promised of its draw, and what became of it."""

    epoch: str
    kind: str
    status: str
    mode: str
    rule: str
    frozen_at: str
    round: int
    roll_root: str
    commitment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedEpoch(Epoch):
    """An epoch that was just frozen, and the signed checkpoint of the log that holds its promise."""

    log_size: int
    log_root: str


def open_epoch(request: LotRequest, store: Store, *, wait: int = WAIT_SECONDS, rehearsal: bool = False) -> OpenedEpoch:
    """Freeze the roll, name the drand round, and put the promise into the log under a signed checkpoint.

    Raises
    ------
    EpochOpen
        If another epoch waits for its draw.
    LoadAboveOne, DrawInfeasible
        If the seats cannot be filled as asked.
    """
    with store.writing() as session:
        row = _freeze(session, request, wait=wait, rehearsal=rehearsal)
        point = publiclog.seal(session, signing_key(store.home), now())
        return of_row(OpenedEpoch, row, log_size=point.size, log_root=point.root.hex())


def draw_assemblies(randomness: Path, out: Path, store: Store, *, language: str = LANGUAGES[0]) -> Held:
    """Hold the binding draw of the frozen epoch with its announced drand round, and seat those drawn.

    Raises
    ------
    NoEpochError
        If no roll is frozen.
    RandomnessError, RandomnessRefused
        If the randomness is not that of the announced round, in time.
    RollChanged
        If anything was changed after the freeze.
    SeatTaken
        If somebody drawn sits by now.
    """
    record = _read_randomness(randomness)
    _clear_torn(out, store)
    check_out(out)
    try:
        with store.writing() as session:
            row = epochs.waiting(session, "binding")
            if row is None:
                raise NoEpochError("No roll is frozen for a binding draw; `geopolity assembly open` freezes one.")
            chance = accepted(record, round_named=row.round, now=_unix(now()))
            held = _held(session, row, chance, out)
            row.status, row.drawn_at = "drawn", now()
            gone = _seat_all(session, row, held)
            publiclog.seal(session, signing_key(store.home), now())
            _publish(session, held, store.home, language)
    except IntegrityError as error:
        raise SeatTaken(
            "Somebody drawn has taken another seat since the freeze, so nothing was changed; open a new epoch."
        ) from error
    return replace(held, vacated=gone)


def _clear_torn(out: Path, store: Store) -> None:
    """Remove the bundle of a draw that was killed before it was kept: the epoch still waits, and seated nobody."""
    try:
        said = json.loads((out / "bundle.json").read_text(encoding="utf-8"))["commitment"]
    except (OSError, ValueError, KeyError, TypeError):
        return
    with store.reading() as session:
        row = epochs.waiting(session, BINDING)
        is_torn = row is not None and row.commitment == said
    if is_torn:
        shutil.rmtree(out)


def rehearse_assemblies(
    seed: str, out: Path, request: LotRequest, store: Store, *, language: str = LANGUAGES[0]
) -> Held:
    """Rehearse a draw of all seats with any seed; nobody is seated.

    An open epoch that fills all seats is used; otherwise a rehearsal's own is opened and frozen, and used again as long
    as people and polities stay as they are.
    """
    check_out(out)
    with store.writing() as session:
        row = _rehearsal_epoch(session, request)
        held = _held(session, row, rehearsed(seed), out)
        publiclog.append(session, "draw rehearsed", _facts(held))
        _publish(session, held, store.home, language)
    return held


def demonstrate_assemblies(seed: str, out: Path, request: LotRequest, store: Store) -> Held:
    """Rehearse a draw and seat those drawn, for a demonstration on a store where nobody sits; the log says so.

    Raises
    ------
    SeatTaken
        If somebody sits already.
    """
    check_out(out)
    with store.writing() as session:
        if seats.active_seats(session):
            raise SeatTaken("Somebody sits in this store, and a rehearsal takes no seats from them; use an empty one.")
        row = _rehearsal_epoch(session, request)
        held = _held(session, row, rehearsed(seed), out)
        row.status, row.drawn_at = "drawn", now()
        gone = _seat_all(session, row, held)
        _publish(session, held, store.home)
    return replace(held, vacated=gone)


def lapse_epoch(store: Store) -> Epoch:
    """Give up the frozen binding epoch: before its round is known, or after it was missed.

    Raises
    ------
    EpochOpen
        If the round is known: whoever gave it up then could look, and try again until somebody is drawn.
    """
    with store.writing() as session:
        row = epochs.waiting(session, "binding")
        if row is None:
            raise NoEpochError("No binding epoch waits for its draw, so there is none to give up.")
        if is_known(row.round, now=_unix(now())):
            raise EpochOpen(
                "Round {round} of epoch {epoch} is known, so the draw is held and not given up; anybody may hand its "
                "randomness in.",
                epoch=row.epoch,
                round=row.round,
            )
        row.status = "lapsed"
        missed = _unix(now()) >= QUICKNET.time_of(row.round)
        facts = {"epoch": row.epoch, "commitment": row.commitment, "round": row.round, "missed": missed, "at": now()}
        publiclog.append(session, "draw given up", facts)
        return of_row(Epoch, row)


def _freeze(session: Session, request: LotRequest, *, wait: int, rehearsal: bool) -> EpochRow:
    kind, moment = REHEARSAL if rehearsal else BINDING, now()
    before = epochs.waiting(session, kind)
    if before is not None and not rehearsal:
        raise EpochOpen(
            "Epoch {epoch} is frozen and waits for round {round}; draw it, or give it up with `geopolity assembly "
            "lapse`.",
            epoch=before.epoch,
            round=before.round,
        )
    if before is not None:
        before.status = "lapsed"
        session.flush()
    if not rehearsal:
        seats.end_terms(session, now=moment)
        _replace_lapsed(session, moment)
    seated_on = "" if rehearsal else after(timedelta(seconds=wait), moment)[:10]
    planned = plan_in(session, request, moment, rehearsal=rehearsal, seated_on=seated_on)
    electorate = planned.pooled.electorate
    shares = shares_of(electorate, unequal=request.unequal or request.mode == "universal")
    name, lines = _epoch_name(session, moment, kind), _pseudonymous(session, planned)
    keys = credentials.counted(session, (line.holder for line in lines))
    promise = Promise(
        epoch=name,
        mode=request.mode,
        rule=shares.rule,
        roll_root=roll_of(name, lines).tree().root.hex(),
        digests=digests_of(frozen_tables(electorate, shares, planned.chambers)),
        round=0 if rehearsal else announced_round(_unix(moment), wait=wait),
        keys=keys,
    )
    row = EpochRow(
        epoch=name,
        kind=kind,
        status="frozen",
        mode=request.mode,
        rule=shares.rule,
        fills_all=rehearsal or session.query(SeatRow).first() is None,
        frozen_at=moment,
        round=promise.round,
        roll_root=promise.roll_root,
        commitment=promise.commitment,
        basis=_basis(session, request, moment),
        strata=",".join(request.levels),
        keys=json.dumps(keys),
    )
    tables = frozen_tables(electorate, shares, planned.chambers)
    epochs.freeze(session, row, promise=promise, tables=tables, roll=lines)
    return row


def _rehearsal_epoch(session: Session, request: LotRequest) -> EpochRow:
    """Return the open epoch if it fills all seats; else a rehearsal's own, the last one if nothing has changed."""
    row = epochs.waiting(session, BINDING)
    if row is not None and row.fills_all and request == LotRequest():
        return row
    row = epochs.waiting(session, REHEARSAL)
    if row is not None and row.basis == _basis(session, request, now()):
        return row
    return _freeze(session, request, wait=0, rehearsal=True)


def _held(session: Session, row: EpochRow, randomness: Randomness, folder: Path) -> Held:
    frozen = epochs.thawed(session, row)
    stream = Stream(randomness.value, bytes.fromhex(row.roll_root), row.epoch)
    result = draw(frozen.electorate, frozen.shares, frozen.people, stream)
    return Held(frozen=frozen, draw=result, randomness=randomness, folder=folder, vacated=0)


def _publish(session: Session, held: Held, home: Path, language: str = LANGUAGES[0]) -> None:
    tables = {name: iter([content]) for name, content in held.frozen.tables.items()}
    published = DrawBundle(
        promise=held.frozen.promise,
        randomness=held.randomness,
        tables=tables,
        roll=held.frozen.roll,
        draw=held.draw,
        report=draw_page(session, held, home, language=language),
    )
    write_bundle(held.folder, published)


def _seat_all(session: Session, row: EpochRow, held: Held) -> int:
    """Seat everybody drawn, then replace those whose consent ended since the freeze; returns how many."""
    moment = now()
    publiclog.append(session, "draw held", _facts(held))
    persons = Persons(epoch=row, citizen_of=dict(zip(held.frozen.roll.pseudonyms, held.frozen.citizens, strict=True)))
    calls: dict[str, list[Call]] = {polity: [] for polity in held.frozen.electorate.polities}
    for call in held.draw.calls:
        calls[call.polity].append(call)
    for (polity, called), chambers in zip(calls.items(), held.frozen.chambers, strict=True):
        seats.take_seats(session, Drawn(polity=polity, calls=called, chambers=chambers), persons, now=moment)
    return _replace_lapsed(session, moment)


def _replace_lapsed(session: Session, moment: str) -> int:
    """Empty the seats of those whose consent has ended, and call their alternates; returns how many."""
    gone = seats.without_consent(session, moment)
    for left in gone:
        seats.vacate(session, left, reason="lapse of consent", now=moment)
    return len(gone)


def _facts(held: Held) -> Json:
    """What the log keeps of a draw: the promise, the chance, and a digest of who was called."""
    rows = b"".join(seat_table(held.draw.calls))
    stream = Stream(held.randomness.value, bytes.fromhex(held.frozen.promise.roll_root), held.frozen.promise.epoch)
    lines = b"".join(audit_table(held.frozen.roll, stream.seed))
    return {
        "audit": hashlib.sha256(lines).hexdigest(),
        "commitment": held.frozen.promise.commitment,
        "epoch": held.frozen.promise.epoch,
        "randomness": held.randomness.record(),
        "rehearsal": held.randomness.is_rehearsal,
        "rule": held.frozen.promise.rule,
        "seats": hashlib.sha256(rows).hexdigest(),
    }


def _pseudonymous(session: Session, planned: Planned) -> list[Line]:
    """Give everybody a random pseudonym; lines in its order say nothing about who is who."""
    pools, holders = planned.pooled.electorate.pools, credentials.holders(session)
    people = zip(planned.lot.citizens, planned.pooled.person_pool.tolist(), strict=True)
    return sorted(
        Line(secrets.token_hex(16), citizen, pools[pool], holders[citizen], secrets.token_hex(16))
        for citizen, pool in people
    )


def _epoch_name(session: Session, moment: str, kind: str) -> str:
    """Day and a number, such as ``2026-11-25-1``; a rehearsal's says so."""
    prefix = f"{moment[:10]}-rehearsal" if kind == REHEARSAL else moment[:10]
    number = session.query(EpochRow).filter(EpochRow.kind == kind, EpochRow.epoch.startswith(prefix)).count() + 1
    return f"{prefix}-{number}"


def _basis(session: Session, request: LotRequest, moment: str) -> str:
    polities = active_polities(session, moment, request.polities)
    return f"{request} {basis(session, polities, request.levels)}"


def _read_randomness(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RandomnessError(
            "{file} holds no JSON; save drand's answer for the announced round as it is (round and signature).",
            file=file,
        ) from error


def _unix(moment: str) -> int:
    return int(read(moment).timestamp())
