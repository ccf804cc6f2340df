"""What a re-derivation changed: the units that joined, left or are gone, with their people."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from geopolity.polity.derivation import Derivation


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Change:
    """The step from an earlier boundary to a derivation.

    Attributes
    ----------
    table
        One row for each unit that changed sides, in id order, indexed by ``unit_id``: ``name``, ``population`` and
        ``affected`` (people, as counted now), ``change`` (``joined``, ``left``, or ``gone`` for a unit that was inside
        and is none of this layer's; its people are not known).
    stayed
        Number of units inside then and now.
    """

    table: pd.DataFrame
    stayed: int

    @property
    def totals(self) -> dict[str, int]:
        """Units, residents and affected people that joined and left, and units that are gone."""
        found: dict[str, int] = {}
        for word in ("joined", "left"):
            moved = self.table[self.table["change"] == word]
            found |= {
                f"units_{word}": len(moved),
                f"population_{word}": round(float(moved["population"].sum())),
                f"affected_{word}": round(float(moved["affected"].sum())),
            }
        return found | {"units_stayed": self.stayed, "units_gone": int((self.table["change"] == "gone").sum())}


def change_since(previous: pd.Series[bool], derivation: Derivation) -> Change:
    """Compare with an earlier boundary, given as what was inside by unit id; units new to the layer were outside."""
    units = derivation.units
    now, was = units["inside"], previous.reindex(units.index, fill_value=False)
    known = units.loc[now != was, ["name", "population", "affected"]].assign(change="joined")
    known.loc[~units.loc[known.index, "inside"], "change"] = "left"
    gone = previous.index[previous].difference(units.index)
    lost = pd.DataFrame({"name": "", "population": None, "affected": None, "change": "gone"}, index=gone)
    table = known if lost.empty else pd.concat([known, lost.astype({"population": float, "affected": float})])
    return Change(table=table.rename_axis("unit_id").sort_index(), stayed=int((now & was).sum()))


def as_before(previous: pd.Series[bool], derivation: Derivation) -> Derivation:
    """Return the derivation as it would look with the earlier boundary, to be drawn beside it."""
    inside = previous.reindex(derivation.units.index, fill_value=False)
    units = derivation.units.assign(inside=inside)
    return replace(derivation, units=units, population=float(units.loc[inside, "population"].sum()))
