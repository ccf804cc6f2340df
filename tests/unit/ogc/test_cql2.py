"""Filters in CQL2 text: what each selects, against DuckDB's own SQL on the same table, and how wrong ones are refused."""

from __future__ import annotations

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

TABLE = pd.DataFrame(
    {
        "name": ["Ann", "B_n", "O'Hara", None, "Zoë", "50%"],
        "people": [10.0, 20.0, np.nan, 0.0, -5.5, 1e6],
        "level": [1, 2, 3, 1, 2, 3],
    },
    index=list("abcdef"),
)
FOUND = Collection(
    said=Described(id="town", title="", description="", licence=""),
    table=TABLE,
    shapes=np.array([box(x, 0, x + 1, 1) for x in (0, 1, 2, 3, 178, 179)], dtype=object),
    generation="1",
)


def selected(text):
    return TABLE.index[condition(text, list(TABLE.columns))(FOUND).yes].tolist()


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
        rows = TABLE.reset_index(names="id").astype(object).where(TABLE.reset_index(names="id").notna(), None)
        memory.execute("CREATE TABLE t (id TEXT, name TEXT, people DOUBLE, level INTEGER)")
        memory.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", rows.to_numpy().tolist())
        yield memory


@given(text=CONDITION)
def test_a_filter_selects_what_sql_does(database, text):
    rows = database.execute(f"SELECT id FROM t WHERE {text} ORDER BY id").fetchall()
    assert selected(text) == [row[0] for row in rows]
