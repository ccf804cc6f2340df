"""How two polities lie to each other, as MapIt names it: covers, covered, overlaps, touches, children."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

SLACK = 1e-6
"""Boundaries drawn on different layers never agree to the last digit."""


class Relation(StrEnum):
    """What the first polity is to the second."""

    SAME = "same"
    COVERS = "covers"
    COVERED = "covered"
    OVERLAPS = "overlaps"
    TOUCHES = "touches"
    APART = "apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """All that lies around one polity.

    Attributes
    ----------
    children
        Polities that it covers, and that no other polity which it covers does.
    """

    covers: tuple[str, ...]
    covered: tuple[str, ...]
    overlaps: tuple[str, ...]
    touches: tuple[str, ...]
    same: tuple[str, ...]
    children: tuple[str, ...]


def relation(first_inside: float, second_inside: float, *, meet: bool) -> Relation:
    """What one polity is to another.

    Parameters
    ----------
    first_inside, second_inside
        Share of the first that lies in the second, and of the second that lies in the first: of their units where they
        are on one layer, of their areas where they are not. Shares within ``SLACK`` of 0 or 1 are 0 or 1.
    meet
        Whether their boundaries have a point in common.
    """
    if max(first_inside, second_inside) < SLACK:
        return Relation.TOUCHES if meet else Relation.APART
    is_inside, holds = first_inside > 1 - SLACK, second_inside > 1 - SLACK
    if is_inside and holds:
        return Relation.SAME
    if holds:
        return Relation.COVERS
    return Relation.COVERED if is_inside else Relation.OVERLAPS


def relations(found: Mapping[str, Relation], nested: Collection[tuple[str, str]]) -> Relations:
    """Sort all other polities by what one polity is to them.

    Parameters
    ----------
    found
        What the polity is to each other one.
    nested
        Pairs (inner, outer) among the other ones of which the outer covers the inner.
    """

    def those(kind: Relation) -> tuple[str, ...]:
        return tuple(other for other, is_kind in sorted(found.items()) if is_kind is kind)

    covers = those(Relation.COVERS)
    return Relations(
        covers=covers,
        covered=those(Relation.COVERED),
        overlaps=those(Relation.OVERLAPS),
        touches=those(Relation.TOUCHES),
        same=those(Relation.SAME),
        children=tuple(low for low in covers if not any((low, high) in nested for high in covers)),
    )
