"""Bundles of random worlds in a folder, as strangers find them."""

from __future__ import annotations

import numpy as np

from geopolity.sortition.bundle import Promise, digests_of, frozen_tables
from geopolity.sortition.lot import draw, shares_of
from geopolity.sortition.randomness import Stream, rehearsed
from geopolity.sortition.roll import Roll
from services.assemblies.bundle import DrawBundle, write_bundle
from tests.properties.sortition.worlds import people_of

SEED = "seed 7"


def write_world(folder, world, *, unequal=True, mode="sampled", chambers=None, epoch="test-1"):
    """Freeze, draw and write one world; return the shares, roll, tree and draw."""
    shares, people, chance = shares_of(world, unequal=unequal), people_of(world), rehearsed(SEED)
    lines = sorted((name, world.pools[p]) for p, names in enumerate(people) for name in names)
    roll = Roll(epoch=epoch, pseudonyms=[a for a, _ in lines], pools=[b for _, b in lines])
    tree = roll.tree()
    chambers = [1] * len(world.polities) if chambers is None else np.asarray(chambers).tolist()
    promise = Promise(
        epoch=epoch,
        mode=mode,
        rule=shares.rule,
        roll_root=tree.root.hex(),
        round=0,
        digests=digests_of(frozen_tables(world, shares, chambers)),
    )
    result = draw(world, shares, people, Stream(chance.value, tree.root, epoch))
    tables = frozen_tables(world, shares, chambers)
    write_bundle(folder, DrawBundle(promise=promise, randomness=chance, tables=tables, roll=roll, draw=result))
    return shares, roll, tree, result
