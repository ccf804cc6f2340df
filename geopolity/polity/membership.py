"""Who belongs to which polities: units with the same set of polities form a membership cell.

People are never listed against polities: a person has a unit, the unit a cell, and the cell its polities. A change of
one polity splits or merges only the cells it touches.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geopolity.arrays import NOWHERE, FloatArray, IntArray
from geopolity.errors import RequestError
from geopolity.exports import later

if TYPE_CHECKING:
    import pandas as pd
    from scipy import sparse
else:
    pd, sparse = later("pandas"), later("scipy.sparse")

Signature = tuple[str, ...]


class MembershipError(RequestError):
    """A polity is there twice, is not there, or has units that the layer does not."""

    code = "membership"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Memberships:
    """Units of one layer and the polities they belong to.

    Attributes
    ----------
    unit_cell
        (n,) int32 number of each unit's cell.
    signatures
        Per cell its polities, sorted; cells that hold no unit any more are ``None``.
    """

    unit_cell: np.ndarray
    signatures: tuple[Signature | None, ...]

    @property
    def polities(self) -> list[str]:
        """All polities that have a unit here, sorted."""
        return sorted({polity for signature in self.signatures if signature for polity in signature})

    def polities_of(self, unit: int) -> Signature:
        """Polities of the unit at a position; none outside every unit (-1)."""
        return () if unit < 0 else self.signatures[self.unit_cell[unit]] or ()

    def cell_id(self, cell: int) -> str:
        """Name of a cell, made of its polities alone: the same wherever and whenever the same polities meet."""
        return cell_name(self.signatures[cell] or ())

    def cells_of(self, units: IntArray) -> np.ndarray:
        """Cell of each unit position; -1 for those outside every unit."""
        return np.append(self.unit_cell, np.int32(NOWHERE)).take(units)  # position -1 reads the last: outside

    def counts(self, units: IntArray) -> pd.Series[int]:
        """How many of the people, given by the positions of their units, each polity has; nobody is counted twice."""
        people = np.bincount(np.asarray(units) + 1, minlength=len(self.unit_cell) + 1)[1:]
        cells = np.bincount(self.unit_cell, weights=people, minlength=len(self.signatures))
        return pd.Series((self.incidence.T @ cells).astype(np.int64), index=self.polities)

    @property
    def incidence(self) -> sparse.csr_array:
        """(cells, polities) of ones, the polities sorted."""
        place = {polity: number for number, polity in enumerate(self.polities)}
        rows = [cell for cell, signature in enumerate(self.signatures) for _ in signature or ()]
        columns = [place[polity] for signature in self.signatures for polity in signature or ()]
        shape = (len(self.signatures), len(place))
        return sparse.csr_array((np.ones(len(rows)), (np.array(rows, int), np.array(columns, int))), shape=shape)

    def overlap(self, population: FloatArray) -> pd.DataFrame:
        """People that two polities share, for every pair; on the diagonal, all of one.

        Parameters
        ----------
        population
            (n,) people of each unit; missing counts add nobody.
        """
        people = np.bincount(self.unit_cell, weights=np.nan_to_num(population), minlength=len(self.signatures))
        shared = (self.incidence.T * people) @ self.incidence
        return pd.DataFrame(shared.toarray(), index=self.polities, columns=self.polities)

    def joined(self, polity: str, units: IntArray) -> Memberships:
        """Return the memberships with one polity more; only the cells that it touches are looked at.

        Parameters
        ----------
        units
            Positions of the polity's units.
        """
        if any(polity in (signature or ()) for signature in self.signatures):
            raise MembershipError(
                "Polity {polity} is there already; take it out before it is put in again.",
                polity=polity,
            )
        units = np.unique(np.asarray(units, dtype=np.int64))
        if units.size and not (units[0] >= 0 and units[-1] < len(self.unit_cell)):
            raise MembershipError(
                "Polity {polity} has units that the layer does not have; derive it on this layer.",
                polity=polity,
            )
        unit_cell, signatures = self.unit_cell.copy(), list(self.signatures)
        held = np.bincount(self.unit_cell[units], minlength=len(signatures))
        whole = np.bincount(self.unit_cell, minlength=len(signatures))
        for cell in np.flatnonzero(held):
            signature = tuple(sorted({*(signatures[cell] or ()), polity}))
            if held[cell] == whole[cell]:
                signatures[cell] = signature
            else:
                unit_cell[units[self.unit_cell[units] == cell]] = len(signatures)
                signatures.append(signature)
        return Memberships(unit_cell=unit_cell, signatures=tuple(signatures))

    def parted(self, polity: str) -> Memberships:
        """Return the memberships without one polity; cells that differed in it alone become one."""
        changed = [cell for cell, signature in enumerate(self.signatures) if polity in (signature or ())]
        if not changed:
            raise MembershipError(
                "There is no polity {polity} to take out; there are {polities:list}.",
                polity=polity,
                polities=list(self.polities),
            )
        kept = {
            signature: cell
            for cell, signature in enumerate(self.signatures)
            if signature is not None and polity not in signature
        }
        signatures, becomes = list(self.signatures), np.arange(len(self.signatures), dtype=np.int32)
        for cell in changed:
            rest = tuple(other for other in signatures[cell] or () if other != polity)
            if rest in kept:
                becomes[cell], signatures[cell] = kept[rest], None
            else:
                kept[rest], signatures[cell] = cell, rest
        return Memberships(unit_cell=becomes[self.unit_cell], signatures=tuple(signatures))

    def replaced(self, polity: str, units: IntArray) -> Memberships:
        """Return the memberships with another version of a polity."""
        return self.parted(polity).joined(polity, units)


def memberships(size: int, polities: Mapping[str, IntArray] | Iterable[tuple[str, IntArray]]) -> Memberships:
    """Memberships of ``size`` units in polities given by the positions of their units."""
    found = Memberships(unit_cell=np.zeros(size, dtype=np.int32), signatures=((),))
    for polity, units in polities.items() if isinstance(polities, Mapping) else polities:
        found = found.joined(polity, units)
    return found


def cell_name(signature: Signature) -> str:
    """First 12 hexadecimal digits of SHA-256 over the sorted polity ids, one a line."""
    return hashlib.sha256("\n".join(sorted(signature)).encode()).hexdigest()[:12]
