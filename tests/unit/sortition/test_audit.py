"""`geopolity verify BUNDLE` says what holds of a draw, rehearsed or binding."""

import json
from dataclasses import replace

import pytest

from geopolity.sortition.bundle import Promise, digests_of, frozen_tables
from geopolity.sortition.lot import draw, shares_of
from geopolity.sortition.randomness import Stream, accepted
from geopolity.sortition.roll import Roll
from services.assemblies.bundle import BundleFolderError, DrawBundle, check_out, write_bundle
from services.derivation.audit.evidence import VerificationFailed
from services.verification import verify
from tests.properties.sortition.worlds import people_of
from tests.unit.sortition.bundles import write_world
from tests.unit.sortition.test_randomness import DUE, RECORD, ROUND
from tests.unit.sortition.test_verifier import town


def binding(folder):
    world = town()
    shares, people, chance = shares_of(world), people_of(world), accepted(RECORD, round_named=ROUND, now=DUE + 9)
    lines = sorted((name, world.pools[p]) for p, names in enumerate(people) for name in names)
    roll = Roll(epoch="epoch-1", pseudonyms=[a for a, _ in lines], pools=[b for _, b in lines])
    root, chambers = roll.tree().root, [1] * len(world.polities)
    tables = frozen_tables(world, shares, chambers)
    promise = Promise(
        epoch="epoch-1", mode="sampled", rule="equal", roll_root=root.hex(), round=ROUND, digests=digests_of(tables)
    )
    published = DrawBundle(
        promise=promise,
        randomness=chance,
        tables=frozen_tables(world, shares, chambers),
        roll=roll,
        draw=draw(world, shares, people, Stream(chance.value, root, "epoch-1")),
    )
    write_bundle(folder, published)
    return published


def test_a_binding_draw_is_recomputed_and_its_round_is_verified(tmp_path):
    binding(tmp_path / "draw")
    signed, recomputed = map(str, verify(tmp_path / "draw"))
    assert f"Round {ROUND} of quicknet is signed" in signed
    assert "Draw of" in recomputed


def test_a_rehearsal_is_called_one(tmp_path):
    write_world(tmp_path / "draw", town())
    assert "rehearsal" in " ".join(map(str, verify(tmp_path / "draw")))


@pytest.mark.parametrize(
    "change",
    [{"signature": "00"}, {"round": ROUND + 1}, {"value": "0" * 64}, {"chain": "0" * 64}, {"signature": 5}],
    ids=lambda change: next(iter(change)),
)
def test_a_draw_whose_randomness_was_altered_is_refused(change, tmp_path):
    binding(tmp_path / "draw")
    file = tmp_path / "draw" / "bundle.json"
    record = json.loads(file.read_text())
    file.write_text(json.dumps(record | {"randomness": record["randomness"] | change}))
    with pytest.raises(VerificationFailed, match="refused"):
        list(verify(tmp_path / "draw"))


def test_a_promise_has_one_commitment_that_every_part_changes(tmp_path):
    promise = binding(tmp_path / "draw").promise
    others = [
        replace(promise, epoch="x"),
        replace(promise, round=1),
        replace(promise, rule="least-deviation"),
        replace(promise, mode="universal"),
        replace(promise, roll_root="0"),
        replace(promise, digests={}),
    ]
    assert len({promise.commitment, *(other.commitment for other in others)}) == 7


def test_a_folder_that_is_there_is_left_alone(tmp_path):
    with pytest.raises(BundleFolderError, match="left alone"):
        check_out(tmp_path)
