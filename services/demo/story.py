"""The story of one law, told by the store: drawn, heard, voted, mended, voted again, and looked at once more.

Every step is the use case that a clerk would call; only the delegates' minds and the civil servant's words are made up.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from geopolity.assembly.credential import public_half, signed
from geopolity.docket.hearing import LEAST
from geopolity.docket.question import question
from geopolity.docket.remedy import Remedy
from geopolity.errors import NegativeAnswer
from services.assemblies import consents, draws
from services.assemblies.planning import LotRequest, plan_assemblies
from services.assemblies.vacancies import check_seats
from services.clock import now
from services.demo import cast, cut_short
from services.demo.synthetic import give_keys, register_synthetic, secret_of
from services.derivation.derive import derive_into
from services.derivation.requests.request import request_of
from services.docket import decisions, hearings, matters, petitions
from services.docket.due import reviews_due
from services.polities.lifecycle import activate_polity, answer_objection, object_to_polity, propose_polity
from services.publiclog.export import export_log, verify_export
from services.storage.offices.seats import active_seats
from services.storage.polities import versions
from services.storage.store import Store
from services.storage.tables import CitizenRow, MatterRow, VoteRow
from services.verification import verify_a_vote

POLITY, LAW = "east-coast-fishing-rights", "coastal-trawling"
SEED = "demonstration"
YES_OF_TEN, NO_OF_TEN = 7, 8
"""How many of ten made-up delegates see harm in the law as it is, and none in the law as amended."""
COVERAGES = (Decimal("0.9"), Decimal("0.87"))
OLD = "Trawling is allowed within 12 nautical miles of the coast, all year round."
NEW = "Trawling is allowed within 12 nautical miles of the coast from October to March, outside nursery grounds."


class StoryRefused(NegativeAnswer):
    """The story cannot be told in this store."""

    code = "story"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """What happened, in sentences that a citizen reads."""

    title: str
    lines: tuple[str, ...]


def tell(store: Store) -> Iterator[Chapter]:
    """Tell the story, chapter by chapter, in the store as it stands after the demo.

    Raises
    ------
    StoryRefused
        If the polity is not there.
    """
    with store.reading() as session:
        if versions.active(session, POLITY) is None:
            raise StoryRefused(
                "The store has no active polity {polity}; `./run demo` derives and loads it.",
                polity=POLITY,
            )
    register_synthetic(store)
    give_keys(store)
    folder = store.home / "out" / "demo-assembly"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield _plan(store)
    yield _seat(store)
    yield _keys(store)
    matter_id = _file(store)
    yield _hearing(matter_id, store)
    cast.make_key(matter_id, _people(store), store)
    decisions.open_vote(matter_id, store)
    yield _vote(matter_id, store, "yes", YES_OF_TEN)
    yield _remedy(matter_id, store)
    yield _move(matter_id, store)
    yield _vote(matter_id, store, "no", NO_OF_TEN)
    yield _enact(matter_id, store)
    yield _vacancy(store)
    yield _review(matter_id, store)
    yield _log(store)


def _plan(store: Store) -> Chapter:
    planned = plan_assemblies(LotRequest(), store)
    seats = dict(zip(planned.pooled.electorate.polities, planned.pooled.electorate.seats, strict=True))
    lines = [f"{seats[POLITY]} seats can be filled for {POLITY}, with equal chances for everybody who lives there."]
    return Chapter(title="What can be staffed", lines=tuple(lines))


def _seat(store: Store) -> Chapter:
    with store.reading() as session:
        sitting = len(active_seats(session, POLITY))
    if not sitting:
        draws.demonstrate_assemblies(SEED, store.home / "out" / "demo-assembly" / "draw", LotRequest(), store)
        with store.reading() as session:
            sitting = len(active_seats(session, POLITY))
    return Chapter(
        title="Drawn by lot",
        lines=(
            f"{sitting} people of the polity were drawn by lot. Nobody stood for election, and nobody sits twice.",
            "This draw is a rehearsal with a published seed, and the log says so.",
            "A binding one waits for a public random number that nobody knows when the list of people is frozen.",
        ),
    )


def _keys(store: Store) -> Chapter:
    cast.appoint(_people(store), store)
    opened = cast.open_seats(POLITY, store)
    return Chapter(
        title="Keys that no office holds",
        lines=(
            (
                f"The list of people named a key for everybody before the lot was drawn; {opened} delegates open their "
                "seats with theirs, and the log shows it. Nobody can sit for somebody else."
            ),
            "Here the keys of made-up people are made up too, and the draw counts them as made by an office.",
            (
                f"Two witnesses ({', '.join(cast.WITNESSES)}) sign that the public log only grows. "
                f"Five trustees ({', '.join(cast.TRUSTEES)}) hold a part each of the key of every vote."
            ),
            "They would be five places and two more; in this demonstration they are folders of one machine.",
        ),
    )


def _people(store: Store) -> Path:
    return store.home / "out" / "demo-assembly" / "people"


def _file(store: Store) -> str:
    petition = petitions.Petition(
        polity_id=POLITY,
        law=LAW,
        title="Trawling near the coast",
        harm="Small boats find no fish where trawlers have passed.",
        petitioner="resident",
        text=OLD,
    )
    matter_id = petitions.file_matter(petition, store)
    petitions.admit(matter_id, store)
    return matter_id


def _hearing(matter_id: str, store: Store) -> Chapter:
    hearings.hear(matter_id, store, until=_earliest())
    cut_short.hearing(matter_id, store)
    evidence = hearings.Evidence(
        author="fisheries institute", summary="Catches within 12 miles fell by a third in ten years."
    )
    hearings.add_evidence(matter_id, evidence, store)
    hearings.add_testimony(matter_id, store, by="a skipper", text="In August the nets of small boats come up empty.")
    hearings.brief(matter_id, store, text="The law lets trawlers work near the coast all year. Does that do harm?")
    after = hearings.ready(matter_id, store)
    return Chapter(
        title="Heard",
        lines=(
            "A hearing lasts a week at least; the demonstration cuts it short, and the log says so.",
            f"A resident filed a petition against the law '{LAW}': {OLD}",
            "The assembly read the evidence, listened to a skipper, and had a brief in plain words.",
            f"The hearing is closed; {len(after.electorate or ())} delegates may vote, and the law's text is fixed.",
        ),
    )


def _vote(matter_id: str, store: Store, word: str, of_ten: int) -> Chapter:
    """Cast every delegate's ballot in the vote that is open, and close it."""
    other, people = "no" if word == "yes" else "yes", _people(store)
    electorate = _electorate(matter_id, store)
    cast.open_seats(POLITY, store)
    checked = cast.check_before_casting(matter_id, electorate[0], word, store)
    for number, pseudonym in enumerate(electorate):
        cast.cast(matter_id, pseudonym, word if number % 10 < of_ten else other, store)
    interim = _refusal(matter_id, store)
    decisions.close_vote(matter_id, store)
    witnesses = cast.cosign(people, store)
    openers = list(cast.open_sum(matter_id, people, store, witnesses))
    result = decisions.vote_result(matter_id, store)
    counted = f"{result.yes} yes, {result.no} no, {result.abstain} abstained, of {result.electorate}"
    return Chapter(
        title="The vote: " + ("does it do harm?" if word == "yes" else "does the amended law still do harm?"),
        lines=(
            f"Asked of every delegate: {question()}",
            f"Before the close nobody learns how it stands: {interim}",
            f"A vote lasts at least {store.vote_days} days, unless everybody has voted: here all did, within seconds.",
            (
                f"A delegate has the device show what it encrypted before casting: it was '{checked}', as chosen. That "
                "ballot is thrown away, and a new one is cast."
            ),
            "Every ballot stands encrypted on the public board, signed by its delegate. Nobody can read one.",
            (
                f"{len(witnesses)} witnesses sign the closed board. Three of five trustees ({', '.join(openers)}) open "
                "the sum, and nothing else."
            ),
            f"{counted}: {result.outcome}.",
        ),
    )


def _earliest() -> date:
    """First day on which a hearing that opens today may close."""
    return date.fromisoformat(now()[:10]) + LEAST


def _refusal(matter_id: str, store: Store) -> str:
    try:
        decisions.vote_result(matter_id, store)
    except NegativeAnswer as refusal:
        return str(refusal)
    return "the result was given away"


def _remedy(matter_id: str, store: Store) -> Chapter:
    remedy = Remedy(
        author="fisheries office",
        effect="Nursery grounds rest from April to September; small boats keep their summer catch.",
        cost="4 million a year for patrols, paid by the polity.",
        alternatives=(
            "Quotas for each vessel: dearer to control.",
            "A ban all year: no better for the fish in winter.",
        ),
        law=NEW,
    )
    decisions.propose_remedy(matter_id, remedy, store)
    hearings.hear(matter_id, store, until=_earliest())
    cut_short.hearing(matter_id, store)
    hearings.brief(
        matter_id, store, text="Trawlers would rest near nursery grounds in summer. Does that still do harm?"
    )
    hearings.ready(matter_id, store)
    return Chapter(
        title="A remedy",
        lines=(
            "Harm is declared, so the civil service must find the best remedy. It proposes:",
            f"'{NEW}'",
            f"Effect: {remedy.effect} Cost: {remedy.cost}",
            f"Weighed and left: {' '.join(remedy.alternatives)}",
        ),
    )


def _move(matter_id: str, store: Store) -> Chapter:
    """Move the boundary while the second vote is open: derived anew, proposed, objected to, answered, activated."""
    cast.make_key(matter_id, _people(store), store)
    decisions.open_vote(matter_id, store)
    with store.reading() as session:
        before = versions.find(session, POLITY)
        version, units, coverage = before.version, before.units, before.coverage
    target = COVERAGES[1] if coverage >= float(COVERAGES[0]) else COVERAGES[0]
    out = store.home / "out" / "demo-assembly" / f"boundary-{version + 1}"
    derive_into(out, request_of(store.home, issue=POLITY, changes={"coverage": target}), store.home)
    propose_polity(str(out), store, by="analyst", days=30)
    number = object_to_polity(POLITY, store, by="a citizen", text="Our county still lands fish.")
    answer_objection(number, store, by="clerk", text="The smallest region that covers enough no longer needs it.")
    open_until = cut_short.proposal(POLITY, store)
    after = activate_polity(POLITY, store, by="clerk")
    leaving = check_seats(store, POLITY)
    return Chapter(
        title="The boundary moves while the vote is open",
        lines=(
            f"Covering {target:%} of the affected gives a new boundary: {after.units} counties, not {units}.",
            f"It is open to objections until {open_until[:10]}; the story cuts this short, and the log says so.",
            "One was made and answered, and another person than the analyst activated it.",
            f"{len(leaving)} delegates live outside now. They finish the open vote; then the next in line take over.",
        ),
    )


def _enact(matter_id: str, store: Store) -> Chapter:
    after = decisions.enact(matter_id, store)
    return Chapter(
        title="In force",
        lines=(
            "The amended law is in force, approved by a second vote on the same question.",
            f"It is reviewed on {after.review_at}.",
        ),
    )


def _vacancy(store: Store) -> Chapter:
    with store.reading() as session:
        seat = active_seats(session, POLITY)[0]
        number = seat.number
        citizen = session.scalar(select(CitizenRow.citizen_id).where(CitizenRow.key == seat.citizen))
    secret = secret_of(str(citizen))
    text = consents.withdrawal_statement(str(citizen), public_half(secret), store)
    consents.withdraw(str(citizen), signed(text, secret), store)
    check_seats(store, POLITY)
    with store.reading() as session:
        ends = next((row.ends for row in active_seats(session, POLITY) if row.number == number), None)
    took = "the seat is empty until the next draw" if ends is None else f"the next in line sits until {ends}"
    return Chapter(
        title="A vacancy",
        lines=(f"A delegate withdraws consent by their own signature, and leaves seat {number}; {took}.",),
    )


def _review(matter_id: str, store: Store) -> Chapter:
    with store.reading() as session:
        row = session.get_one(MatterRow, matter_id)
        day = date.fromisoformat(str(row.review_at))
    due = [record.matter_id for record in reviews_due(store, by=day)]
    after = matters.begin_review(matter_id, store, at=f"{day}T00:00:00Z")
    return Chapter(
        title="Looked at again",
        lines=(
            f"Six years on, on {day}, the decision comes back by itself: {', '.join(due)}.",
            f"It is in {after.state}, and a new hearing can begin.",
        ),
    )


def _log(store: Store) -> Chapter:
    folder = store.home / "out" / "demo-assembly" / "log"
    export_log(folder, store)
    with store.reading() as session:
        newest = select(VoteRow.vote).where(VoteRow.closed_at.is_not(None)).order_by(VoteRow.opened_at.desc())
        vote = session.scalar(newest.limit(1))
    checked = verify_a_vote(folder, str(vote))
    return Chapter(
        title="Anyone can check",
        lines=(
            f"Every step is a line of the public log: {verify_export(folder)}.",
            f"A program of 250 lines, which shares nothing with this one, checks the vote: {checked}.",
            f"Open {folder / 'entries.jsonl'}",
        ),
    )


def _electorate(matter_id: str, store: Store) -> list[str]:
    with store.reading() as session:
        row = session.get_one(MatterRow, matter_id)
        return list(json.loads(row.electorate or "[]"))
