"""A vote of seven as lines of a log, made from the definitions alone; and a second verifier of such, on libsodium."""

from __future__ import annotations

import hashlib
import json

from cryptography.exceptions import InvalidSignature

from geopolity.assembly.credential import public_half, signed, statement
from geopolity.ballots.ballot import CHOICES, Election, digest_of, seal
from geopolity.ballots.ceremony import (
    Ceremony,
    Trustee,
    contribute,
    joint_key,
    public_share,
    read_part,
    say,
    secret_share,
)
from geopolity.ballots.group import ORDER, base
from geopolity.ballots.tally import counted, open_part, read_opening, summed
from geopolity.errors import GeopolityError
from geopolity.publiclog.log import canonical
from services.docket.sealed.audit import Line, closed_board

NAMES = ("ada", "ben", "cleo", "dan", "eve")
WORDS = ("yes", "yes", "no", "yes", "abstain", "yes", "no")
VOTE, END = "river-1/1", "2026-12-01T00:00:00Z"


def coins(seed):
    """Scalars that follow from a seed: for tests, which must come out the same."""
    count = 0

    def coin():
        nonlocal count
        count += 1
        return int.from_bytes(hashlib.sha512(f"{seed} {count}".encode()).digest(), "little") % ORDER

    return coin


def delegates(electors=9):
    return [f"d{number:03}" for number in range(1, electors + 1)]


def secret_of(delegate):
    return hashlib.sha256(delegate.encode()).digest()


def a_vote(words=WORDS, openers=("ada", "cleo", "eve"), seed="board", electors=9):
    """The entries of a whole vote: opened seats, key, ballots, board, openings, result."""
    coin = coins(seed)
    own = {name: coin() for name in NAMES}
    ceremony = Ceremony(vote=VOTE, trustees=tuple(Trustee(name=n, key=base(own[n])) for n in NAMES), threshold=3)
    log = [("vote ready", {"matter": "river-1", "electorate": delegates(electors)})]
    log += [("seat opened", {"pseudonym": it, "key": public_half(secret_of(it))}) for it in delegates(electors)]
    trustees = [{"name": it.name, "key": it.key.hex()} for it in ceremony.trustees]
    log.append(("vote key begun", {"vote": VOTE, "matter": "river-1", "trustees": trustees, "threshold": 3}))
    sent = {name: contribute(ceremony, name, coin).record() for name in NAMES}
    log += [("vote key part", _said(ceremony, name, "part", sent[name], own, coin)) for name in NAMES]
    parts = [read_part(sent[name], ceremony, name) for name in NAMES]
    confirmed = {"parts": digest_of([sent[name] for name in NAMES])}
    log += [("vote key confirmed", _said(ceremony, name, "confirmed", confirmed, own, coin)) for name in NAMES]
    head = {
        "vote": VOTE,
        "key": joint_key(parts).hex(),
        "trustees": [it | {"share": public_share(parts, n).hex()} for n, it in enumerate(trustees, 1)],
        "threshold": 3,
        "parts": confirmed["parts"],
        "question_sha256": "11" * 32,
        "law_sha256": "22" * 32,
        "ends_at": END,
        "electorate": electors,
        "quorum": -(-2 * electors // 3),
    }
    log.append(("vote opened", {"vote": VOTE, "matter": "river-1", "head": head}))
    election, board, ballots = Election(head=digest_of(head), key=joint_key(parts)), [], []
    for delegate, word in zip(delegates(electors), words, strict=False):
        key = public_half(secret_of(delegate))
        ballot, _ = seal(election, key, word, coin)
        fields = {"vote": VOTE, "head": election.head, "pseudonym": delegate, "key": key, "ballot": ballot.digest}
        act = signed(statement("sealed-ballot", fields), secret_of(delegate))
        facts = {
            "vote": VOTE,
            "pseudonym": delegate,
            "key": key,
            "ballot": ballot.record(),
            "at": "2026-11-30T00:00:00Z",
        }
        log.append(("vote ballot cast", facts | {"statement": act.statement, "signature": act.signature}))
        board.append([delegate, key, ballot.digest])
        ballots.append(ballot)
    closed = digest_of({"vote": VOTE, "head": election.head, "ballots": board})
    log.append(("vote board closed", {"vote": VOTE, "at": END, "ballots": len(board), "board": closed}))
    for name in openers:
        share = secret_share(ceremony, name, parts, own[name])
        body = open_part(closed, summed(ballots), share, coin)
        log.append(("vote part opened", _said(ceremony, name, "opening", body, own, coin)))
    yes, no, abstain = (words.count(choice) for choice in CHOICES)
    outcome = "harm declared" if 2 * yes > yes + no else "no harm found"
    told = {"vote": VOTE, "yes": yes, "no": no, "abstain": abstain, "outcome": outcome}
    return [*log, (f"vote closed: {outcome}", told)]


def _said(ceremony, name, stage, body, own, coin):
    return {"vote": VOTE} | say(ceremony, name, stage, (body, own[name]), coin).record()


def write(folder, log):
    folder.mkdir(exist_ok=True)
    lines = [canonical({"index": index, "kind": kind, "facts": facts}) for index, (kind, facts) in enumerate(log)]
    (folder / "entries.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    return folder


def second_verdict(log):
    """The counts of a vote by the package's own reading of the rules, on libsodium; or raises."""
    lines = [Line(index=index, kind=kind, facts=facts) for index, (kind, facts) in enumerate(log)]
    board = closed_board(lines, VOTE)
    sums = summed(board.ballots)
    openings = {}
    for it in lines:
        if it.facts.get("vote") == VOTE and it.facts.get("stage") == "opening":
            number = board.ceremony.number(it.facts["trustee"])
            shares = board.shares[number - 1]
            openings[number] = read_opening(it.facts["body"], board.closed["board"], sums, shares)
    assert len(openings) >= board.ceremony.threshold
    found = counted(sums, openings, len(board.ballots))
    ((_, told),) = [(it.kind, it.facts) for it in lines if it.kind.startswith("vote closed: ")]
    assert found == (told["yes"], told["no"], told["abstain"])
    harm = 2 * found[0] > found[0] + found[1]
    assert told["outcome"] == ("harm declared" if harm else "no harm found")
    return found


def refused_by_second(log):
    """Whether the second verifier refuses; anything but a refusal of its own kind is a fault of the test."""
    try:
        second_verdict(json.loads(json.dumps(log)))
    except (AssertionError, ValueError, KeyError, TypeError, IndexError, InvalidSignature, GeopolityError):
        return True
    return False
