"""A short questionnaire after service, for delegates and organisers, told only in sums of tens.

After the OECD's evaluation guidelines for representative deliberative processes (2021): design integrity, deliberative
experience, and pathways to impact. An answer is kept without who gave it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from geopolity.errors import NegativeAnswer, RequestError
from services.clock import today
from services.storage.polities import versions
from services.storage.store import Store
from services.storage.tables import RepliedRow, ReplyRow, SeatRow

DELEGATE, ORGANISER = "delegate", "organiser"
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    DELEGATE: ("purpose", "time", "information", "balance", "heard", "respect", "influence", "again"),
    ORGANISER: ("purpose", "independence", "time", "information", "balance", "influence"),
}
"""What each is asked, by name; every answer is from 1 (not at all) to 5 (entirely)."""
LEAST, MOST = 1, 5
TOLD_FROM = 10
"""Answers that are told together."""


class QuestionnaireError(RequestError):
    """An answer is none of the five, or of no question."""

    code = "questionnaire"


class AnsweredAlready(NegativeAnswer):
    """Somebody answered for this assembly and year, or has not served there."""

    code = "answered-already"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summed:
    """Sums of one question: how many gave each answer from 1 to 5."""

    part: str
    question: str
    counts: tuple[int, ...]

    @property
    def mean(self) -> float:
        """The mean answer."""
        return sum((place + 1) * count for place, count in enumerate(self.counts)) / sum(self.counts)


def reply(polity_id: str, who: str, answers: Mapping[str, int], store: Store, *, part: str) -> None:
    """Keep somebody's answers without their name, once for an assembly and year.

    Raises
    ------
    QuestionnaireError
        If an answer is missing, or none.
    AnsweredAlready
        If they answered before, or are a delegate who never sat there.
    """
    wanted = QUESTIONS[part]
    if set(answers) != set(wanted) or not all(LEAST <= answer <= MOST for answer in answers.values()):
        raise QuestionnaireError("Answer each of the {number} questions with 1 to 5.", number=len(wanted))
    year = int(today()[:4])
    name = hashlib.sha256(f"{polity_id}\n{year}\n{part}\n{who}".encode()).hexdigest()
    with store.writing() as session:
        versions.find(session, polity_id)
        sat = select(SeatRow.key).where(SeatRow.polity == polity_id, SeatRow.pseudonym == who)
        if part == DELEGATE and session.scalar(sat.limit(1)) is None:
            raise AnsweredAlready("Only who sits or sat in this assembly is asked about it.")
        if session.get(RepliedRow, name) is not None:
            raise AnsweredAlready("You answered for this assembly this year already.")
        before = select(func.count()).where(ReplyRow.polity == polity_id, ReplyRow.part == part)
        batch = (session.scalar(before) or 0) // TOLD_FROM
        session.add(RepliedRow(who_hash=name))
        said = json.dumps({question: answers[question] for question in wanted})
        row = ReplyRow(key=secrets.token_hex(16), polity=polity_id, year=year, part=part, batch=batch, answers=said)
        session.add(row)


def sums(polity_id: str, store: Store) -> list[Summed]:
    """Sums of the answers for an assembly by tens: the eleventh is not told until there are twenty."""
    with store.reading() as session:
        rows = session.scalars(select(ReplyRow).where(ReplyRow.polity == polity_id)).all()
        told = []
        for part, questions in QUESTIONS.items():
            given = [row for row in rows if row.part == part]
            answers = [json.loads(row.answers) for row in given if row.batch < len(given) // TOLD_FROM]
            if not answers:
                continue
            for question in questions:
                counts = Counter(answer[question] for answer in answers)
                told.append(
                    Summed(part=part, question=question, counts=tuple(counts[n] for n in range(LEAST, MOST + 1)))
                )
        return told
