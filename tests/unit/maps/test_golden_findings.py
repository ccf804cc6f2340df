"""The words of a small derivation, reviewed once: ``tests/golden/grid_findings.json``."""

import dataclasses
import json
from pathlib import Path

from maps.locale.figures import FIXED as THIN
from maps.reports.findings import findings

GOLDEN = Path(__file__).parents[2] / "golden" / "grid_findings.json"


def test_the_words_of_the_grid_are_those_reviewed(polity):
    said = dataclasses.asdict(findings(polity))
    main = said.pop("main_units")
    said["main_units"] = [[row.name, row.affected, row.inside] for row in main.itertuples()]
    for unstable in ("digest", "provenance", "method"):
        said.pop(unstable)
    assert json.loads(json.dumps(said, ensure_ascii=False).replace(THIN, " ")) == json.loads(
        GOLDEN.read_text(encoding="utf-8")
    )
