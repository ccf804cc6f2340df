"""How polities lie to each other, and which extents meet."""

from __future__ import annotations

import pytest
from shapely.geometry import MultiPolygon, box

from geopolity.layers.extents import LiveExtents
from geopolity.layers.relations import Relation, relation, relations


@pytest.mark.parametrize(
    ("first_inside", "second_inside", "meet", "found"),
    [
        (1, 1, True, "same"),
        (1 - 1e-9, 1, True, "same"),
        (0.5, 1, True, "covers"),
        (1, 0.5, True, "covered"),
        (0.5, 0.5, True, "overlaps"),
        (0, 0, True, "touches"),
        (0, 0, False, "apart"),
    ],
)
def test_shares_say_the_relation(first_inside, second_inside, meet, found):
    assert relation(first_inside, second_inside, meet=meet) == found


def test_a_child_is_covered_by_no_other_covered_polity():
    found = {"state": Relation.COVERS, "town": Relation.COVERS, "sea": Relation.TOUCHES, "moon": Relation.APART}
    around = relations(found, {("town", "state")})
    assert around.covers == ("state", "town")
    assert around.children == ("state",)
    assert (around.touches, around.covered, around.overlaps, around.same) == (("sea",), (), (), ())


def test_extents_come_and_go_while_they_are_asked():
    extents = LiveExtents()
    extents.put("lake", box(0, 0, 1, 1))
    extents.put("river", MultiPolygon([box(5, 0, 6, 1), box(-6, 0, -5, 1)]))
    assert (extents.at(0.5, 0.5), extents.at(5.5, 0.5), extents.at(3, 0.5)) == (["lake"], ["river"], [])
    assert extents.meeting((0.9, 0.9, 5.1, 2)) == ["lake", "river"]
    assert extents.nearest(2, 0.5) == ["lake"]
    extents.put("lake", box(10, 10, 11, 11))
    assert (extents.at(0.5, 0.5), extents.at(10.5, 10.5), len(extents)) == ([], ["lake"], 2)
    extents.take("lake")
    extents.take("lake")
    assert "lake" not in extents
    assert extents.at(10.5, 10.5) == []
