"""Who is affected: groups of people among the affected, inside the polity, in the best states and everywhere.

A group is a count with its base in each unit. In a unit that is affected in part, its people are taken as affected like
the unit's others. Two errors are told apart: that of sampling (``affected.sampling``), and that of where in their unit
people live, which is the range of the affected. Both are margins at 90 per cent, and independent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geopolity.affected.bands import Bands
from geopolity.affected.sampling import Estimate, quality, ratio, replicated, share, total
from geopolity.arrays import BoolArray, FloatArray
from geopolity.errors import RequestError

MOST_STATES = 3


class ProfileError(RequestError):
    """Groups cannot be profiled as they are described."""

    code = "profile"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Amounts:
    """People of each unit, estimated.

    Attributes
    ----------
    amounts, margins
        (n,) NaN where they are not known; margins are 0 where counts have no sampling error.
    replicates
        (r, n) values by replicate weights, where there are any.
    """

    amounts: FloatArray
    margins: FloatArray
    replicates: FloatArray | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Group:
    """A group of people and whom it is a part of; a member of the group is one of the base."""

    name: str
    count: Amounts
    base: Amounts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Brackets:
    """People of a base in brackets of something, of which a median is asked.

    Attributes
    ----------
    edges
        (k + 1,) ascending; the last may be infinite.
    counts
        People in each bracket.
    """

    name: str
    edges: tuple[float, ...]
    counts: tuple[Amounts, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """Whose people are looked at: a weight for each unit's, and how far that may be off (a margin).

    Attributes
    ----------
    kind
        ``affected``, ``inside``, ``state``, ``everywhere``, or ``band``: who lives at some distance from where the
        issue starts.
    """

    kind: str
    name: str
    weight: FloatArray
    margin: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A group in a place.

    Attributes
    ----------
    people, base
        Of the group and of those it is a part of.
    share, sampling, placing
        Share, and its two margins; sampling is NaN where it is not known.
    ratio, ratio_low, ratio_high
        Share over that of the reference with its range; NaN where the range covers everything, or there is none.
    quality
        ``reliable``, ``caution``, ``do not use``; ``unknown`` where sampling error is.
    left_out
        People of the place in units where something is not known.
    """

    group: str
    kind: str
    place: str
    people: float
    base: float
    share: float
    sampling: float
    placing: float
    low: float
    high: float
    ratio: float
    ratio_low: float
    ratio_high: float
    quality: str
    left_out: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Median:
    """A median in a place, between brackets' edges; ``low`` and ``high`` are NaN where margins are not known."""

    name: str
    kind: str
    place: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A band of distance from where the issue starts: who lives in it, and how many of them are affected.

    Attributes
    ----------
    name
        As ``geopolity.affected.bands`` names it: ``0``, ``0-1``, ``1-3`` or ``3-`` (km).
    """

    name: str
    people: float
    affected: float


def places_of(units: pd.DataFrame, parents: pd.Series | None, names: Mapping[str, str] | None = None) -> list[Place]:
    """The affected, the polity, the states with most affected people, and everywhere.

    Parameters
    ----------
    units
        ``population, affected, affected_low, affected_high, inside`` of a derivation.
    parents
        Of each unit, the enclosing one.
    names
        Of enclosing units.
    """
    people, affected, low, high = (
        units[name].astype(float).fillna(0.0).to_numpy()
        for name in ("population", "affected", "affected_low", "affected_high")
    )
    lived = people > 0
    weight = np.divide(affected, people, out=np.zeros_like(people), where=lived)
    margin = np.divide((high - low) / 2, people, out=np.zeros_like(people), where=lived)
    inside = units["inside"].to_numpy(np.bool_)
    found = [Place(kind="affected", name="affected", weight=weight, margin=margin), _whole("inside", "inside", inside)]
    if parents is not None:
        sums = pd.Series(affected).groupby(parents.fillna("").to_numpy()).sum()
        best = [str(parent) for parent in sums.sort_values(ascending=False, kind="stable").index if parent][
            :MOST_STATES
        ]
        found += [_whole("state", (names or {}).get(one, one), (parents == one).to_numpy(np.bool_)) for one in best]
    return [*found, _whole("everywhere", "everywhere", np.ones(len(units), np.bool_))]


def banded(bands: Bands) -> list[Place]:
    """Who lives in each band of distance; of each unit, the bands sum to everybody."""
    each = zip(bands.names, bands.share, bands.margin, strict=True)
    return [Place(kind="band", name=name, weight=weight, margin=margin) for name, weight, margin in each]


def counted(bands: Bands, people: FloatArray) -> list[Band]:
    """People and affected of each band."""
    lived = bands.share @ np.nan_to_num(people)
    each = zip(bands.names, lived, bands.affected.sum(axis=1), strict=True)
    return [Band(name=name, people=float(held), affected=float(bitten)) for name, held, bitten in each]


def _whole(kind: str, name: str, chosen: BoolArray) -> Place:
    return Place(kind=kind, name=name, weight=chosen.astype(float), margin=np.zeros(len(chosen)))


def profile(groups: Sequence[Group], places: Sequence[Place], people: FloatArray, reference: str) -> list[Line]:
    """Every group in every place, with its ratio to the reference's share.

    Parameters
    ----------
    people
        (n,) residents, to say how many are left out.
    reference
        Kind of the place that the others are compared with.
    """
    if reference not in {place.kind for place in places}:
        raise ProfileError(
            "The reference {reference:quoted} is none of {places:list}.",
            reference=reference,
            places=sorted({place.kind for place in places}),
        )
    compared = next(place for place in places if place.kind == reference)
    return [_line(group, place, _shared(group, compared), people, compared) for group in groups for place in places]


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    part: Estimate
    whole: Estimate
    share: Estimate
    placing: float
    known: BoolArray

    @property
    def margin(self) -> float:
        """Both errors; that of sampling counts where it is known."""
        sampling = 0.0 if math.isnan(self.share.margin) else self.share.margin
        return math.hypot(sampling, self.placing)


def _shared(group: Group, place: Place) -> _Shared:
    known = np.isfinite(group.count.amounts) & np.isfinite(group.base.amounts)
    weight = np.where(known, place.weight, 0.0)
    part, whole = _total(group.count, weight), _total(group.base, weight)
    found = share(part, whole)
    if group.count.replicates is not None and group.base.replicates is not None and whole.value:
        parts, wholes = (np.nan_to_num(one.replicates) @ weight for one in (group.count, group.base))  # type: ignore[arg-type]
        found = replicated(found.value, parts / wholes)
    counted, based = np.nan_to_num(group.count.amounts), np.nan_to_num(group.base.amounts)
    moved = np.where(known, place.margin, 0.0) * (counted - found.value * based)
    placing = math.sqrt(float((moved**2).sum())) / whole.value if whole.value else math.nan
    return _Shared(part, whole, found, placing, known)


def _total(counted: Amounts, weight: FloatArray) -> Estimate:
    """A weighted sum over the units that count."""
    at = weight > 0
    found = total(counted.amounts[at] * weight[at], counted.margins[at] * weight[at])
    if counted.replicates is None:
        return found
    return replicated(found.value, np.nan_to_num(counted.replicates) @ weight)


def _line(group: Group, place: Place, reference: _Shared, people: FloatArray, compared: Place) -> Line:
    found = _shared(group, place)
    sampled = Estimate(found.share.value, found.share.margin)
    both = Estimate(found.share.value, found.margin)
    times = ratio(both, Estimate(reference.share.value, reference.margin))
    low, high = times.value - times.margin, times.value + times.margin
    says = place is not compared and math.isfinite(low) and low > 0
    return Line(
        group=group.name,
        kind=place.kind,
        place=place.name,
        people=found.part.value,
        base=found.whole.value,
        share=found.share.value,
        sampling=found.share.margin,
        placing=found.placing,
        low=max(found.share.value - found.margin, 0.0),
        high=min(found.share.value + found.margin, 1.0),
        ratio=times.value if says else math.nan,
        ratio_low=low if says else math.nan,
        ratio_high=high if says else math.nan,
        quality=quality(sampled),
        left_out=float((np.nan_to_num(people) * place.weight)[~found.known].sum()),
    )


def median(brackets: Brackets, place: Place) -> Median:
    """The median between the edges of its bracket, people taken as spread evenly over it; never a mean of medians.

    Its range is what shares of one half, more and less by their margin, lie at.
    """
    known = np.all([np.isfinite(one.amounts) for one in brackets.counts], axis=0)
    weight = np.where(known, place.weight, 0.0)
    sums = [_total(one, weight) for one in brackets.counts]
    held = np.cumsum([0.0, *(one.value for one in sums)])
    none = Median(name=brackets.name, kind=place.kind, place=place.name, value=math.nan, low=math.nan, high=math.nan)
    if not held[-1]:
        return none
    half = int(np.searchsorted(held, held[-1] / 2, side="left"))
    below = total(np.array([one.value for one in sums[:half]]), np.array([one.margin for one in sums[:half]]))
    everybody = total(np.array([one.value for one in sums]), np.array([one.margin for one in sums]))
    margin = share(below, everybody).margin
    at = [_at(brackets.edges, held, held[-1] * min(max(0.5 + side * margin, 0.0), 1.0)) for side in (0.0, -1.0, 1.0)]
    value, low, high = _at(brackets.edges, held, held[-1] / 2), at[1], at[2]
    return replace(none, value=value, low=low, high=high)


def _at(edges: Sequence[float], held: FloatArray, people: float) -> float:
    """Where so many people are below; NaN in an open bracket, whose end nobody knows."""
    if math.isnan(people):
        return math.nan
    bracket = min(max(int(np.searchsorted(held, people, side="left")) - 1, 0), len(edges) - 2)
    low, high = edges[bracket], edges[bracket + 1]
    inside = held[bracket + 1] - held[bracket]
    if not math.isfinite(high):
        return math.nan
    return low + (high - low) * ((people - held[bracket]) / inside if inside else 0.0)
