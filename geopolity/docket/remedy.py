"""What the civil service must say of a remedy before the assembly looks at it: effect, cost, alternatives, the law."""

from __future__ import annotations

from dataclasses import dataclass

from geopolity.errors import RequestError


class RemedyError(RequestError):
    """A remedy is incomplete."""

    code = "remedy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A proposal to end the harm.

    Attributes
    ----------
    effect
        What it changes for those affected, in plain words.
    cost
        What it costs, and who pays.
    alternatives
        What else was weighed, and why it is less effective or less efficient; at least one.
    law
        The law as amended; empty if the remedy is to repeal it.
    repeals
        Whether the law is to end.
    """

    author: str
    effect: str
    cost: str
    alternatives: tuple[str, ...]
    law: str
    repeals: bool = False

    def __post_init__(self) -> None:
        missing = [name for name in ("author", "effect", "cost") if not getattr(self, name).strip()]
        if not [alternative for alternative in self.alternatives if alternative.strip()]:
            missing.append("alternatives")
        if not self.repeals and not self.law.strip():
            missing.append("the law as amended")
        if missing:
            raise RemedyError(
                "The remedy says nothing of {missing:remedypart}; a proposal needs all of them.",
                missing=list(missing),
            )
        if self.repeals and self.law.strip():
            raise RemedyError("The remedy both amends and repeals the law; propose one of the two.")
