"""What everybody on the roll and the delegates answered, beside what chances let expect."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.sortition.shares import UNIT, pool_sums
from maps.reports.draw_account import AnswerLine
from services.assemblies.held_draw import Held
from services.storage.tables import CitizenRow, EpochRow, RollRow


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answers:
    """Who answered what; it never leaves the machine, only counts of it do.

    Attributes
    ----------
    stratum
        Of everybody on the roll, in its order, their answers as JSON.
    pool
        Of each, which pool of the electorate they are in.
    """

    stratum: pd.Series[str]
    pool: pd.Series[int]


def answers_of(session: Session, held: Held) -> Answers:
    """Look up what everybody on the roll answered."""
    electorate, roll = held.frozen.electorate, held.frozen.roll
    on_roll = select(RollRow.citizen).join(EpochRow).where(EpochRow.epoch == roll.epoch)
    query = select(CitizenRow.key, CitizenRow.stratum).where(CitizenRow.key.in_(on_roll))
    texts = {int(row[0]): str(row[1]) for row in session.execute(query)}
    place = {pool: number for number, pool in enumerate(electorate.pools)}
    return Answers(
        stratum=pd.Series([texts[citizen] for citizen in held.frozen.citizens], dtype=str),
        pool=pd.Series([place[pool] for pool in roll.pools], dtype=int),
    )


def by_answer(people: pd.DataFrame) -> pd.DataFrame:
    """Counts of people (``stratum`` and columns to add up) as one row an attribute and answer, with ``people``."""
    counted = people.assign(people=1).groupby("stratum").sum()
    rows = [
        {"attribute": name, "answer": str(answer), **row}
        for text, row in zip(counted.index, counted.to_dict("records"), strict=True)
        for name, answer in json.loads(str(text)).items()
    ]
    long = pd.DataFrame(rows, columns=["attribute", "answer", *counted.columns])
    return long.groupby(["attribute", "answer"], as_index=False).sum()


def answer_lines(held: Held, answers: Answers) -> tuple[AnswerLine, ...]:
    """Answers in all assemblies together."""
    electorate, roll = held.frozen.electorate, held.frozen.roll
    given = pool_sums(electorate, held.frozen.shares.units) / UNIT
    chance = given / np.maximum(electorate.pool_people, 1)
    sitting = {call.pseudonym for call in held.draw.calls if call.kind == "delegate"}
    people = pd.DataFrame(
        {
            "stratum": answers.stratum,
            "expected": chance[answers.pool.to_numpy()],
            "sits": [pseudonym in sitting for pseudonym in roll.pseudonyms],
        }
    )
    return tuple(
        AnswerLine(
            attribute=row["attribute"],
            answer=row["answer"],
            has_quota=row["attribute"] in held.frozen.strata,
            people=int(row["people"]),
            expected=float(row["expected"]),
            delegates=int(row["sits"]),
        )
        for row in by_answer(people).to_dict("records")
    )
