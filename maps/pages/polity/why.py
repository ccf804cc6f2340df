"""Why is this unit in? On a polity's page the hardest to do without, on a page of its own every one."""

from __future__ import annotations

from typing import Any

from maps.locale.texts import Texts, texts
from maps.pages.layout import PageFrame, render
from maps.pages.polity.view import PolityView
from maps.pages.polity.words import unit_words
from maps.reports.exchange import KINDS, Exchange, kind_words, meant, sentences, summary_words

HARDEST, MOST_FOUND = 5, 20
"""Units on a polity's page that are hardest to do without; units that are told of a name."""


def worth_values(t: Texts, view: PolityView) -> dict[str, Any]:
    """Why units are in: how many are irreplaceable or exchangeable, and the hardest to do without; nothing unasked."""
    known = view.exchanges
    if known is None:
        return {}
    hardest = [one for one in known.of_kind("irreplaceable") if one.is_inside][:HARDEST]
    return {"summary": summary_words(known, t), "hardest": sentences(hardest, t)}


def why_page(chrome: PageFrame, view: PolityView, asked: str) -> str:
    """The page that says why each unit is in, or is not; of those that are asked for, or of all but those never in."""
    t = texts(chrome.language)
    known = view.exchanges
    found = [] if known is None or not asked.strip() else known.named(asked)
    kinds = [] if known is None or found else [(kind, known.of_kind(kind)) for kind in KINDS[:3]]
    return render(
        "why.jinja",
        chrome,
        view=view,
        words=unit_words(t, view),
        asked=asked,
        measure="" if known is None else known.measure,
        summary="" if known is None else summary_words(known, t),
        found=sentences(found[:MOST_FOUND], t),
        more=max(len(found) - MOST_FOUND, 0),
        kinds=[
            (kind_words(kind, t), meant(kind, t), [why_row(one, t) for one in units]) for kind, units in kinds if units
        ],
    )


def why_row(one: Exchange, t: Texts) -> dict[str, str]:
    """A unit of the table."""

    def more(share: float | None) -> str:
        return "–" if share is None else t.percent(max(share, 0.0))

    return {
        "unit_id": one.unit_id,
        "name": one.name,
        "inside": t("yes") if one.is_inside else t("no"),
        "least": t("no region") if one.least is None else more(one.least),
        "found": more(one.found),
    }
