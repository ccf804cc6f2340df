"""Filters in CQL2 text: what each selects, against DuckDB's own SQL on the same table, and how wrong ones are refused."""

from __future__ import annotations

import dataclasses
import json

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from services.ogc.collections import Collection, Described
from services.ogc.cql2 import condition
from services.ogc.crs import OgcError
from services.ogc.fields import Kind
from services.ogc.query import items, parse
from services.ogc.truth import fitting

TABLE = pd.DataFrame(
    {
        "name": ["Ann", "B_n", "O'Hara", None, "Zoë", "50%"],
        "people": [10.0, 20.0, np.nan, 0.0, -5.5, 1e6],
        "level": [1, 2, 3, 1, 2, 3],
        "since": [
            "2026-01-01T00:00:00Z",
            "2026-01-01T12:00:00Z",
            "2026-01-02T00:00:00Z",
            None,
            "0001-01-01T00:00:00Z",
            "2026-01-01T23:59:59Z",
        ],
        "coastal": [True, False, True, None, False, True],
    },
    index=list("abcdef"),
)
FIELDS = {
    "name": Kind.TEXT,
    "people": Kind.NUMBER,
    "level": Kind.WHOLE,
    "since": Kind.MOMENT,
    "coastal": Kind.FLAG,
}
FOUND = Collection(
    said=Described(id="town", title="", description="", licence=""),
    fields=FIELDS,
    table=TABLE,
    shapes=np.array([box(x, 0, x + 1, 1) for x in (0, 1, 2, 3, 178, 179)], dtype=object),
    generation="1",
)


def selected(text):
    return TABLE.index[condition(text, FIELDS, features=len(TABLE))(FOUND).yes].tolist()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("level = 1 OR level = 2 AND people > 15", ["a", "b", "d"]),
        ("(level = 1 OR level = 2) AND people > 15", ["b"]),
        ("NOT people > 5", ["d", "e"]),
        ("NOT (people > 5 OR level = 1)", ["e"]),
        ("name LIKE '%a%'", ["c"]),
        ("name NOT LIKE '%n%'", ["c", "e", "f"]),
        (r"name LIKE 'B\_n' OR name LIKE '50\%'", ["b", "f"]),
        ("name = 'O''Hara'", ["c"]),
        ("people BETWEEN 0 AND 20", ["a", "b", "d"]),
        ("people NOT BETWEEN -10 AND 20", ["f"]),
        ("level IN (1, 3) AND name IS NOT NULL", ["a", "c", "f"]),
        ("level NOT IN (1, 3)", ["b", "e"]),
        ('"name" IS NULL', ["d"]),
        ("TRUE", list("abcdef")),
        ("NOT NOT FALSE", []),
        ("people < 1.5e1 and people >= .5", ["a"]),
        ("S_INTERSECTS(geometry, POINT(0.5 0.5))", ["a"]),
        ("s_intersects(geometry, POLYGON((1.5 0.2, 2.5 0.2, 2.5 0.4, 1.5 0.2))) AND level > 2", ["c"]),
        ("S_INTERSECTS(geometry, BBOX(178.5, 0, -179, 1))", ["e", "f"]),
        ("NOT S_INTERSECTS(geometry, BBOX(-1, -1, 10, 2))", ["e", "f"]),
        ("coastal = TRUE", ["a", "c", "f"]),
        ("coastal <> true", ["b", "e"]),
        ("coastal IN (FALSE)", ["b", "e"]),
        ("name IN ('Ann', '50%')", ["a", "f"]),
        ("name NOT IN ('Ann', '50%')", ["b", "c", "e"]),
    ],
)
def test_a_filter_selects_what_it_says(text, found):
    assert selected(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "level",
        "level =",
        "level = 1 AND",
        "level = 1 level = 2",
        "(level = 1",
        "level = 'one'",
        "name = 1",
        "colour = 'red'",
        "name LIKE",
        "level NOT = 1",
        "level; DROP TABLE units",
        "S_INTERSECTS(geometry, POINT(0))",
        "S_INTERSECTS(geometry, POINT(1e999 0))",
        "S_INTERSECTS(geometry, LINESTRING(0 0, nan 1))",
        "S_INTERSECTS(geometry, BBOX(0, 0, 1e999, 1))",
        "S_INTERSECTS(geometry, POINT(0 0)",
        "S_INTERSECTS(name, POINT(0 0))",
        "S_INTERSECTS(geometry, BBOX(1, 2, 3))",
        "S_WITHIN(geometry, POINT(0 0))",
        "(" * 60 + "level = 1" + ")" * 60,
        "level = 1 OR " * 1000 + "level = 1",
    ],
)
def test_a_wrong_filter_is_refused_with_a_sentence(text):
    with pytest.raises(OgcError) as said:
        selected(text)
    assert len(str(said.value)) > 20


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("since = TIMESTAMP('2026-01-01T00:00:00Z')", ["a"]),
        ("since = TIMESTAMP('2026-01-01T00:00:00+00:00')", ["a"]),
        ("since = TIMESTAMP('2026-01-01T00:00:00.000Z')", ["a"]),
        ("since = TIMESTAMP('2026-01-01T13:00:00+01:00')", ["b"]),
        ("since = TIMESTAMP('2026-01-01T18:30:00-05:29')", []),
        ("since <= TIMESTAMP('2026-01-01T19:00:00-05:00')", list("abcef")),
        ("since > TIMESTAMP('2026-01-01T23:59:58.999999Z')", ["c", "f"]),
        ("since > TIMESTAMP('2026-01-01T23:59:59.000001Z')", ["c"]),
        ("since < TIMESTAMP('0001-01-01T00:00:01Z')", ["e"]),
        ("since = DATE('2026-01-01')", ["a", "b", "f"]),
        ("since <> DATE('2026-01-01')", ["c", "e"]),
        ("since <= DATE('2026-01-01')", ["a", "b", "e", "f"]),
        ("since < DATE('2026-01-01')", ["e"]),
        ("since > DATE('2026-01-01')", ["c"]),
        ("since >= date('2026-01-01')", ["a", "b", "c", "f"]),
        ("since BETWEEN DATE('2026-01-01') AND TIMESTAMP('2026-01-01T12:00:00Z')", ["a", "b"]),
        ("since IN (DATE('2026-01-02'), TIMESTAMP('2026-01-01T12:00:00Z'))", ["b", "c"]),
        ("since NOT IN (DATE('2026-01-01'))", ["c", "e"]),
        ("since IS NULL", ["d"]),
    ],
)
def test_moments_are_compared_as_moments_and_with_a_day_by_their_day(text, found):
    assert selected(text) == found


NO_TIMES = [
    "",
    "nonsense",
    "2026-02-30",
    "2026-13-01",
    "2026-1-1",
    "20260101",
    "2026-W01-1",
    "2026-01-01T25:00:00Z",
    "2026-01-01T00:00:00",
    "2026-01-01 00:00:00Z",
    "2026-01-01T00:00:00+25:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "0000-01-01",
    "2026-01-01\n",
    "\uff12026-01-01",
]


@pytest.mark.parametrize("text", NO_TIMES)
@pytest.mark.parametrize("word", ["DATE", "TIMESTAMP"])
def test_what_is_no_time_is_refused_by_filters_and_as_a_value(text, word):
    with pytest.raises(OgcError):
        selected(f"since > {word}('{text}')")
    with pytest.raises(OgcError):
        parse([("since", text)], FIELDS)
    if text:
        with pytest.raises(OgcError):
            parse([("datetime", text)], FIELDS)


@pytest.mark.parametrize(
    "value", ["DATE('2026-01-01T00:00:00Z')", "TIMESTAMP('2026-01-01')", "DATE('2026-01-01', '2026-01-02')", "DATE()", "DATE(5)", "DATE('2026-01-01'", "DATE '2026-01-01'", "DATE(DATE('2026-01-01'))", "TIMESTAMP(TRUE)"],
)  # fmt: skip
def test_a_time_that_is_written_wrongly_is_refused(value):
    with pytest.raises(OgcError):
        selected(f"since = {value}")


LITERALS = {
    Kind.TEXT: ["'1'", "'True'", "'2026-01-01T00:00:00Z'"],
    Kind.NUMBER: ["1", "-2.5e3"],
    Kind.FLAG: ["TRUE", "false"],
    Kind.MOMENT: ["DATE('2026-01-01')", "TIMESTAMP('2026-01-01T00:00:00Z')"],
}
ASKS = ["{} = {}", "{} < {}", "{} IN ({})", "{0} BETWEEN {1} AND {1}", "{} LIKE {}"]


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize("kind", LITERALS)
@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("rows", [FOUND, None], ids=["rows", "no-rows"])
def test_a_property_takes_values_of_its_own_kind_whether_or_not_there_are_rows(name, kind, ask, rows):
    """A question is answered exactly where the kinds are alike, and LIKE where both are text."""
    found = rows or dataclasses.replace(FOUND, table=TABLE.iloc[:0].astype(object), shapes=FOUND.shapes[:0])
    own = Kind.NUMBER if FIELDS[name] is Kind.WHOLE else FIELDS[name]
    fits = own is kind and ("LIKE" not in ask or kind is Kind.TEXT)
    for literal in LITERALS[kind]:
        text = ask.format(name, literal)
        if fits:
            assert len(condition(text, FIELDS, features=6)(found).yes) == len(found.table)
        else:
            with pytest.raises(OgcError):
                condition(text, FIELDS, features=6)


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("since", "2026-01-01", ["a", "b", "f"]),
        ("since", "2026-01-01T01:00:00+01:00", ["a"]),
        ("coastal", "true", ["a", "c", "f"]),
        ("level", "2", ["b", "e"]),
        ("people", "1e6", ["f"]),
        ("name", "Ann", ["a"]),
    ],
)
def test_a_value_in_the_address_is_read_by_its_kind(name, value, found):
    answered = items(FOUND, parse([(name, value)], FIELDS)).features
    assert [json.loads(one)["id"] for one in answered] == found


@pytest.mark.parametrize(
    ("name", "value"), [("people", "nan"), ("people", "1_0"), ("level", "one"), ("coastal", "True"), ("coastal", "1")]
)
def test_a_value_of_another_kind_in_the_address_is_refused(name, value):
    with pytest.raises(OgcError):
        parse([(name, value)], FIELDS)


def fits_slowly(pattern, text):
    """The plain reading of a pattern: each sign with every place where it can stand."""
    if not pattern:
        return not text
    if pattern[0] == "%":
        return any(fits_slowly(pattern[1:], text[skip:]) for skip in range(len(text) + 1))
    if pattern[0] == "\\" and len(pattern) > 1:
        return text[:1] == pattern[1] and fits_slowly(pattern[2:], text[1:])
    return bool(text) and pattern[0] in {"_", text[0]} and fits_slowly(pattern[1:], text[1:])


@given(pattern=st.text(alphabet="ab%_\\", max_size=8), text=st.text(alphabet="ab%_\\\n", max_size=8))
def test_a_pattern_fits_what_its_plain_reading_does(pattern, text):
    assert fitting(pattern)(text) == fits_slowly(pattern, text)


@pytest.mark.parametrize("again", ["%_", "_%", "%a", "%a_", "%%", "a%", "%aa", "_a%", "\\%%"])
def test_no_pattern_makes_a_long_text_try_again_and_again(again):
    """Each has more ways to be tried on this text than could ever be."""
    fits = fitting(again * 400 + "Z")
    assert [fits("a" * 3_000), fits("a%" * 1_500)] == [False, False]


@pytest.mark.parametrize(
    "one",
    [
        "name LIKE '%a%b%'",
        "people > 5",
        "since IN (DATE('2026-01-01'), DATE('2026-01-02'))",
        "S_INTERSECTS(geometry, POINT(0 0))",
        "TRUE",
        "NOT ((name IS NULL))",
    ],
)
def test_work_is_bounded_by_conditions_times_features(one):
    """What a small collection answers at length, a large one answers in parts."""
    many = " OR ".join([one] * 50)
    condition(one, FIELDS, features=10_000_000)
    condition(many, FIELDS, features=1_000)
    with pytest.raises(OgcError, match="in parts"):
        condition(many, FIELDS, features=10_000_000)


COMPARISON = st.one_of(
    st.builds(
        "{} {} {}".format,
        st.sampled_from(["people", "level"]),
        st.sampled_from(["=", "<>", "<", "<=", ">", ">="]),
        st.sampled_from(["1", "2", "-5.5", "0", "20"]),
    ),
    st.builds("name {} '{}'".format, st.sampled_from(["=", "<>", "<", ">"]), st.sampled_from(["Ann", "Zoë", ""])),
    st.builds("{} IS {}NULL".format, st.sampled_from(["name", "people"]), st.sampled_from(["", "NOT "])),
    st.builds("people {}BETWEEN {} AND 20".format, st.sampled_from(["", "NOT "]), st.sampled_from(["-9", "0", "15"])),
    st.builds("level {}IN (1, {})".format, st.sampled_from(["", "NOT "]), st.sampled_from(["2", "9"])),
    st.builds("name {}LIKE '{}'".format, st.sampled_from(["", "NOT "]), st.sampled_from(["%n%", "A__", "%", "Zo_"])),
)
CONDITION = st.recursive(
    COMPARISON,
    lambda inner: st.one_of(
        st.builds("NOT ({})".format, inner),
        st.builds("{} AND {}".format, inner, inner),
        st.builds("{} OR {}".format, inner, inner),
        st.builds("({})".format, inner),
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as memory:
        table = TABLE[["name", "people", "level"]].reset_index(names="id")
        rows = table.astype(object).where(table.notna(), None)
        memory.execute("CREATE TABLE t (id TEXT, name TEXT, people DOUBLE, level INTEGER)")
        memory.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", rows.to_numpy().tolist())
        yield memory


@given(text=CONDITION)
def test_a_filter_selects_what_sql_does(database, text):
    rows = database.execute(f"SELECT id FROM t WHERE {text} ORDER BY id").fetchall()
    assert selected(text) == [row[0] for row in rows]
