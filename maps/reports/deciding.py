"""Who decides today, in a sentence: the best single state beside the polity."""

from __future__ import annotations

from geopolity.society.say import Deciding
from maps.locale.texts import Texts


def who_decides(found: Deciding | None, t: Texts) -> str:
    """The sentence that opens a page; where the polity is the worse line, it says so. Empty without a state."""
    if found is None or (
        found.here.exclusion.value == found.today.exclusion.value == 0.0
        and (found.here.over_inclusion.value >= found.today.over_inclusion.value)
    ):
        return ""
    values = {
        "state": found.state,
        "out": t.percent(found.today.exclusion.value, 0),
        "here": t.percent(found.here.exclusion.value, 0),
        "others": t.percent(found.today.over_inclusion.value, 0),
        "own": t.percent(found.here.over_inclusion.value, 0),
    }
    if found.today.exclusion.value <= found.here.exclusion.value:
        return t(
            "If {state} alone decides, {out} of those affected have no say, and here {here}: by that measure the state "
            "is the better line; but {others} of its people are not affected, and {own} here.",
            **values,
        )
    return t(
        "If {state} alone decides, {out} of those affected have no say, and {others} of those who decide are not "
        "affected; here it is {here} and {own}.",
        **values,
    )
