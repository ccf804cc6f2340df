"""The published test vectors hold by both implementations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geopolity.ballots.group import base, challenge, element, scalar, written
from geopolity.ballots.proofs import equal, is_bit, knows
from services.verifiers import verify_vote as own

VECTORS = json.loads((Path(own.__file__).parent / "vectors.json").read_text(encoding="utf-8"))
PUBLIC = VECTORS["public"]


def test_a_challenge_is_the_published_one():
    said = VECTORS["challenge"]
    assert written(challenge(said["tag"], *said["lines"])) == said["scalar"]
    assert own.challenge(said["tag"], *said["lines"]) == scalar(said["scalar"])
    assert base(scalar(VECTORS["secret"])).hex() == PUBLIC


def test_knowledge_and_equality_are_proven():
    proof = VECTORS["knowledge"]["proof"]
    assert knows("context", element(PUBLIC), [scalar(one) for one in proof])
    assert own.knows("context", own.element(PUBLIC), proof)
    said = VECTORS["equal"]
    points = (PUBLIC, said["other"], said["product"])
    assert equal("context", tuple(map(element, points)), [scalar(one) for one in said["proof"]])
    assert own.equal("context", *map(own.element, points), said["proof"])
    assert not own.equal("context", *map(own.element, points[::-1]), said["proof"])


@pytest.mark.parametrize("bit", [0, 1])
def test_a_bit_is_proven_and_another_context_is_not(bit):
    said = VECTORS[f"bit {bit}"]
    pair = element(said["alpha"]), element(said["beta"])
    proof = [scalar(one) for one in said["proof"]]
    assert is_bit("context", element(said["key"]), pair, proof)
    assert not is_bit("another", element(said["key"]), pair, proof)
    points = map(own.element, (said["key"], said["alpha"], said["beta"]))
    assert own.is_bit("context", *points, said["proof"])
