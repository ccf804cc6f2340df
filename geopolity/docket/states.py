"""Every state of a matter and every legal step between two, in one table.

A step has a guard: a sentence that must be true, checked where its facts are at hand. What is not in the table cannot
happen.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from geopolity.errors import NegativeAnswer
from geopolity.messages import Message


class State(StrEnum):
    """Where a matter stands."""

    FILED = "filed"
    ADMITTED = "admitted"
    REJECTED = "rejected"
    HEARING = "hearing"
    READY = "ready"
    VOTE1 = "vote 1"
    CLOSED = "closed"
    REMEDY_MANDATED = "remedy mandated"
    REMEDY_PROPOSED = "remedy proposed"
    HEARING2 = "hearing 2"
    READY2 = "ready 2"
    VOTE2 = "vote 2"
    ENACTED = "enacted"
    IN_FORCE = "in force"
    REVIEW = "review"
    REPEALED = "repealed"
    SUNSET = "sunset"
    STAYED = "stayed"


class Step(StrEnum):
    """What happens to a matter."""

    ADMIT = "admit"
    REJECT = "reject"
    HEAR = "hear"
    EXTEND = "extend"
    SHORTEN = "shorten"
    CLOSE_HEARING = "close hearing"
    OPEN_VOTE = "open vote"
    FIND_NO_HARM = "no harm found"
    DECLARE_HARM = "harm declared"
    MISS_QUORUM = "no quorum"
    PROPOSE_REMEDY = "remedy proposed"
    APPROVE = "remedy approved"
    RETURN_REMEDY = "harm continues"
    TAKE_EFFECT = "take effect"
    BEGIN_REVIEW = "begin review"
    REPEAL = "repeal"
    EXPIRE = "expire"
    STAY = "stay"
    VOID = "void"


class Guard(StrEnum):
    """What must be true before a step."""

    NONE = ""
    IN_RULES = "the petition meets the admission rule"
    HEARD = "the hearing's time is over, something was heard, and a brief in plain words is there"
    LATER = "the new end is later than the old one, and within two years of the opening"
    SOONER = "the new end is sooner than the old one, and a week away at least"
    ELECTORATE = "somebody who is not recused can vote on the frozen law"
    COUNTED = "the count of the closed vote says so"
    COMPLETE = "harm was declared, and effect, cost, alternatives and the amended law are given"
    REVIEW_SET = "a later day of review is set"
    REVIEW_DUE = "the day of review has come"
    ENACTED_ELSEWHERE = "another matter with two votes repeals this law"
    SUNSET_DUE = "the last day of the law has come"
    FROZEN_ANEW = "the electorate is frozen anew"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the table."""

    to: State
    guard: Guard = Guard.NONE


class StepRefused(NegativeAnswer):
    """A matter cannot take this step now."""

    code = "step-refused"


S, T, G = State, Step, Guard
OPEN = (S.HEARING, S.READY, S.VOTE1, S.REMEDY_MANDATED, S.REMEDY_PROPOSED, S.HEARING2, S.READY2, S.VOTE2)
"""States in which a matter is being worked on and may be stayed."""
BEFORE_VOTE = {S.VOTE1: S.READY, S.VOTE2: S.READY2}
"""Where a void vote goes back to."""

TABLE: dict[tuple[State, Step], Rule] = {
    (S.FILED, T.ADMIT): Rule(to=S.ADMITTED, guard=G.IN_RULES),
    (S.FILED, T.REJECT): Rule(to=S.REJECTED),
    (S.ADMITTED, T.HEAR): Rule(to=S.HEARING),
    (S.HEARING, T.EXTEND): Rule(to=S.HEARING, guard=G.LATER),
    (S.HEARING, T.SHORTEN): Rule(to=S.HEARING, guard=G.SOONER),
    (S.HEARING, T.CLOSE_HEARING): Rule(to=S.READY, guard=G.HEARD),
    (S.READY, T.OPEN_VOTE): Rule(to=S.VOTE1, guard=G.ELECTORATE),
    (S.VOTE1, T.FIND_NO_HARM): Rule(to=S.CLOSED, guard=G.COUNTED),
    (S.VOTE1, T.DECLARE_HARM): Rule(to=S.REMEDY_MANDATED, guard=G.COUNTED),
    (S.VOTE1, T.MISS_QUORUM): Rule(to=S.READY, guard=G.COUNTED),
    (S.REMEDY_MANDATED, T.PROPOSE_REMEDY): Rule(to=S.REMEDY_PROPOSED, guard=G.COMPLETE),
    (S.REMEDY_PROPOSED, T.HEAR): Rule(to=S.HEARING2),
    (S.HEARING2, T.EXTEND): Rule(to=S.HEARING2, guard=G.LATER),
    (S.HEARING2, T.SHORTEN): Rule(to=S.HEARING2, guard=G.SOONER),
    (S.HEARING2, T.CLOSE_HEARING): Rule(to=S.READY2, guard=G.HEARD),
    (S.READY2, T.OPEN_VOTE): Rule(to=S.VOTE2, guard=G.ELECTORATE),
    (S.VOTE2, T.APPROVE): Rule(to=S.ENACTED, guard=G.COUNTED),
    (S.VOTE2, T.RETURN_REMEDY): Rule(to=S.REMEDY_MANDATED, guard=G.COUNTED),
    (S.VOTE2, T.MISS_QUORUM): Rule(to=S.READY2, guard=G.COUNTED),
    (S.ENACTED, T.TAKE_EFFECT): Rule(to=S.IN_FORCE, guard=G.REVIEW_SET),
    (S.CLOSED, T.BEGIN_REVIEW): Rule(to=S.REVIEW, guard=G.REVIEW_DUE),
    (S.IN_FORCE, T.BEGIN_REVIEW): Rule(to=S.REVIEW, guard=G.REVIEW_DUE),
    (S.REVIEW, T.HEAR): Rule(to=S.HEARING),
    (S.IN_FORCE, T.REPEAL): Rule(to=S.REPEALED, guard=G.ENACTED_ELSEWHERE),
    (S.IN_FORCE, T.EXPIRE): Rule(to=S.SUNSET, guard=G.SUNSET_DUE),
    (S.VOTE1, T.VOID): Rule(to=S.READY, guard=G.FROZEN_ANEW),
    (S.VOTE2, T.VOID): Rule(to=S.READY2, guard=G.FROZEN_ANEW),
    **{(state, T.STAY): Rule(to=S.STAYED) for state in OPEN},
}
"""(state, step) → next state and guard. A stayed matter resumes in the state it left, or before its open vote."""


def rule(state: State, step: Step) -> Rule:
    """Row of the table for a step.

    Raises
    ------
    StepRefused
        Naming the steps that the state allows.
    """
    found = TABLE.get((state, step))
    if found is None:
        allowed = sorted(other for there, other in TABLE if there is state)
        raise StepRefused(
            "A matter that is '{state:state}' cannot take the step '{step:step}'; it can take: {steps:step}.",
            state=state,
            step=step,
            steps=allowed or Message("none"),
        )
    return found
