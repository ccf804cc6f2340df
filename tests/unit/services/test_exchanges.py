"""Why each unit is in: kept in the folder, read beside its table, and found by name."""

import json
import shutil
from decimal import Decimal

import pandas as pd
import pytest

from maps.locale.texts import texts
from maps.reports.exchange import KINDS, exchange_words, more_words, summary_words
from services.derivation.alternatives import Question, alternatives, alternatives_of
from services.derivation.audit.evidence import VerificationFailed
from services.derivation.audit.folder import audit, files_are_those_of_the_manifest
from services.derivation.exchanges import FILE, content_of, exchanges_from, exchanges_of, keep_in
from services.derivation.folder import OutputFolderError, Pictures, write_folder
from services.derivation.opened_folder import as_opened
from tests.unit.polity.test_derivation import derive_polity, issue, square_layer

EN = texts("en")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A bar of three squares whose ends are affected: the middle can be gone round, the ends cannot be left out."""
    place = tmp_path_factory.mktemp("bar") / "out"
    wanted = issue({"20": 1.0, "22": 1.0}, coverage=Decimal(1))
    write_folder(place, derive_polity(wanted, square_layer()), Pictures())
    return place


@pytest.fixture(scope="module")
def answer(folder):
    return alternatives(folder, Question(within=0.7, count=1))


def test_what_is_kept_is_read_as_it_was_found(folder, answer):
    units = pd.read_parquet(folder / "units.parquet")
    assert exchanges_from(content_of(answer), units, "units") == exchanges_of(answer)
    assert json.loads(content_of(answer))["digest"] == answer.folder.region.certificate.digest


def test_a_unit_says_why_it_is_in_or_is_not(answer):
    known = exchanges_of(answer)
    end, middle, far = (known.named(name)[0] for name in ("20", "21", "04"))
    assert exchange_words(end, EN) == "20 is inside, and no region can do without it."
    assert (end.kind, middle.kind, far.kind) == ("irreplaceable", "exchangeable", "never in")
    said = exchange_words(middle, EN)
    assert said.startswith("21 is inside: without it the polity would have at least 66.7% more units, and one with")
    assert "is outside: with it the polity would have at least" in exchange_words(far, EN)
    assert [one.unit_id for one in known.of_kind("irreplaceable")] == ["20", "22"]
    assert sum(len(known.of_kind(kind)) for kind in KINDS) == 25
    assert summary_words(known, EN).startswith("Among regions with at most 70.00% more units: 2 units are in every one")


@pytest.mark.parametrize(
    ("wish", "language", "words"),
    [
        ({"smallest": "area"}, "en", "at least 66.7% more area, and one with 66.7% more is known."),
        ({"smallest": "population"}, "en", "at least 66.7% more residents, and one with 66.7% more is known."),
        ({"smallest": "units"}, "en", "at least 66.7% more units, and one with 66.7% more is known."),
        ({"smallest": "area", "bridge_km": 1.0}, "en", "more area and price of bridges"),
        ({"smallest": "area"}, "es", "al menos un 66,7 % más de superficie"),
        ({"smallest": "population"}, "es", "al menos un 66,7 % más de residentes"),
        ({"smallest": "units"}, "es", "al menos un 66,7 % más de unidades"),
        ({"smallest": "area"}, "fr", "au moins 66,7 % de superficie de plus"),
        ({"smallest": "population"}, "fr", "au moins 66,7 % de résidents de plus"),
        ({"smallest": "units"}, "fr", "au moins 66,7 % d'unités de plus"),
    ],
)
def test_what_a_unit_is_worth_is_said_of_what_was_kept_smallest(wish, language, words):
    wanted = issue({"20": 1.0, "22": 1.0}, coverage=Decimal(1), **wish)
    known = exchanges_of(
        alternatives_of(as_opened(derive_polity(wanted, square_layer())), Question(within=0.7, count=1))
    )
    t = texts(language)
    said = exchange_words(known.named("21")[0], t).replace("\xa0", " ").replace("\u202f", " ")
    assert words in said
    measure = t.term("more", known.measure)
    assert measure in summary_words(known, t)
    assert measure in more_words(0.1, known.measure, t)


def test_the_folder_still_holds_together_with_the_answer_in_it(folder, answer):
    keep_in(folder, answer)
    keep_in(folder, answer)
    assert FILE in json.loads((folder / "manifest.json").read_text())["files"]
    facts = [str(fact) for fact in audit(folder)]
    assert any(FILE in fact for fact in facts)


def test_a_file_that_is_added_makes_no_changed_file_a_listed_one(folder, answer, tmp_path):
    """Once the manifest was written anew of whatever lay there, and a changed table verified."""
    changed = tmp_path / "changed"
    shutil.copytree(folder, changed)
    with (changed / "edges.csv").open("a") as file:
        file.write(" ")
    keep_in(changed, answer)
    with pytest.raises(VerificationFailed, match=r"edges\.csv was changed after it was written"):
        files_are_those_of_the_manifest(changed)


@pytest.mark.parametrize("manifest", [None, "{", "[]", '{"files": 3}'])
def test_a_folder_without_a_manifest_takes_no_file(manifest, folder, answer, tmp_path):
    bare = tmp_path / "bare"
    shutil.copytree(folder, bare)
    (bare / "manifest.json").unlink()
    if manifest is not None:
        (bare / "manifest.json").write_text(manifest)
    with pytest.raises(OutputFolderError, match=r"manifest\.json"):
        keep_in(bare, answer)


def test_names_are_found_by_part_and_the_whole_name_before_others(answer):
    known = exchanges_of(answer)
    assert [one.unit_id for one in known.named(" 2 ")] == [one.unit_id for one in known.units if "2" in one.name]
    assert known.named("nowhere") == []
    assert known.named(" ") == []
