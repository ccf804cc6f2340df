"""Who plays in the story beside clerks: delegates with keys, five trustees, two witnesses; each would be elsewhere.

In the demonstration all of them are folders of one machine, and the story says so.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from geopolity.assembly.credential import public_half, signed
from geopolity.ballots.ballot import challenged, seal
from services.assemblies import own_acts
from services.assemblies.own_acts import SEAT, Deed
from services.demo.synthetic import secret_of
from services.docket.sealed.casting import SealedReceipt, ballot_statement, cast_sealed, election_of
from services.docket.sealed.ceremonies import appoint_trustee, prepare_key, show_key
from services.docket.sealed.trustee import Here, coin, new_trustee, step
from services.publiclog import cosigning
from services.publiclog.witness import Witness, new_witness
from services.storage.offices.seats import active_seats
from services.storage.store import Store
from services.storage.tables import CitizenRow, SeatRow

TRUSTEES = ("university", "court", "church", "union", "press")
WITNESSES = ("library", "newspaper")


def open_seats(polity: str, store: Store) -> int:
    """Open every seat of an assembly with its holder's key, where it is not open; returns how many are."""
    with store.reading() as session:
        waiting = [row.pseudonym for row in active_seats(session, polity) if row.opened_by is None]
    for pseudonym in waiting:
        secret = _secret(pseudonym, store)
        text = own_acts.statement_of(Deed(kind=SEAT, polity=polity, delegate=pseudonym), public_half(secret), store)
        own_acts.open_seat(polity, pseudonym, signed(text, secret), store)
    with store.reading() as session:
        return sum(row.opened_by is not None for row in active_seats(session, polity))


def appoint(folder: Path, store: Store) -> None:
    """Make five trustees and two witnesses, each in a folder of their own."""
    for name in (*TRUSTEES, *WITNESSES):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in TRUSTEES:
        appoint_trustee(name, new_trustee(folder / name, name), store)
    for name in WITNESSES:
        witness = new_witness(folder / name, name)
        witness.follow(cosigning.log_vkey(store))
        cosigning.add_witness(witness.verifier.vkey, f"http://witness.invalid/{name}", store)


def make_key(matter_id: str, folder: Path, store: Store) -> None:
    """Let the trustees make the key of a matter's next vote."""
    prepare_key(matter_id, store, trustees=TRUSTEES)
    for _ in range(2):
        for name in TRUSTEES:
            step(folder / name, Here(matter=matter_id, store=store))


def cast(matter_id: str, pseudonym: str, word: str, store: Store) -> SealedReceipt:
    """Encrypt, sign and cast a delegate's ballot, as their own device would."""
    head, secret = show_key(matter_id, store).head, _secret(pseudonym, store)
    assert head is not None
    ballot, _ = seal(election_of(head), public_half(secret), word, coin)
    act = signed(ballot_statement(head, pseudonym, public_half(secret), ballot.digest), secret)
    return cast_sealed(matter_id, pseudonym, ballot.record(), act, store)


def check_before_casting(matter_id: str, pseudonym: str, word: str, store: Store) -> str:
    """Encrypt a ballot and challenge it: what it holds, by the randomness that the device shows."""
    head = show_key(matter_id, store).head
    assert head is not None
    election = election_of(head)
    ballot, hidden = seal(election, public_half(_secret(pseudonym, store)), word, coin)
    return challenged(ballot, election, hidden)


def cosign(folder: Path, store: Store) -> tuple[str, ...]:
    """Let both witnesses sign how far the log has grown; returns their keys."""

    def ask(url: str, body: bytes) -> tuple[int, str]:
        answer = Witness(folder / url.rpartition("/add-checkpoint")[0].rpartition("/")[2]).answer(body)
        return answer.status, answer.body

    signed_by = {it.witness for it in cosigning.collect(store, ask) if it.signed}
    return tuple(Witness(folder / name).verifier.vkey for name in WITNESSES if name in signed_by)


def open_sum(matter_id: str, folder: Path, store: Store, witnesses: tuple[str, ...]) -> Iterator[str]:
    """Let three of the five trustees open a sum; their names, one after another."""
    for name in TRUSTEES[::2]:
        step(folder / name, Here(matter=matter_id, store=store), witnesses=witnesses)
        yield name


def _secret(pseudonym: str, store: Store) -> bytes:
    with store.reading() as session:
        query = select(CitizenRow.citizen_id).join(SeatRow, SeatRow.citizen == CitizenRow.key)
        return secret_of(str(session.scalar(query.where(SeatRow.pseudonym == pseudonym))))
