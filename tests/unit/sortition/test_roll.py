"""One citizen checks their own draw from a receipt."""

from dataclasses import replace

import numpy as np
import pytest

from geopolity.publiclog.merkle import ProofRefused, Tree, inclusion_proof, leaf_hash, root
from geopolity.sortition.naming import call_number
from geopolity.sortition.randomness import Stream, rehearsed
from geopolity.sortition.roll import Roll, RollError, check_receipt, receipt
from tests.unit.sortition.bundles import SEED, write_world
from tests.unit.sortition.test_verifier import town


@pytest.fixture(scope="module")
def draw(tmp_path_factory):
    _, roll, tree, result = write_world(tmp_path_factory.mktemp("own") / "draw", town())
    seed = Stream(rehearsed(SEED).value, tree.root, roll.epoch).seed
    return roll, tree, result, seed


def called_of(result, pool):
    return [(call.polity, call.pseudonym, call.kind) for call in result.calls if call.pool == pool]


def test_everybody_finds_out_what_the_draw_did_with_them(draw):
    roll, tree, result, seed = draw
    expected = {call.pseudonym: call.kind for call in result.calls}
    for index, pseudonym in enumerate(roll.pseudonyms):
        own = receipt(roll, tree, index)
        answer = check_receipt(own, roll_root=tree.root.hex(), seed=seed, called=called_of(result, own.pool_id))
        assert answer.kind == expected.get(pseudonym, "not called")


def test_a_citizen_who_was_passed_over_is_told_so(draw):
    roll, tree, result, seed = draw
    victim = next(call for call in result.calls if len(called_of(result, call.pool)) > 1)
    calls = called_of(result, victim.pool)
    first = min((pseudonym for _, pseudonym, _ in calls), key=lambda p: call_number(seed, victim.pool, p))
    own = receipt(roll, tree, roll.pseudonyms.index(first))
    with pytest.raises(ProofRefused, match="passed over"):
        check_receipt(own, roll_root=tree.root.hex(), seed=seed, called=[c for c in calls if c[1] != first])


def test_a_receipt_of_another_roll_is_refused(draw):
    roll, tree, _, seed = draw
    own = receipt(roll, tree, 0)
    for wrong in (replace(own, pseudonym="0" * 32), replace(own, pool_id="x"), replace(own, index=1)):
        with pytest.raises(ProofRefused):
            check_receipt(wrong, roll_root=tree.root.hex(), seed=seed, called=[])


@pytest.mark.parametrize("size", range(1, 40))
def test_a_kept_tree_proves_what_the_leaves_prove(size):
    leaves = [leaf_hash(bytes([i])) for i in range(size)]
    tree = Tree.over(leaves)
    assert tree.root == root(leaves)
    assert all(tree.proof(i) == inclusion_proof(leaves, i) for i in range(size))


def test_a_roll_has_its_pseudonyms_in_order_and_once():
    with pytest.raises(RollError):
        Roll(epoch="e", pseudonyms=["b" * 32, "a" * 32], pools=["p", "p"])
    with pytest.raises(RollError):
        Roll(epoch="e", pseudonyms=["a" * 32, "a" * 32], pools=["p", "p"])
    with pytest.raises(RollError):
        Roll(epoch="e", pseudonyms=["a" * 32], pools=[])


def test_order_in_a_pool_is_by_hash_of_seed_pool_and_pseudonym():
    numbers = {call_number(bytes(32), pool, "a" * 32) for pool in ("p", "q")} | {call_number(b"1" * 32, "p", "a" * 32)}
    assert len(numbers) == 3
    assert np.all([len(number) == 32 for number in numbers])
