"""Folders made to fill a checker's memory or to keep it busy: refused before they do."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from services.derivation.audit.bound import _proven_border
from services.derivation.audit.evidence import Evidence, VerificationFailed, Vertex
from services.derivation.audit.folder import audit
from services.verifiers import check_bound, check_rules
from tests.unit.services.test_verify_folder import folder, honest, outline, sealed

__all__ = ["folder", "honest"]

PACKED = {
    "lists": lambda: b"[" + b"[]," * 30_000_000 + b"[]]",
    "objects": lambda: b"[" + b'{"a":1},' * 13_000_000 + b"{}]",
    "numbers": lambda: b"[" + b"999," * 60_000_000 + b"1]",
    "texts": lambda: b"[" + b'"ab",' * 20_000_000 + b'""]',
    "spaces": lambda: b" " * (2**29 + 1),
}


@pytest.mark.parametrize("what", PACKED)
def test_a_proof_that_would_fill_the_memory_is_refused_before_it_is_read(what, folder):
    (folder / "proof.json.gz").write_bytes(gzip.compress(PACKED[what](), 1))
    tracemalloc.start()
    with pytest.raises(ValueError, match="the proof is too long"):
        check_bound.proven_bound(folder)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1.5e9


TABLES = {
    "a row for everybody on Earth": lambda: {"unit_id": ["00"] * 3_000_000},
    "cells that hold a book": lambda: {"unit_id": ["00" * 5_000_000] * 25},
}


@pytest.mark.parametrize("what", TABLES)
def test_a_table_that_would_fill_the_memory_is_refused_unread(what, folder):
    columns = pd.read_parquet(folder / "units.parquet").reset_index()
    made = TABLES[what]()
    rows = len(made["unit_id"])
    for name in columns:
        made.setdefault(name, [columns[name].iloc[0]] * rows)
    pq.write_table(pa.table(made), folder / "units.parquet", compression="zstd")
    del made
    assert (folder / "units.parquet").stat().st_size < 500_000
    sealed(folder)
    before = pa.total_allocated_bytes()
    with pytest.raises(VerificationFailed, match=r"rows|units\.parquet"):
        list(audit(folder))
    assert pa.total_allocated_bytes() - before < 10**8


@pytest.mark.parametrize("name", ["map.html", "proof.json.gz", "units.csv"])
def test_what_could_be_read_for_ever_is_not_read(name, folder):
    (folder / name).unlink(missing_ok=True)
    (folder / name).write_text("")
    sealed(folder, bound=False)
    (folder / name).unlink()
    (folder / name).symlink_to("/dev/zero")
    with pytest.raises(VerificationFailed, match=f"{name} is no ordinary file"):
        list(audit(folder))


def test_an_outline_of_edges_that_would_be_cut_for_ever_is_refused(folder):
    steep = [(0.0001 * number, 89.0 if number % 2 else -89.0) for number in range(2_000)]
    outline(shapely.Polygon([*steep, (1.0, 0.0)]))(folder)
    sealed(folder)
    began = time.process_time()
    with pytest.raises(VerificationFailed, match="edges far longer"):
        list(audit(folder))
    assert time.process_time() - began < 10


def test_what_connectors_cost_is_no_area_that_a_border_goes_around():
    def proven(dear):
        evidence = Evidence(
            problem={"cost_unit": 1_000_000, "compactness": "1"},
            certificate={"border_bound": 10**6},
            units={"a": Vertex(cost=100, affected=1, inside=True)},
            connectors={"c": Vertex(cost=dear, affected=0, inside=True)},
            edges=[("a", "c")],
            shared=[0],
        )
        return _proven_border(evidence, 100 + dear)

    assert proven(10_000) == proven(1) == 35


BUSY = {
    "sets to meet": lambda: [{"steps": [{"core": list(range(25))}] * 100_000}],
    "duals": lambda: [{"steps": [{"price": 1, "scale": 1, "root": list(range(25)), "raises": []}] * 100_000}],
    "raises": lambda: [
        {
            "steps": [
                {
                    "price": 1,
                    "scale": 1,
                    "root": list(range(25)),
                    "raises": [{"owners": [], "amount": 1, "members": list(range(25)), "distance": [0] * 25}] * 100_000,
                }
            ]
        }
    ],
    "sets to meet, and duals": lambda: [
        {
            "steps": [
                *[{"core": list(range(25))}] * 3_000,
                *[{"price": 1, "scale": 1, "root": list(range(25)), "raises": []}] * 3_000,
            ]
        }
    ],
}


@pytest.mark.parametrize("what", BUSY)
def test_a_proof_that_would_keep_the_checker_busy_is_refused_after_a_while(what, folder, monkeypatch):
    proof = {"version": 1, "constraints": ["connected", "quota"], "bound": 10**9, "nodes": BUSY[what]()}
    (folder / "proof.json.gz").write_bytes(gzip.compress(json.dumps(proof).encode(), 1))
    monkeypatch.setattr(check_rules, "LONGEST_WORK", 10**8)
    began = time.process_time()
    with pytest.raises(ValueError, match="takes too long"):
        check_bound.proven_bound(folder)
    assert time.process_time() - began < 10
