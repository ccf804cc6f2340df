"""The standalone verifier of votes: it accepts a whole vote, and refuses each of forty tampered ones; so does a second."""

from __future__ import annotations

import ast
import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest

from geopolity.assembly.credential import public_half, signed
from geopolity.ballots.ballot import digest_of
from geopolity.ballots.group import ORDER, base, written
from services.verifiers import verify_vote
from tests.unit.ballots.boards import VOTE, a_vote, refused_by_second, second_verdict, secret_of, write

SOURCE = Path(verify_vote.__file__)


@pytest.fixture(scope="module")
def whole():
    return a_vote()


def _of(log, kind, number=0):
    return [facts for its, facts in log if its == kind or its.startswith(kind + ":")][number]


def _place(log, kind, number=0):
    return [index for index, (its, _) in enumerate(log) if its == kind][number]


def _ballot(log, number=0):
    return _of(log, "vote ballot cast", number)


def _resigned(facts):
    text = facts["statement"].replace(facts["statement"].split("ballot ")[-1].strip(), digest_of(facts["ballot"]))
    facts["statement"], facts["signature"] = text, signed(text, secret_of(facts["pseudonym"])).signature


def _swap(left, right, name):
    left[name], right[name] = right[name], left[name]


def _plus_one(text):
    return written((int.from_bytes(bytes.fromhex(text), "little") + 1) % ORDER)


def _drop(log, kind, number=0):
    del log[_place(log, kind, number)]


def _move(log, kind, to, number=0):
    entry = log.pop(_place(log, kind, number))
    log.insert(_place(log, to), entry)


def _reboard(log):
    """Close the board anew over the ballots that are there, as an operator would who tampered with them."""
    head = digest_of(_of(log, "vote opened")["head"])
    rows = sorted([f["pseudonym"], f["key"], digest_of(f["ballot"])] for kind, f in log if kind == "vote ballot cast")
    _of(log, "vote board closed").update(
        board=digest_of({"vote": VOTE, "head": head, "ballots": rows}), ballots=len(rows)
    )


def _ballot_twice(log):
    log.insert(_place(log, "vote board closed"), ("vote ballot cast", copy.deepcopy(_ballot(log))))
    _reboard(log)


def _ballot_of_an_outsider(log):
    _ballot(log)["pseudonym"] = "x1"
    _reboard(log)


def _ballot_copied(log):
    """Another's ciphertexts under one's own signature: what gives a voter away who is copied."""
    _ballot(log, 1)["ballot"] = copy.deepcopy(_ballot(log)["ballot"])
    _resigned(_ballot(log, 1))
    _reboard(log)


def _two_choices(log):
    choices = _ballot(log)["ballot"]["choices"]
    choices[1] = copy.deepcopy(choices[0])
    _resigned(_ballot(log))
    _reboard(log)


def _many_yes(log):
    one = _ballot(log)["ballot"]["choices"][0]
    one["beta"] = base(12345).hex()
    _resigned(_ballot(log))
    _reboard(log)


TAMPERED = {
    "a ballot left out": lambda log: _drop(log, "vote ballot cast"),
    "a ballot left out, the board closed anew": lambda log: (_drop(log, "vote ballot cast"), _reboard(log)),
    "a ballot twice": _ballot_twice,
    "an outsider's ballot": _ballot_of_an_outsider,
    "a copied ballot": _ballot_copied,
    "two choices in one ballot": _two_choices,
    "twelve thousand yes in one ballot": _many_yes,
    "two ballots exchanged": lambda log: _swap(_ballot(log), _ballot(log, 1), "ballot"),
    "two ballots' signatures exchanged": lambda log: _swap(_ballot(log), _ballot(log, 1), "signature"),
    "two ballots' voters exchanged": lambda log: _swap(_ballot(log), _ballot(log, 1), "pseudonym"),
    "a ballot of another key": lambda log: _ballot(log).update(key=public_half(secret_of("d009"))),
    "an unsigned ballot": lambda log: _ballot(log).update(signature="00" * 64),
    "a signature of another length": lambda log: _ballot(log).update(signature=_ballot(log)["signature"][:-2]),
    "a statement about another vote": lambda log: _ballot(log).update(
        statement=_ballot(log)["statement"].replace(VOTE, "river-1/2")
    ),
    "yes and no exchanged in a ballot": lambda log: (
        _ballot(log)["ballot"]["choices"].reverse(),
        _resigned(_ballot(log)),
        _reboard(log),
    ),
    "a bit's proof changed": lambda log: (
        _ballot(log)["ballot"]["choices"][0]["proof"].__setitem__(
            1, _plus_one(_ballot(log)["ballot"]["choices"][0]["proof"][1])
        ),
        _resigned(_ballot(log)),
        _reboard(log),
    ),
    "a sum's proof changed": lambda log: (
        _ballot(log)["ballot"]["sum"].__setitem__(0, _plus_one(_ballot(log)["ballot"]["sum"][0])),
        _resigned(_ballot(log)),
        _reboard(log),
    ),
    "a scalar above the order": lambda log: _ballot(log)["ballot"]["sum"].__setitem__(0, "ff" * 32),
    "an element that is none": lambda log: _ballot(log)["ballot"]["choices"][0].update(alpha="01" + "00" * 31),
    "an element written in another way": lambda log: _ballot(log)["ballot"]["choices"][0].update(
        alpha="ed" + "ff" * 30 + "7f"
    ),
    "a choice left out of a ballot": lambda log: _ballot(log)["ballot"]["choices"].pop(),
    "a ballot after the stated end": lambda log: _ballot(log).update(at="2026-12-01T00:00:00Z"),
    "a ballot after the close": lambda log: log.append(log.pop(_place(log, "vote ballot cast"))),
    "a ballot before the opening": lambda log: _move(log, "vote ballot cast", "vote opened"),
    "a seat opened by another key": lambda log: _of(log, "seat opened").update(key=public_half(secret_of("d009"))),
    "a seat never opened": lambda log: _drop(log, "seat opened"),
    "an elector less": lambda log: _of(log, "vote ready")["electorate"].pop(),
    "a smaller quorum": lambda log: (_of(log, "vote opened")["head"].update(quorum=5), _reboard(log)),
    "an earlier end": lambda log: _of(log, "vote opened")["head"].update(ends_at="2026-11-30T12:00:00Z"),
    "another law": lambda log: _of(log, "vote opened")["head"].update(law_sha256="33" * 32),
    "another joint key": lambda log: _of(log, "vote opened")["head"].update(key=base(7).hex()),
    "another public share": lambda log: _of(log, "vote opened")["head"]["trustees"][0].update(share=base(7).hex()),
    "a smaller threshold": lambda log: (
        _of(log, "vote key begun").update(threshold=2),
        _of(log, "vote opened")["head"].update(threshold=2),
    ),
    "a trustee exchanged": lambda log: _of(log, "vote key begun")["trustees"][0].update(key=base(7).hex()),
    "a part of the key changed": lambda log: _of(log, "vote key part")["body"]["commitments"].reverse(),
    "a part of the key in another's name": lambda log: _of(log, "vote key part").update(trustee="ben"),
    "a confirmation left out": lambda log: _drop(log, "vote key confirmed"),
    "a confirmation of other parts": lambda log: _of(log, "vote key confirmed").update(body={"parts": "00" * 32}),
    "closed before the end": lambda log: _of(log, "vote board closed").update(at="2026-11-30T12:00:00Z"),
    "another number of ballots": lambda log: _of(log, "vote board closed").update(ballots=8),
    "closed twice": lambda log: log.append(copy.deepcopy(log[_place(log, "vote board closed")])),
    "opened twice": lambda log: log.append(copy.deepcopy(log[_place(log, "vote opened")])),
    "a sum opened before the close": lambda log: _move(log, "vote part opened", "vote board closed"),
    "too few trustees": lambda log: _drop(log, "vote part opened"),
    "a partial decryption changed": lambda log: _of(log, "vote part opened")["body"][0].update(part=base(7).hex()),
    "partial decryptions exchanged": lambda log: _swap(
        _of(log, "vote part opened"), _of(log, "vote part opened", 1), "body"
    ),
    "another sum": lambda log: _of(log, "vote closed").update(yes=3, no=3),
    "another outcome": lambda log: _of(log, "vote closed").update(outcome="no harm found"),
    "no result": lambda log: log.pop(),
    "two results": lambda log: log.append(copy.deepcopy(log[-1])),
}


def test_a_whole_vote_is_accepted_by_both(whole, tmp_path):
    assert "4 yes, 2 no, 1 abstained: harm declared" in verify_vote.check(write(tmp_path / "log", whole), VOTE)
    assert second_verdict(whole) == (4, 2, 1)


@pytest.mark.parametrize(
    "openers", [("ada", "ben", "cleo"), ("eve", "dan", "cleo"), ("ada", "ben", "cleo", "dan", "eve")]
)
def test_any_three_trustees_open_the_same_sum(openers, tmp_path):
    log = a_vote(openers=openers)
    assert "4 yes, 2 no" in verify_vote.check(write(tmp_path / "log", log), VOTE)
    assert second_verdict(log) == (4, 2, 1)


def test_the_corpus_is_large_enough():
    assert len(TAMPERED) >= 30


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_vote_is_refused_by_both(whole, name, tmp_path):
    log = copy.deepcopy(whole)
    TAMPERED[name](log)
    assert json.dumps(log) != json.dumps(whole)
    with pytest.raises((ValueError, KeyError, TypeError, IndexError)):
        verify_vote.check(write(tmp_path / "log", log), VOTE)
    assert refused_by_second(log)


def test_it_has_at_most_250_lines_of_standard_library():
    source = SOURCE.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 250
    names = {
        node.names[0].name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_a_stranger_runs_it_alone(whole, tmp_path):
    folder = write(tmp_path / "log", whole)
    told = subprocess.run([sys.executable, "-I", SOURCE, folder, VOTE], capture_output=True, text=True, check=False)
    assert (told.returncode, "4 yes" in told.stdout) == (0, True)
    refused = subprocess.run([sys.executable, "-I", SOURCE, folder, "x"], capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stderr) == (1, "Refused: there is no closed vote of that name\n")
