"""The published proof vectors of RFC 6962: 98 inclusion, 98 consistency, most of them forged."""

from __future__ import annotations

import base64
import json

import pytest

from geopolity.publiclog import merkle
from tests.oracles.shared import SHARED

VECTORS = SHARED / "oracles" / "rfc6962"


def _cases(name):
    return json.loads((VECTORS / f"{name}.json").read_text())


def _hashes(texts):
    return [base64.b64decode(text) for text in texts or []]


def _refused(check):
    try:
        check()
    except merkle.ProofRefused:
        return True
    return False


@pytest.mark.parametrize("case", _cases("inclusion"), ids=lambda case: case["_name"])
def test_inclusion_vector(case):
    leaf, root = _hashes([case["leafHash"], case["root"]])
    proof = _hashes(case["proof"])
    answer = _refused(lambda: merkle.check_inclusion(leaf, case["leafIdx"], case["treeSize"], proof, root))
    assert answer is case["wantErr"]


@pytest.mark.parametrize("case", _cases("consistency"), ids=lambda case: case["_name"])
def test_consistency_vector(case):
    earlier, later = _hashes([case["root1"], case["root2"]])
    proof = _hashes(case["proof"])
    answer = _refused(lambda: merkle.check_consistency((case["size1"], case["size2"]), (earlier, later), proof))
    assert answer is case["wantErr"]
