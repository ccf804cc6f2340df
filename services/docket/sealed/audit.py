"""A closed board, checked from the log before anything of it is opened: what a trustee does, on libsodium, in a second.

It reads the same rules as the standalone ``verify_vote.py``, by other code: the tests hold the two against each other.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geopolity.assembly.credential import Signed, statement
from geopolity.ballots.ballot import Election, SealedBallot, check_ballot, digest_of, read_ballot
from geopolity.ballots.ceremony import (
    Ceremony,
    Message,
    Part,
    Trustee,
    joint_key,
    public_share,
    read_message,
    read_part,
)
from geopolity.ballots.group import element
from geopolity.docket.ballot import LEAST_PUBLISHED
from geopolity.errors import NegativeAnswer
from geopolity.publiclog import merkle
from geopolity.publiclog.notes import read_head, read_note, read_vkey, signed_at
from services.clock import read
from services.records import Json

OPENED = {"seat opened", "seat key replaced"}
LEAST_WITNESSES = 2
"""How many witnesses outside the operator sign a closed board before a trustee opens anything of it."""


class BoardRefused(NegativeAnswer):
    """A board in the log is not what it should be."""

    code = "board-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A board that holds: its closing, the head of its vote, its ballots, and the trustees' public shares."""

    closed: Json
    head: Json
    ceremony: Ceremony
    ballots: tuple[SealedBallot, ...]
    shares: tuple[bytes, ...]
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry of the log."""

    index: int
    kind: str
    facts: Json


def lines_of(folder: Path) -> list[Line]:
    """The entries of an export."""
    written = (folder / "entries.jsonl").read_bytes().splitlines()
    found = [Line(**json.loads(line)) for line in written]
    _need(all(it.index == place for place, it in enumerate(found)), "the entries of the log are out of order")
    return found


def closed_board(log: Sequence[Line], vote: str) -> Board:
    """The board of a vote, once all of it holds.

    Raises
    ------
    BoardRefused, BallotRefused, CeremonyRefused, SignatureRefused
        At the first fact that does not hold.
    """
    own = [it for it in log if it.facts.get("vote") == vote]
    begun, opened = _last(own, "vote key begun", vote), _only(own, "vote opened", vote)
    end = _only(own, "vote board closed", vote)
    _need(begun.index < opened.index < end.index, "the key, the opening and the close are out of order")
    ceremony = Ceremony(
        vote=vote,
        trustees=tuple(Trustee(name=it["name"], key=element(it["key"])) for it in begun.facts["trustees"]),
        threshold=begun.facts["threshold"],
    )
    said = [(it, read_message(it.facts, ceremony)) for it in own if "stage" in it.facts and it.index > begun.index]
    _need(len({(m.stage, m.trustee) for _, m in said}) == len(said), "a trustee sent something twice")
    early = [m for it, m in said if m.stage == "opening" and it.index < end.index]
    _need(not early, "something was opened before the board was closed")
    head: Json = opened.facts["head"]
    parts = _parts([message for _, message in said], ceremony)
    shares = tuple(public_share(parts, number) for number in range(1, len(ceremony.trustees) + 1))
    _check_head(head, ceremony, parts, shares)
    election = Election(head=digest_of(head), key=joint_key(parts))
    found = _ballots(log, election, head, (opened.index, end.index))
    rows = [[who, key, ballot.digest] for who, (key, ballot) in sorted(found.items())]
    whole = digest_of({"vote": vote, "head": election.head, "ballots": rows}) == end.facts["board"]
    _need(whole and end.facts["ballots"] == len(rows), "the board is not the one that was closed")
    _need(len(rows) >= max(LEAST_PUBLISHED, head["quorum"]), "too few voted")
    _need(end.facts["at"] >= head["ends_at"] or len(rows) == head["electorate"], "it was closed before its end")
    return Board(
        closed=end.facts,
        head=head,
        ceremony=ceremony,
        ballots=tuple(ballot for _, ballot in found.values()),
        shares=shares,
        index=end.index,
    )


def check_witnessed(folder: Path, board: Board, vkeys: Sequence[str]) -> None:
    """Refuse unless every witness named cosigned a head that holds the closed board, and not before its close.

    Raises
    ------
    BoardRefused
        Naming the witness, or if fewer than two were named.
    """
    _need(
        len({read_vkey(vkey).public for vkey in vkeys}) >= LEAST_WITNESSES,
        "at least two witnesses must have signed its board; name those that you trust by --witness",
    )
    file = folder / "cosigned.jsonl"
    notes = (
        [read_note(json.loads(row)["note"]) for row in file.read_text("utf-8").splitlines()] if file.exists() else []
    )
    leaves = [merkle.leaf_hash(line) for line in (folder / "entries.jsonl").read_bytes().splitlines()]
    since = read(str(board.closed["at"])).timestamp()
    for vkey in vkeys:
        witness = read_vkey(vkey)
        seen = False
        for note in notes:
            head, at = read_head(note), signed_at(note, witness)
            if at is not None and head.size > board.index:
                _need(merkle.root(leaves[: head.size]) == head.root, f"{witness.name} cosigned another log")
                seen = seen or at >= since
        _need(seen, f"the witness {witness.name} has not cosigned the closed board since its end")


def _parts(said: Sequence[Message], ceremony: Ceremony) -> list[Part]:
    sent = {it.trustee: it.body for it in said if it.stage == "part"}
    confirmed = {it.trustee: it.body for it in said if it.stage == "confirmed"}
    names = [it.name for it in ceremony.trustees]
    _need({*sent} == {*confirmed} == {*names}, "a trustee sent no part of the key, or did not confirm it")
    parts = [read_part(sent[name], ceremony, name) for name in names]
    same = {"parts": digest_of([part.record() for part in parts])}
    _need(all(body == same for body in confirmed.values()), "a trustee confirmed other parts")
    return parts


def _check_head(head: Json, ceremony: Ceremony, parts: Sequence[Part], shares: Sequence[bytes]) -> None:
    listed = [
        {"name": it.name, "key": it.key.hex(), "share": share.hex()}
        for it, share in zip(ceremony.trustees, shares, strict=True)
    ]
    stated = (head["key"], head["trustees"], head["threshold"], head["parts"])
    made = (joint_key(parts).hex(), listed, ceremony.threshold, digest_of([part.record() for part in parts]))
    _need(stated == made, "the key is not what the trustees made")
    _need(3 * head["quorum"] >= 2 * head["electorate"], "the quorum is too small")


def _ballots(
    log: Sequence[Line], election: Election, head: Json, between: tuple[int, int]
) -> dict[str, tuple[str, SealedBallot]]:
    matter = str(head["vote"]).rpartition("/")[0]
    frozen = [it.facts.get("electorate") for it in log[: between[0]] if it.facts.get("matter") == matter]
    electors = next((set(it) for it in reversed(frozen) if isinstance(it, list)), set())
    _need(len(electors) == head["electorate"], "the electorate is another")
    keys: dict[str, str] = {}
    found: dict[str, tuple[str, SealedBallot]] = {}
    for it in log[: between[1]]:
        if it.kind in OPENED:
            keys[it.facts["pseudonym"]] = it.facts["key"]
        elif it.kind == "vote ballot cast" and it.facts["vote"] == head["vote"]:
            who = it.facts["pseudonym"]
            _need(who in electors and who not in found, f"{who} may not vote, or voted twice")
            _need(it.index > between[0] and it.facts["at"] < head["ends_at"], f"{who} voted too early or late")
            found[who] = keys.get(who, ""), _ballot(it.facts, election, head, keys.get(who, ""))
    return found


def _ballot(facts: Json, election: Election, head: Json, key: str) -> SealedBallot:
    ballot = read_ballot(facts["ballot"])
    act = Signed(statement=facts["statement"], key=facts["key"], signature=facts["signature"])
    wanted = {"vote": head["vote"], "head": election.head, "pseudonym": facts["pseudonym"], "key": key}
    _need(act.key == key, f"the ballot of {facts['pseudonym']} is of another key than opened the seat")
    _need(
        act.statement == statement("sealed-ballot", wanted | {"ballot": ballot.digest}), "a ballot is signed otherwise"
    )
    act.fields("sealed-ballot")
    check_ballot(ballot, election, key)
    return ballot


def _last(own: Sequence[Line], kind: str, vote: str) -> Line:
    found = [it for it in own if it.kind == kind]
    if not found:
        raise BoardRefused("{vote} is refused: {reason}.", vote=vote, reason="there is no closed vote of that name")
    return found[-1]


def _only(own: Sequence[Line], kind: str, vote: str) -> Line:
    found = [it for it in own if it.kind == kind]
    _need(
        len(found) == 1, "there is no closed vote of that name" if not found else "it was opened or closed twice", vote
    )
    return found[0]


def _need(fact: Any, reason: str, vote: str = "") -> None:
    if not fact:
        raise BoardRefused("{vote} is refused: {reason}.", vote=vote or "The vote", reason=reason)
