"""What an analyst types as conditions becomes the conditions of a request, or a sentence beside its field."""

import pytest
import shapely

from geopolity.errors import GeopolityError
from geopolity.polity.issue import MOST_PIECES
from services.derivation.requests.named_units import NamedUnits, read_pairs, read_units, written_pairs, written_units
from services.derivation.requests.opened_spec import issue_of
from services.derivation.requests.spec import SpecError, read_spec
from services.derivation.requests.strokes import MOST_CROSSED, Stroke, crossed_pairs
from services.derivation.requests.typed_conditions import TYPED, typed_conditions
from services.derivation.requests.typed_form import conditions_from, from_form
from services.views.studio import wrong
from tests.unit.layers.test_crossed import layer_of
from tests.unit.services.test_studio import FORM

MOBILE, BALDWIN = "01097", "01003"


@pytest.fixture(scope="module")
def units():
    layer = layer_of([shapely.box(column, 0, column + 1, 1) for column in range(6)])
    layer.units["name"] = ["Åby, North", "Åby, South", "Brock, North", "Ward #4", "Brock Hill, North", "Ys–Ey"]
    return NamedUnits(layer)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", ()),
        ("002", ("002",)),
        ("002, 001 005", ("002", "001", "005")),
        ("002\n001  # Aby, South\n\n002", ("002", "001")),
        ("Brock, North", ("002",)),
        ("brock", ("002",)),
        ("aby,  south", ("001",)),
        ("Brock, North; ys–ey; 000", ("002", "005", "000")),
        ("Ward #4", ("003",)),
        ("unit_id,name\n002", ("002",)),
        ("# all of it is a remark", ()),
    ],
)
def test_units_are_listed_by_id_or_by_name(units, text, ids):
    assert read_units(text, units, "must") == ids


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("000 001", (("000", "001"),)),
        ("from,to\n000,001\n001,000\n001,002", (("000", "001"), ("001", "002"))),
        ("Brock, North; Ys–Ey", (("002", "005"),)),
        ("Brock, North – Ys–Ey  # near", (("002", "005"),)),
    ],
)
def test_pairs_are_listed_one_a_line_and_each_counts_once(units, text, pairs):
    assert read_pairs(text, units, "cut") == pairs


def test_what_is_written_is_read_again(units):
    assert written_units(("000", "003"), units) == "000  # Åby, North\n003  # Ward #4"
    pairs = (("000", "003"), ("001", "005"))
    assert written_pairs(pairs, units).splitlines()[1] == "001 005  # Åby, South – Ys–Ey"
    assert read_pairs(written_pairs(pairs, units), units, "cut") == pairs
    assert read_units(written_units(("000", "003"), units), units, "must") == ("000", "003")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Åby", "'Åby' is the name of 2 units: Åby, North (000) or Åby, South (001); write which."),
        ("Brook, North", "drawn has no unit 'Brook, North'; near to it are Brock, North (002)"),
        ("hill", "drawn has no unit 'hill'; near to it are Brock Hill, North (004)."),
        ("002, 999", "drawn has no unit '999'; its ids look like '000' and its names like 'Åby, North'."),
        ("Zz, Zz", "drawn has no unit 'Zz, Zz'; its ids look like"),
    ],
)
def test_an_ambiguous_or_unknown_unit_is_named_with_those_it_may_be(units, text, said):
    with pytest.raises(SpecError) as refused:
        read_units(text, units, "must_not")
    assert said in str(refused.value)
    assert wrong(refused.value, "en").field == "must_not"


def test_a_line_that_is_no_pair_is_refused_beside_its_field(units):
    with pytest.raises(SpecError, match=r"'000 001 002' is no pair of units; write two ids") as refused:
        read_pairs("000 001 002", units, "link")
    assert refused.value.facts["field"] == "link"


FILLED = {
    "must": "Mobile County, Alabama",
    "must_not": "12033",
    "keep_together": "parent",
    "cut": f"{MOBILE} {BALDWIN}",
    "link": "George County, Mississippi; Escambia County, Florida",
    "at_most_units": "1,000",
    "at_most_area_km2": "50000.5",
    "at_most_population": "9 000 000",
    "exclude_empty": True,
    "pieces": "2",
    "compactness": "0,5",
    "bridge_km": "3",
}


def test_every_condition_comes_from_the_form(tmp_path):
    said = from_form(FORM | FILLED, tmp_path).model_dump(include=set(TYPED))
    assert said == {
        "must": [MOBILE],
        "must_not": ["12033"],
        "keep_together": "parent",
        "cut": [(MOBILE, BALDWIN)],
        "link": [("28039", "12033")],
        "at_most_units": 1000,
        "at_most_area_km2": 50000.5,
        "at_most_population": 9_000_000.0,
        "exclude_empty": True,
        "pieces": 2,
        "compactness": 0.5,
        "bridge_km": 3.0,
    }


@pytest.mark.parametrize("name", TYPED)
def test_each_condition_reaches_the_issue_alone(name, tmp_path):
    if name == "pieces":
        assert issue_of(from_form(FORM | {"pieces": "3"}, tmp_path), tmp_path).pieces == 3
        return
    issue = issue_of(from_form(FORM | {name: FILLED[name]}, tmp_path), tmp_path)
    plain = issue_of(from_form(FORM, tmp_path), tmp_path)
    changed = getattr(issue, name) if hasattr(issue, name) else getattr(issue.conditions, name)
    before = getattr(plain, name) if hasattr(plain, name) else getattr(plain.conditions, name)
    assert changed != before


def test_a_form_without_conditions_opens_no_layer_and_asks_for_none():
    def never():
        raise AssertionError("no unit is named")

    assert typed_conditions(FORM, never).asked == {}
    assert typed_conditions({"at_most_units": "4", "exclude_empty": True}, never).asked == {
        "at_most_units": 4,
        "exclude_empty": True,
    }


def test_the_scripts_draft_and_the_form_ask_for_the_same(tmp_path):
    """The script sends what the service read of the conditions, beside the footprint that it made itself."""
    form = FORM | FILLED
    footprint = {"kind": "area", "polygons": [[[[-75.0, 40.0], [-74.0, 40.0], [-74.0, 41.0]]]], "intensity": 1.0}
    draft = {"footprint": footprint, "layer": "us-counties", "coverage": "0.9", "smallest": "area", "fill_holes": False}
    read = conditions_from(form, tmp_path)
    assert read_spec(draft | read.asked).canonical() == from_form(form, tmp_path).canonical()
    again = conditions_from(form | dict(read.texts), tmp_path)
    assert (again.asked, again.texts) == (read.asked, read.texts)
    assert read.texts["must"] == f"{MOBILE}  # Mobile County, Alabama"


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"must": "Washington County"}, "must", "is the name of 30 units: Washington County, Alabama (01129), "),
        ({"must_not": "Mobil County, Alabama"}, "must_not", "near to it are Mobile County, Alabama (01097)"),
        ({"cut": "01097"}, "cut", "'01097' is no pair of units"),
        ({"link": "01097 99999"}, "link", "us-counties has no unit '99999'"),
        ({"at_most_units": "few"}, "at_most_units", "at most units is 'few'; give a number."),
        ({"at_most_units": "2.5"}, "at_most_units", "at most units is '2.5'; give a whole number."),
        ({"at_most_units": "0"}, "at_most_units", "at_most_units: Input should be greater than or equal to 1"),
        ({"pieces": "51"}, "pieces", f"Input should be less than or equal to {MOST_PIECES}"),
        ({"compactness": "-1"}, "compactness", "A compactness of -1.0 is out of range"),
        ({"bridge_km": "x"}, "bridge_km", "bridge km is 'x'; give a number."),
        ({"cut": f"{MOBILE} {BALDWIN}", "link": f"{BALDWIN} {MOBILE}"}, "cut", "is both cut and linked"),
        ({"compactness": "1", "cut": f"{MOBILE} {BALDWIN}"}, "compactness", "Borders cannot count yet"),
        ({"fill_holes": True, "must": MOBILE}, "fill_holes", "Enclosed units would be taken in"),
        ({"pieces": "2", "at_most_units": "9"}, "pieces", "Several pieces have no bound yet"),
        ({"kind": "units", "units_how": "everyone", "must": MOBILE}, "conditions", "affects everyone"),
        ({"coverage": "40"}, "coverage", "Coverage 0.4 is out of range"),
        ({"distance_km": "far", "kind": "radius"}, "distance_km", "distance km is 'far'"),
        ({"shapes": ""}, "shapes", "Nothing is drawn yet"),
    ],
)
def test_what_is_refused_is_said_beside_its_field(changes, field, said, tmp_path):
    with pytest.raises(GeopolityError) as refused:
        issue_of(from_form(FORM | changes, tmp_path), tmp_path)
    assert said in str(refused.value)
    assert wrong(refused.value, "en").field == field


def test_a_stroke_over_mobile_bay_parts_the_counties_on_its_shores(tmp_path):
    """Mobile and Baldwin share the border in the middle of the bay."""
    found = crossed_pairs(Stroke(layer="us-counties", line=[(-88.12, 30.85), (-87.7, 30.85)]), tmp_path)
    assert found.pairs == [[BALDWIN, MOBILE]]
    assert found.lines == [f"{BALDWIN} {MOBILE}  # Baldwin County, Alabama – Mobile County, Alabama"]


def test_a_stroke_that_crosses_very_many_borders_is_refused(tmp_path):
    there_and_back = [(-122.0, 40.0), (-75.0, 40.0), (-122.0, 39.0), (-75.0, 38.0)]
    comb = [(x / 4, 31.0 if x % 2 else 48.0) for x in range(-480, -300)]
    assert crossed_pairs(Stroke(layer="us-counties", line=there_and_back), tmp_path).pairs
    with pytest.raises(SpecError, match=rf"crosses [\d,]+ borders, more than {MOST_CROSSED:,}"):
        crossed_pairs(Stroke(layer="us-counties", line=comb), tmp_path)
