"""The standalone verifier: it agrees on random worlds, and refuses whatever was altered."""

import gzip
import hashlib
import json
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

from geopolity.sortition.feasibility import DrawInfeasible
from services.assemblies.bundle import FILES
from services.verifiers import verify_draw
from tests.properties.sortition.worlds import random_world
from tests.unit.sortition import second_verifier
from tests.unit.sortition.bundles import SEED, write_world


@pytest.mark.parametrize("seed", range(4))
def test_it_agrees_on_1000_worlds(seed, tmp_path):
    rng = np.random.default_rng(seed)
    rules, agreed = set(), 0
    while agreed < 250:
        folder = tmp_path / str(agreed)
        try:
            shares, *_ = write_world(folder, random_world(rng, strain=rng.choice([0, 0, 0.7])))
        except DrawInfeasible:
            continue
        assert "recomputed" in verify_draw.check(folder, SEED)
        if agreed % 5 == 0:
            second_verifier.verify(folder, SEED)
        rules.add(shares.rule)
        agreed += 1
    assert rules == {"equal", "least-deviation"}


def town(rng_seed=11):
    rng = np.random.default_rng(rng_seed)
    while True:
        world = random_world(rng)
        if world.people > 100 and len(world.polities) > 2 and world.seats.min() > 1 and world.levels.max() > 0:
            return world


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle") / "draw"
    write_world(folder, town())
    return folder


def test_a_bundle_is_whole_and_runs_as_a_program(bundle):
    assert sorted(file.name for file in bundle.iterdir()) == sorted(FILES)
    for argument, status in ((SEED, 0), ("another seed", 1)):
        done = subprocess.run(
            [sys.executable, "-I", bundle / "verify_draw.py", bundle, argument], capture_output=True, check=False
        )
        assert (done.returncode, b"recomputed" in done.stdout) == (status, status == 0)


def test_it_has_at_most_150_lines_of_standard_library():
    source = Path(verify_draw.__file__).read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 150
    names = [line.split()[1:] for line in source.splitlines() if line.startswith(("import ", "from "))]
    modules = {name.strip(",") for words in names for name in words} & set(sys.stdlib_module_names)
    assert {"gzip", "hashlib", "json", "struct", "sys", "collections", "pathlib"} == modules


def head(folder, **changes):
    file = folder / "bundle.json"
    record = json.loads(file.read_text())
    for key, value in changes.items():
        record[key] = value(record[key]) if callable(value) else value
    file.write_text(json.dumps(record))


def promised_again(folder):
    """What a clerk would do who can rewrite the bundle, but not the log: digests and commitment made to fit."""
    record = json.loads((folder / "bundle.json").read_text())
    record["digests"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in record["digests"]}
    promise = {k: record[k] for k in ("algorithm", "digests", "epoch", "mode", "roll_root", "round", "rule")}
    text = json.dumps(promise, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    record["commitment"] = hashlib.sha256(text.encode()).hexdigest()
    (folder / "bundle.json").write_text(json.dumps(record))


def lines(folder, name):
    return [line.split(",") for line in (folder / name).read_text().splitlines()]


def rewrite(folder, name, rows):
    (folder / name).write_text("".join(",".join(row) + "\n" for row in rows))


def cell(name, row, column, change, *, again=False):
    def alter(folder):
        rows = lines(folder, name)
        rows[row][column] = change(rows[row][column])
        rewrite(folder, name, rows)
        if again:
            promised_again(folder)

    return alter


def roll(change, *, root=False):
    def alter(folder):
        file = folder / "roll.csv.gz"
        rows = change(gzip.decompress(file.read_bytes()).decode().splitlines())
        file.write_bytes(gzip.compress("".join(f"{row}\n" for row in rows).encode()))
        if root:
            leaves = [hashlib.sha256(b"\0" + row.encode()).digest() for row in rows[1:]]
            head(folder, roll_root=verify_draw.merkle_root(leaves).hex())
            promised_again(folder)

    return alter


def broken_roll(folder):
    file = folder / "roll.csv.gz"
    content = bytearray(file.read_bytes())
    content[40] ^= 255
    file.write_bytes(content)


def swap_rows(name, first, second):
    def alter(folder):
        rows = lines(folder, name)
        rows[first], rows[second] = rows[second], rows[first]
        rewrite(folder, name, rows)

    return alter


def without(name, row, *, again=False):
    def alter(folder):
        rows = lines(folder, name)
        rewrite(folder, name, rows[:row] + rows[row + 1 :])
        if again:
            promised_again(folder)

    return alter


def moved_share(amount):
    """Move part of a share between two pools of one polity: all polities still sum."""

    def alter(folder):
        rows = lines(folder, "shares.csv")
        first = rows[1]
        second = next(row for row in rows[2:] if row[1] == first[1])
        first[2], second[2] = str(int(first[2]) + amount), str(int(second[2]) - amount)
        rewrite(folder, "shares.csv", rows)
        promised_again(folder)

    return alter


def more(text):
    return str(int(text) + 1)


def both(*changes):
    return lambda folder: [change(folder) for change in changes]


TAMPERED = {
    "a delegate's pseudonym": cell("seats.csv", 1, 2, lambda p: p[::-1]),
    "a delegate's rank": cell("seats.csv", 1, 3, more),
    "an alternate made a delegate": cell("seats.csv", -1, 4, lambda _: "delegate"),
    "a delegate's polity": cell("seats.csv", 1, 0, lambda _: "polity-1"),
    "a delegate's pool": cell("seats.csv", 1, 1, lambda p: p + "0"),
    "two delegates in each other's place": swap_rows("seats.csv", 1, 2),
    "a delegate left out": without("seats.csv", 1),
    "the last alternate left out": without("seats.csv", -1),
    "all seats left out": lambda folder: rewrite(folder, "seats.csv", lines(folder, "seats.csv")[:1]),
    "a seat more": cell("polities.csv", 1, 1, more),
    "a seat more, promised again": cell("polities.csv", 1, 1, more, again=True),
    "an eligible person more, promised again": cell("polities.csv", 1, 2, more, again=True),
    "another quota family, promised again": cell("polities.csv", 1, 3, lambda n: "0" if n != "0" else "1", again=True),
    "no chamber, promised again": cell("polities.csv", 1, 6, lambda _: "0", again=True),
    "another block, promised again": cell("polities.csv", 1, 4, more, again=True),
    "polities in another order": both(swap_rows("polities.csv", 1, 2), promised_again),
    "a polity left out, promised again": without("polities.csv", 1, again=True),
    "a pool with a person more, promised again": cell("pools.csv", 1, 3, more, again=True),
    "another stratum, promised again": cell("pools.csv", 1, 2, lambda _: "q/r/s", again=True),
    "a pool left out, promised again": without("pools.csv", 1, again=True),
    "a share": cell("shares.csv", 1, 2, more),
    "a share, promised again": cell("shares.csv", 1, 2, more, again=True),
    "a negative share, promised again": cell("shares.csv", 1, 2, lambda s: f"-{s}", again=True),
    "half a seat moved to another pool, promised again": moved_share(-(2**29)),
    "two units moved to another pool, promised again": moved_share(-2),
    "a share twice, promised again": both(
        lambda folder: rewrite(folder, "shares.csv", [*lines(folder, "shares.csv"), lines(folder, "shares.csv")[1]]),
        promised_again,
    ),
    "a person in another pool": roll(lambda rows: [rows[0], rows[1].replace("pool-0", "pool-1"), *rows[2:]]),
    "a person left out": roll(lambda rows: rows[:-1]),
    "a person left out, with another root": roll(lambda rows: rows[:-1], root=True),
    "a person twice": roll(lambda rows: [*rows, rows[-1]]),
    "a pseudonym exchanged, with another root": roll(
        lambda rows: [rows[0], "0" * 32 + rows[1][32:], *rows[2:]], root=True
    ),
    "a roll out of order": roll(lambda rows: [rows[0], rows[2], rows[1], *rows[3:]]),
    "a roll that is no gzip": lambda folder: (folder / "roll.csv.gz").write_bytes(b"roll"),
    "a roll cut short": lambda folder: (folder / "roll.csv.gz").write_bytes((folder / "roll.csv.gz").read_bytes()[:-9]),
    "a roll with a broken byte": broken_roll,
    "nobody eligible, unequal shares claimed": both(
        cell("polities.csv", 1, 2, lambda _: "0"), lambda folder: head(folder, rule="fair"), promised_again
    ),
    "another epoch": lambda folder: head(folder, epoch="test-2"),
    "another epoch, promised again": both(lambda folder: head(folder, epoch="test-2"), promised_again),
    "another randomness": lambda folder: head(folder, randomness=lambda r: r | {"value": "0" * 64}),
    "a rehearsal passed off as a draw": lambda folder: head(folder, rehearsal=False),
    "a rehearsal passed off as drand": lambda folder: head(
        folder, rehearsal=False, randomness=lambda r: r | {"source": "drand"}
    ),
    "another algorithm": both(lambda folder: head(folder, algorithm="geopolity-lot-0"), promised_again),
    "other units": lambda folder: head(folder, seat_unit_bits=31),
    "universal service claimed": both(lambda folder: head(folder, mode="universal"), promised_again),
    "unequal shares claimed": both(lambda folder: head(folder, rule="fair"), moved_share(-(2**29))),
    "another root": lambda folder: head(folder, roll_root="0" * 64),
    "a commitment": lambda folder: head(folder, commitment="0" * 64),
    "a table without a digest": lambda folder: head(
        folder, digests=lambda d: {k: v for k, v in d.items() if k != "shares.csv"}
    ),
    "no tables at all": lambda folder: [(folder / name).unlink() for name in ("shares.csv", "pools.csv")],
    "no head": lambda folder: (folder / "bundle.json").write_text("{"),
}


REFUSALS = (second_verifier.Refused, OSError, ValueError, LookupError, EOFError, zlib.error)
"""What the second one says of other draws, and of files that are broken."""


@pytest.mark.parametrize("what", TAMPERED)
def test_it_refuses_and_so_does_the_second(what, tmp_path):
    folder = tmp_path / "draw"
    write_world(folder, town())
    assert "recomputed" in verify_draw.check(folder, SEED)
    TAMPERED[what](folder)
    done = subprocess.run(
        [sys.executable, "-I", verify_draw.__file__, folder, SEED], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Refused: ")
    with pytest.raises(REFUSALS):
        second_verifier.verify(folder, SEED)


def test_a_bundle_rewritten_as_a_whole_is_refused_by_what_the_log_promised(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    write_world(first, town())
    write_world(second, town(), epoch="test-2")
    promised = json.loads((first / "bundle.json").read_text())["commitment"]
    assert promised in verify_draw.check(first, SEED, promised)
    second_verifier.verify(first, SEED, promised)
    with pytest.raises(ValueError, match="promised"):
        verify_draw.check(second, SEED, promised)
    with pytest.raises(second_verifier.Refused, match="promise"):
        second_verifier.verify(second, SEED, promised)
