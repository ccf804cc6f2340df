"""The drawn assembly beside the people of its polity and those affected, in the groups that a derivation was asked for.

A group of a profile and an answer of the roll are the same where they are called the same: ``Women`` is the answer
``women`` to whatever was asked, ``sex: women`` the answer to ``sex``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from geopolity.arrays import BoolArray, FloatArray
from geopolity.polity.profile import Line
from geopolity.publiclog.disclosure import may_publish, told_in_table
from geopolity.sortition.likeness import fair_range
from geopolity.sortition.shares import UNIT
from maps.reports.draw_panel import Panel, PanelLine
from services.assemblies.held_draw import Held
from services.assemblies.pictures.answers import Answers
from services.derivation.profiled import who_from
from services.storage.polities.versions import file_content
from services.storage.tables import PolityRow


def panels_of(session: Session, held: Held, answers: Answers, polities: Sequence[PolityRow]) -> tuple[Panel, ...]:
    """A panel for every assembly whose polity has a profile in the words of the roll."""
    electorate = held.frozen.electorate
    profiles = {row.issue: known for row in polities if (known := _profile(session, row))}
    profiled = [j for j, name in enumerate(electorate.polities) if name in profiles]
    if not profiled:
        return ()
    tables = [_table(held, answers, name, said, profiled) for name, said in _said(answers).items()]
    return tuple(
        Panel(polity=electorate.polities[j], seats=int(electorate.seats[j]), lines=lines)
        for j in profiled
        if (lines := _lines(profiles[electorate.polities[j]], tables, j, held))
    )


def _profile(session: Session, row: PolityRow) -> tuple[Line, ...]:
    """Lines of the profile that a polity was derived with, if it was."""
    content = file_content(session, row, "profile.json")
    return () if content is None else who_from(content).lines


def _said(answers: Answers) -> dict[str, pd.Series[str]]:
    """By attribute, what everybody answered; empty where they said nothing."""
    texts = {text: json.loads(text) for text in answers.stratum.unique()}
    names = sorted({name for said in texts.values() for name in said})
    return {
        name: answers.stratum.map({text: str(said.get(name, "")) for text, said in texts.items()}) for name in names
    }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Table:
    """Of an attribute, by polity and answer: people in the lot, delegates to expect, delegates, and what is told."""

    attribute: str
    answers: tuple[str, ...]
    people: Mapping[int, Sequence[int]]
    expected: Mapping[int, Sequence[float]]
    sits: Sequence[Sequence[int]]
    told: Sequence[Sequence[bool]]


def _table(held: Held, answers: Answers, attribute: str, said: pd.Series[str], profiled: Sequence[int]) -> _Table:
    names = tuple(sorted(said.unique()))
    place = np.asarray(said.map({name: number for number, name in enumerate(names)}), np.int64)
    people, expected = {}, {}
    for j in profiled:
        chance, eligible = _chances(held, answers, j)
        people[j] = [int(count) for count in np.bincount(place[eligible], minlength=len(names))]
        expected[j] = [float(sum_) for sum_ in np.bincount(place, chance, len(names))]
    sits = _sits(held, said, names)
    told = [
        [may_publish(seats) and may_publish(in_lot) for seats, in_lot in zip(row, people.get(j, row), strict=True)]
        for j, row in enumerate(sits)
    ]
    return _Table(
        attribute=attribute, answers=names, people=people, expected=expected, sits=sits, told=told_in_table(sits, told)
    )


def _chances(held: Held, answers: Answers, polity: int) -> tuple[FloatArray, BoolArray]:
    """Of everybody on the roll, the chance to sit for a polity, and whether they may."""
    electorate = held.frozen.electorate
    pools = np.repeat(np.arange(len(electorate.pools)), np.diff(electorate.edge_start))
    own = electorate.edge_polity == polity
    chance, may = np.zeros(len(electorate.pools)), np.zeros(len(electorate.pools), np.bool_)
    chance[pools[own]] = held.frozen.shares.units[own] / UNIT
    may[pools[own]] = True
    of_each = answers.pool.to_numpy()
    return (chance / np.maximum(electorate.pool_people, 1))[of_each], may[of_each]


def _sits(held: Held, said: pd.Series[str], names: Sequence[str]) -> list[list[int]]:
    """Delegates of each polity by answer."""
    answer = dict(zip(held.frozen.roll.pseudonyms, said, strict=True))
    counted = Counter((call.polity, answer[call.pseudonym]) for call in held.draw.calls if call.kind == "delegate")
    return [[counted[polity, name] for name in names] for polity in held.frozen.electorate.polities]


def _lines(profile: Sequence[Line], tables: Sequence[_Table], polity: int, held: Held) -> tuple[PanelLine, ...]:
    found = []
    for group in dict.fromkeys(line.group for line in profile):
        kinds = {line.kind: line for line in profile if line.group == group}
        if (where := _place(group, tables)) is not None:
            found.append(_line(kinds, where, polity, held))
    return tuple(found)


def _place(group: str, tables: Sequence[_Table]) -> tuple[_Table, int] | None:
    """The attribute and answer that a group is called like; none where several are."""
    wanted = _folded(group)
    places = [(table, k) for table in tables for k, answer in enumerate(table.answers) if answer]
    named = [(table, k) for table, k in places if wanted == _folded(f"{table.attribute}: {table.answers[k]}")]
    called = named or [(table, k) for table, k in places if wanted == _folded(table.answers[k])]
    return called[0] if len(called) == 1 else None


def _folded(words: str) -> str:
    return " ".join(words.casefold().split())


def _line(kinds: Mapping[str, Line], where: tuple[_Table, int], polity: int, held: Held) -> PanelLine:
    table, answer = where
    seats, eligible = (int(count[polity]) for count in (held.frozen.electorate.seats, held.frozen.electorate.eligible))
    told = table.told[polity][answer]
    return PanelLine(
        group=kinds["inside"].group,
        people=table.people[polity][answer] if told else None,
        delegates=table.sits[polity][answer] if told else None,
        fair=fair_range(seats, eligible, table.expected[polity][answer]) if told else None,
        inside=kinds["inside"],
        affected=kinds["affected"],
    )
