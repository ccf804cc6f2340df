"""How evenly service is spread: the Gini coefficient of expected days by place."""

from __future__ import annotations

import numpy as np

from geopolity.arrays import FloatArray


def gini(days: FloatArray, people: FloatArray) -> float:
    """Gini coefficient of days a person, places weighted by their people; 0 where nobody serves."""
    some = people > 0
    each, weight = days[some], people[some]
    total = float((each * weight).sum())
    if total == 0:
        return 0.0
    order = np.argsort(each, kind="stable")
    share_of_people = weight[order] / weight.sum()
    share_of_days = np.cumsum(each[order] * weight[order]) / total
    before = np.concatenate([[0.0], share_of_days[:-1]])
    return float(1 - (share_of_people * (share_of_days + before)).sum())
