"""Numbers that are read back from a derivation's folder: each in its range, or refused with the file and the value."""

import gzip
import json
import shutil
from dataclasses import replace

import pytest

from geopolity.polity.conditions import Conditions
from geopolity.region import prove
from services.derivation.alternatives import Question, alternatives
from services.derivation.audit.evidence import VerificationFailed
from services.derivation.exchanges import content_of, exchanges_from
from services.derivation.folder import Pictures, write_folder
from services.derivation.opened_folder import opened
from tests.unit.polity.test_derivation import derive_polity, issue, square_layer
from tests.unit.region.proof_folder import rewritten

ENDS = {"20": 1.0, "24": 1.0}
HUGE = 10**30
JUMPS = {
    "negative": -1,
    "no integer": 1.5,
    "a text": "9",
    "true": True,
    "missing": None,
    "huge": HUGE,
    "a little huge": 26,
}


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    home = tmp_path_factory.mktemp("opened")
    apart = derive_polity(issue(ENDS, pieces=2), square_layer())
    write_folder(home / "pieces", replace(apart, region=prove(apart.problem, apart.region)), Pictures())
    limits = Conditions(at_most_units=9, at_most_population=2_000, at_most_area_km2=1e6)
    write_folder(home / "limits", derive_polity(issue(ENDS, conditions=limits), square_layer()), Pictures())
    return home


@pytest.fixture
def folder(honest, tmp_path):
    shutil.copytree(honest, tmp_path / "copy")
    return tmp_path / "copy"


def test_what_was_written_is_opened(honest):
    pieces, limits = (opened(honest / name) for name in ("pieces", "limits"))
    with gzip.open(honest / "pieces" / "proof.json.gz") as packed:
        assert pieces.region.jump == json.load(packed)["jump"]
    assert {limit.kind: limit.most for limit in limits.problem.constraints.limits}.keys() == {
        "units", "area", "population",
    }  # fmt: skip


@pytest.mark.parametrize("name", JUMPS)
def test_a_jump_that_is_no_price_is_refused(folder, name):
    file = folder / "pieces" / "proof.json.gz"
    proof = json.loads(gzip.decompress(file.read_bytes()))
    proof["jump"] = JUMPS[name]
    if name == "missing":
        del proof["jump"]
    file.write_bytes(gzip.compress(json.dumps(proof).encode()))
    with pytest.raises(VerificationFailed, match=r"proof\.json\.gz") as refused:
        opened(folder / "pieces")
    assert "jump" in str(refused.value) or name == "no integer"
    assert str(JUMPS[name])[:30] in str(refused.value)


@pytest.mark.parametrize(
    "content",
    [b"", b"proof", gzip.compress(b"{", mtime=0), gzip.compress(b"[1]", mtime=0)],
    ids=["empty", "no archive", "cut off", "a list"],
)
def test_a_proof_that_cannot_be_read_is_refused(folder, content):
    (folder / "pieces" / "proof.json.gz").write_bytes(content)
    with pytest.raises(VerificationFailed, match="cannot be read as a derivation"):
        opened(folder / "pieces")


@pytest.mark.parametrize("stated", [0, -1, 1.5, "1", True, None, 51, HUGE])
def test_a_number_of_pieces_out_of_range_is_refused(folder, stated):
    rewritten(folder / "pieces" / "problem.json", lambda it: it | {"pieces": stated})
    with pytest.raises(VerificationFailed, match=r"problem\.json states pieces = .* from 1 to 50") as refused:
        opened(folder / "pieces")
    assert str(stated) in str(refused.value)


@pytest.mark.parametrize("stated", [0, -1, 1.5, "1", True, None, 6, HUGE])
def test_a_bound_that_the_cost_does_not_reach_is_refused(folder, stated):
    rewritten(folder / "limits" / "certificate.json", lambda it: it | {"lower_bound": stated})
    with pytest.raises(VerificationFailed, match=r"certificate\.json states lower_bound = .* from 1 to 5") as refused:
        opened(folder / "limits")
    assert str(stated) in str(refused.value)


@pytest.mark.parametrize("key", ["units", "area", "area_unit", "population"])
@pytest.mark.parametrize("stated", [0, -1, "1", True, None, HUGE])
def test_a_limit_that_is_none_is_refused(folder, key, stated):
    def change(problem):
        problem["constraints"]["at_most"][key] = stated
        return problem

    rewritten(folder / "limits" / "problem.json", change)
    with pytest.raises(VerificationFailed, match=rf"problem\.json states constraints\.at_most\.{key} = ") as refused:
        opened(folder / "limits")
    assert str(stated) in str(refused.value)


@pytest.mark.parametrize(
    ("key", "stated"),
    [("cost", 0), ("cost", 1.5), ("cost", "5"), ("within", -0.1), ("within", "1%"), ("without_found", -7),
     ("without_at_least", 6.5), ("without_at_least", HUGE)],
)  # fmt: skip
def test_a_kept_answer_with_a_number_of_another_kind_is_refused(honest, key, stated):
    answer = alternatives(honest / "limits", Question(within=0.4))
    record = json.loads(content_of(answer))
    assert exchanges_from(json.dumps(record).encode(), answer.units, "area").within == 0.4
    (record if key in record else record["units"][0])[key] = stated
    with pytest.raises(VerificationFailed, match=rf"alternatives\.json states {key} = {stated};"):
        exchanges_from(json.dumps(record).encode(), answer.units, "area")
