"""Units that are inside only to connect, in words: how many people live there, and when that is too many."""

from __future__ import annotations

from geopolity.polity.bridges import Bridges
from maps.locale.texts import Texts


def bridges_words(bridges: Bridges, t: Texts) -> tuple[str, ...]:
    """Who lives in the bridges; a warning where they are more than the affected."""
    live = t(
        "{people} people live in these bridges, beside {affected} affected inside.",
        people=t.people(bridges.people),
        affected=t.people(bridges.affected_inside),
    )
    return (live,) if bridges.warning is None else (live, t.say(bridges.warning))
