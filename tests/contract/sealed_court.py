"""The court with keys: its delegates opened their seats, five trustees stand by, and two witnesses follow the log."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from geopolity.assembly.credential import public_half, signed
from geopolity.ballots.ballot import seal
from services.assemblies import own_acts
from services.assemblies.own_acts import SEAT, Deed
from services.clock import now
from services.docket import petitions
from services.docket.sealed.casting import ballot_statement, cast_sealed, election_of
from services.docket.sealed.ceremonies import appoint_trustee, prepare_key, show_key
from services.docket.sealed.trustee import Here, coin, new_trustee, step
from services.publiclog import cosigning
from services.publiclog.witness import Witness, new_witness
from services.storage.people import credentials
from services.storage.tables import CitizenRow, RollRow, SeatRow
from tests.contract.court import Court

TRUSTEES = ("ada", "ben", "cleo", "dan", "eve")
WITNESSES = ("north", "south")


def secret_of(delegate):
    return hashlib.sha256(f"secret of {delegate}".encode()).digest()


@dataclass(frozen=True)
class SealedCourt:
    """An assembly of nine whose votes no server reads."""

    court: Court
    folder: Path

    @property
    def store(self):
        return self.court.store

    def house(self, matter_id="river-1"):
        return Here(matter=matter_id, store=self.store)

    def ready(self):
        matter_id = self.court.file()
        petitions.admit(matter_id, self.store)
        self.court.heard(matter_id)
        return matter_id

    def trustee(self, name, matter_id="river-1", witnesses=None):
        """A trustee's turn; the two witnesses that all trust, unless others are named."""
        trusted = [self.witness(it) for it in WITNESSES] if witnesses is None else witnesses
        return str(step(self.folder / name, self.house(matter_id), witnesses=tuple(trusted)))

    def keyed(self, matter_id):
        prepare_key(matter_id, self.store)
        for _ in range(2):
            for name in TRUSTEES:
                self.trustee(name, matter_id)

    def sealed(self, matter_id, delegate, word):
        """A ballot, what signs it, and the randomness that was used."""
        head, key = show_key(matter_id, self.store).head, public_half(secret_of(delegate))
        ballot, hidden = seal(election_of(head), key, word, coin)
        return ballot, signed(ballot_statement(head, delegate, key, ballot.digest), secret_of(delegate)), hidden

    def cast(self, matter_id, words):
        found = []
        for delegate, word in zip(self.court.delegates, words, strict=False):
            ballot, act, _ = self.sealed(matter_id, delegate, word)
            found.append(cast_sealed(matter_id, delegate, ballot.record(), act, self.store))
        return found

    def witness(self, name):
        """A witness of the log, in this process; returns its key."""
        place = self.folder / name
        if not place.exists():
            new_witness(place, name)
            Witness(place).follow(cosigning.log_vkey(self.store))
            cosigning.add_witness(Witness(place).verifier.vkey, f"http://127.0.0.1/{name}", self.store)
        return Witness(place).verifier.vkey

    def cosign(self):
        def ask(url, body):
            answer = Witness(self.folder / url.split("/")[3]).answer(body)
            return answer.status, answer.body

        return cosigning.collect(self.store, ask)


def keyed_court(court, folder):
    """Give every delegate of a court a key that their line of the roll commits to, and open their seats with it."""
    store = court.store
    with store.writing() as session:
        for seat in session.query(SeatRow).all():
            key = public_half(secret_of(seat.pseudonym))
            credentials.take(session, session.get_one(CitizenRow, seat.citizen), key, made_by="own", now=now())
            line = {"epoch": seat.epoch, "citizen": seat.citizen, "pool": seat.pool, "salt": "00" * 16}
            session.add(RollRow(pseudonym=seat.pseudonym, holder=f"key {key}", **line))
    for delegate in court.delegates:
        deed = Deed(kind=SEAT, polity="river", delegate=delegate)
        text = own_acts.statement_of(deed, public_half(secret_of(delegate)), store)
        own_acts.open_seat("river", delegate, signed(text, secret_of(delegate)), store)
    for name in TRUSTEES:
        appoint_trustee(name, new_trustee(folder / name, name), store)
    return SealedCourt(court=court, folder=folder)
