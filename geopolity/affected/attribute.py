"""What share of a unit's people an attribute column says are affected."""

from __future__ import annotations

import numpy as np

from geopolity.affected.footprint import Attribute
from geopolity.arrays import FloatArray
from geopolity.errors import RequestError
from geopolity.layers.layer import Layer

ROUNDING = 1e-6
"""Counts may exceed the people they are part of by this share, from rounding in published tables."""


class AttributeColumnError(RequestError):
    """An attribute column is missing from the layer or holds something impossible."""

    code = "attribute"


def attribute_share(attribute: Attribute, layer: Layer) -> FloatArray:
    """Share of each unit's people who have the attribute; NaN where the column or the population is missing."""
    people = layer.units["population"].to_numpy(dtype=np.float64)
    if attribute.count is not None:
        counted = _column(attribute.count, layer)
    else:
        base = people if attribute.base is None else _column(attribute.base, layer)
        counted = _shares(attribute, layer) * base
    _check_counts(counted, people, attribute, layer)
    share = np.divide(counted, people, out=np.full_like(people, np.nan), where=people > 0)
    return np.where((people == 0) | (counted == 0), 0.0, np.minimum(share, 1.0))


def _column(name: str, layer: Layer) -> FloatArray:
    if name not in layer.units.columns:
        columns = [str(column) for column in layer.units.columns if column not in {"geometry", "name", "parent"}]
        raise AttributeColumnError(
            "Layer {layer} has no column {name:quoted}; it has {columns:list}.",
            layer=layer.name,
            name=name,
            columns=list(columns[:30]),
        )
    try:
        values: FloatArray = layer.units[name].to_numpy(dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise AttributeColumnError(
            "Column {name:quoted} of layer {layer} is not a column of numbers; name another.",
            name=name,
            layer=layer.name,
        ) from error
    if np.isnan(values).all():
        raise AttributeColumnError(
            "Column {name:quoted} of layer {layer} is empty; name another.",
            name=name,
            layer=layer.name,
        )
    if (values < 0).any():
        first = layer.units.index[int(np.argmax(values < 0))]
        raise AttributeColumnError(
            "Column {name:quoted} of layer {layer} is negative in unit {unit}; correct it or leave it empty.",
            name=name,
            layer=layer.name,
            unit=first,
        )
    return values


def _shares(attribute: Attribute, layer: Layer) -> FloatArray:
    values = _column(str(attribute.share), layer) / (100.0 if attribute.percent else 1.0)
    if np.nanmax(values) > 1:
        raise AttributeColumnError(
            "Column {name:quoted} of layer {layer} reaches {value:number}, so it is not a share between 0 and 1; "
            "say percent = true for percentages, or name it as a count.",
            name=attribute.share,
            layer=layer.name,
            value=np.nanmax(values),
        )
    return values


def _check_counts(counted: FloatArray, people: FloatArray, attribute: Attribute, layer: Layer) -> None:
    above = counted > people * (1 + ROUNDING) + 1
    if above.any():
        first = int(np.argmax(above))
        raise AttributeColumnError(
            "Column {name:quoted} counts {count:number} people in unit {unit}, where {people:number} live "
            "({number:count} units are so); use counts and population of one vintage, or a column of shares.",
            name=attribute.count or attribute.base,
            count=counted[first],
            unit=layer.units.index[first],
            people=people[first],
            number=above.sum(),
        )
