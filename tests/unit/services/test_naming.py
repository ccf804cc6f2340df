"""Units that flags name are those of the layer: by id, by name, in files; and what is not clear is refused."""

import pytest

from boundaries.errors import FileError
from services.derivation.naming import with_units
from services.derivation.requests.request import request_of
from services.derivation.requests.spec import SpecError

MOBILE, BALDWIN = "01097", "01003"


@pytest.fixture
def asked(tmp_path):
    return request_of(tmp_path, issue="hurricane-relief", changes={"conditions": {"at_most_units": 900}})


def conditions(asked, home, **said):
    return with_units(asked, said, home).issue.conditions


@pytest.mark.parametrize(
    "text",
    [f"{MOBILE},{BALDWIN}", "Mobile County, Alabama; Baldwin County, Alabama", f"Mobile County, Alabama;{BALDWIN}",
     f"{MOBILE} {BALDWIN}", "MOBILE COUNTY,  alabama;baldwin county, alabama;"],
)  # fmt: skip
def test_units_are_named_by_id_or_by_name(asked, tmp_path, text):
    found = conditions(asked, tmp_path, must=text)
    assert (found.must, found.at_most_units) == ((MOBILE, BALDWIN), 900)


def test_files_list_ids_or_names(asked, tmp_path):
    (tmp_path / "out.txt").write_text('"Mobile County, Alabama"\n01003\n')
    (tmp_path / "ferry.csv").write_text('from,to\n"Jackson County, Mississippi","Mobile County, Alabama"\n')
    found = conditions(asked, tmp_path, must_not=str(tmp_path / "out.txt"), link=str(tmp_path / "ferry.csv"))
    assert found.must_not == (MOBILE, BALDWIN)
    assert found.link == (("28059", MOBILE),)
    with pytest.raises(FileError, match=r"none\.csv"):
        conditions(asked, tmp_path, must=str(tmp_path / "none.csv"))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            {"must": "Washington County"},
            "'Washington County' is the name of 30 units: Washington County, Alabama (01129)",
        ),
        ({"must_not": "Mobil County, Alabama"}, "near to it are Mobile County, Alabama (01097)"),
        ({"must": f"{MOBILE},99999"}, "us-counties has no unit '99999'; its ids look like"),
        (
            {"must": "Mobile County, Alabama, Baldwin County, Alabama"},
            "us-counties has no unit 'Mobile County, Alabama, B",
        ),
    ],
)
def test_what_is_unknown_or_the_name_of_several_is_refused_with_those_it_may_be(asked, tmp_path, said, sentence):
    with pytest.raises(SpecError) as refused:
        conditions(asked, tmp_path, **said)
    assert sentence in str(refused.value)
    assert refused.value.facts["field"] in said


def test_a_request_that_names_no_units_is_as_it_was(asked, tmp_path):
    assert with_units(asked, {}, tmp_path) is asked
