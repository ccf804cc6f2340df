"""The files of a derivation folder that concern its bound, written without the house's own writer."""

import csv
import gzip
import json


def write_proof(folder, problem, proof, *, units=None, name="dual.json.gz", border=None):
    """Write a problem whose vertices after the first ``units`` are connectors, and its dual or proof as it is given."""
    units = len(problem) if units is None else units
    outer = [[]] * len(problem) if border is None else border.outer[:, None].tolist()
    along = [[]] * len(problem.edges) if border is None else border.shared[:, None].tolist()
    rows = list(zip(problem.ids, problem.cost, problem.affected, strict=True))
    head = [] if border is None else ["border"]
    written = [[*row, *last] for row, last in zip(rows, outer, strict=True)]
    _table(folder / "units.csv", ["unit_id", "cost", "affected_int", *head], written[:units])
    _table(folder / "connectors.csv", ["connector_id", "cost"], [row[:2] for row in rows[units:]])
    pairs = zip(problem.ids[problem.edges].tolist(), along, strict=True)
    _table(folder / "edges.csv", ["from", "to", *head], [[*ends, *last] for ends, last in pairs])
    stated = {
        "quota": problem.quota,
        "coverage_target": str(problem.coverage),
        "affected_total": problem.affected_total,
        "affected_range": [0.5, 1.5],
    }
    stated |= {} if border is None else {"compactness": "1.0"}
    stated |= {} if getattr(problem, "pieces", 1) == 1 else {"pieces": problem.pieces}
    digest = problem.digest if border is None else border.digest(problem)
    (folder / "problem.json").write_text(json.dumps(stated))
    (folder / "certificate.json").write_text(json.dumps({"digest": digest}))
    (folder / name).write_bytes(gzip.compress(json.dumps(proof).encode()))


def rewritten(file, change):
    """Change a JSON file."""
    file.write_text(json.dumps(change(json.loads(file.read_text()))))


def table(file, change):
    """Change the rows of a CSV file."""
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    head = list(rows[0])
    change(rows)
    _table(file, head, [[row[key] for key in head] for row in rows])


def _table(file, head, rows):
    with file.open("w", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows([head, *rows])
