"""How near a region is to the smallest possible, in plain words: what somebody says who does not read certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maps.locale.texts import Texts
from maps.reports.pieces import in_pieces

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation


def slack_of(gap: float) -> float:
    """How much smaller is possible at most, as a share of what was found; ``gap`` is one of the bound."""
    return gap / (1 + gap)


def closeness(gap: float, smaller: str, t: Texts) -> str:
    """A few words, such as ``at most 0.3 % smaller is possible``."""
    if gap <= 0:
        return t("proven: none {smaller} is possible", smaller=smaller)
    return t("at most {slack} {smaller} is possible", slack=t.slack(slack_of(gap)), smaller=smaller)


def how_close(derivation: Derivation, t: Texts) -> str:
    """These words of a derivation."""
    if derivation.issue.affects_everyone:
        return t("the whole layer, nothing to make smaller")
    return closeness(0.0 if is_proven(derivation) else derivation.certificate.gap, smaller_of(derivation, t), t)


def how_small_plainly(derivation: Derivation, t: Texts) -> str:
    """What the certificate proves about size, as a sentence, in tenths of a per cent."""
    if derivation.issue.affects_everyone:
        return t("It is the whole layer, so there is nothing to make smaller.")
    slack = "" if is_proven(derivation) else t.slack(slack_of(derivation.certificate.gap))
    return how_small_in(derivation, slack, t)


def how_small_in(derivation: Derivation, slack: str, t: Texts) -> str:
    """The sentence with a slack as it was written; empty where it is proven that there is none."""
    word = smaller_of(derivation, t)
    if derivation.issue.pieces > 1:
        return in_pieces(derivation.issue.pieces, word, slack, t)
    if not slack:
        return t("No connected region that does so is {smaller}: this is proven.", smaller=word)
    return t("No connected region that does so can be more than {slack} {smaller}.", slack=slack, smaller=word)


def is_proven(derivation: Derivation) -> bool:
    """Whether nothing smaller is possible."""
    return derivation.certificate.optimal or derivation.certificate.gap <= 0


def smaller_of(derivation: Derivation, t: Texts) -> str:
    """What smaller means for the derivation: in area, people, units, borders or bridges included."""
    priced = "bridge" if derivation.issue.bridge_km else derivation.issue.smallest
    return t.term("smaller", "round" if derivation.border is not None else priced)
