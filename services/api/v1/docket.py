"""Laws before assemblies: petitions, hearings with evidence, the vote, the remedy, the review."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import Field, StrictBool

from geopolity.docket.ballot import Receipt
from geopolity.docket.closing import LEAST_DAYS, MOST_DAYS
from geopolity.docket.matter import Matter
from geopolity.docket.remedy import Remedy
from services.api.etags import TAGGED
from services.api.principal import HEARD, Principal, Role, StoreDep, guarded_router, require
from services.api.security import SANDBOX
from services.api.v1.assemblies import Delegate, own
from services.api.v1.fields import (
    Body,
    Cursor,
    Day,
    Id,
    LawText,
    Limit,
    Line,
    Link,
    OrdinalId,
    Page,
    Prose,
    SignedAct,
    Word,
)
from services.api.v1.paging import page_of
from services.api.v1.records import NUMBERED, problems
from services.docket import decisions, due, hearings, matters, office_acts, petitions

router = guarded_router(prefix="/api/v1", tags=["docket"], responses=problems(401, 403, 404, 409, 413, 422, 429, 503))
PUBLIC = require(Role.PUBLIC)
DELEGATE = require(Role.DELEGATE)
SEATED = require(Role.DELEGATE, Role.CLERK)
CLERK = require(Role.CLERK)
SERVANT = require(Role.CIVIL_SERVANT)
Days = Annotated[
    int | None, Query(ge=LEAST_DAYS, le=MOST_DAYS, description="Days that the vote lasts; the least by default.")
]


class Petition(Body):
    """A harm that a law is said to allow."""

    polity: Word = Field(description="Polity of the issue; `root` for what concerns everyone.")
    law: str = Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=80)
    title: Line
    harm: Prose
    law_text: LawText | None = Field(None, description="Text of the law, if it is new here.")


class Until(Body):
    """First day on which it may end."""

    until: Day


class Words(Body):
    """A text in plain words."""

    text: Prose


class Evidence(Body):
    """Evidence: its summary, and where it is published."""

    summary: Prose
    link: Link | None = None


class Resumed(Body):
    """Polity that a stayed matter is routed to, if another."""

    polity: Word | None = None


class Ballot(Body):
    """A choice, a secret of one's own for the tracker, and, who holds a key, that they vote, signed."""

    choice: Literal["yes", "no", "abstain"]
    act: SignedAct | None = None
    nonce: Annotated[str, Field(min_length=8, max_length=200, pattern=r"^[!-~]+$")] | None = None


class Closed(Body):
    """Day of the review, in six years by default."""

    review_at: Day | None = None


class RemedyProposed(Body):
    """What ends a declared harm."""

    effect: Prose
    cost: Prose
    alternatives: list[Prose] = Field(max_length=50)
    law_text: LawText | None = None
    repeals: StrictBool = False


class Enacted(Closed):
    """Days of the review and of the end of the law."""

    sunset_at: Day | None = None


@router.get("/matters", dependencies=[PUBLIC, TAGGED])
def list_matters(
    store: StoreDep,
    polity: Annotated[str | None, Query(max_length=100)] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page:
    """List the matters before all assemblies, or one."""
    return page_of(matters.list_matters(store, polity), ("polity", "filed_at", "matter_id"), cursor, limit)


@router.post("/matters", status_code=201)
def file_matter(who: Annotated[Principal, PUBLIC], store: StoreDep, asked: Petition) -> dict[str, str]:
    """Raise a harm: file a petition against a law."""
    petition = petitions.Petition(
        polity_id=asked.polity,
        law=asked.law,
        title=asked.title,
        harm=asked.harm,
        petitioner=_petitioner(who),
        text=asked.law_text,
        citizen_id=who.name if Role.CITIZEN in who.roles else None,
    )
    return {"matter_id": petitions.file_matter(petition, store)}


@router.get("/matters/{matter_id}", dependencies=[PUBLIC, TAGGED])
def show_matter(
    store: StoreDep, matter_id: Id, language: Annotated[str, Query(pattern="^[a-z]{2}$")] = "en"
) -> matters.MatterShown:
    """Show all that may be read before voting: the law, the question, the brief, all that was heard."""
    return matters.show_matter(matter_id, store, language=language)


@router.get("/matters/{matter_id}/evidence/{number}", dependencies=[PUBLIC], response_class=Response)
def evidence_file(store: StoreDep, matter_id: Id, number: OrdinalId) -> Response:
    """Download evidence as it was handed in: as an attachment that no browser opens here."""
    found = hearings.evidence_file(matter_id, number, store)
    headers = {
        "Content-Security-Policy": SANDBOX,
        "Content-Disposition": f'attachment; filename="evidence-{number}"',
    }
    return Response(found, media_type="application/octet-stream", headers=headers)


@router.post("/matters/{matter_id}/admit")
def admit(who: Annotated[Principal, CLERK], store: StoreDep, matter_id: Id) -> dict[str, str]:
    """Admit a petition by the admission rule."""
    del who
    return _state(petitions.admit(matter_id, store))


@router.post("/matters/{matter_id}/reject")
def reject(who: Annotated[Principal, CLERK], store: StoreDep, matter_id: Id, said: Words) -> dict[str, str]:
    """Reject a petition, with the reason."""
    del who
    return _state(petitions.reject(matter_id, store, reason=said.text))


@router.post("/matters/{matter_id}/hearing")
def hear(who: Annotated[Principal, CLERK], store: StoreDep, matter_id: Id, asked: Until) -> dict[str, str]:
    """Open a hearing."""
    del who
    return _state(hearings.hear(matter_id, store, until=asked.until))


@router.post("/matters/{matter_id}/hearing/extend")
def extend(who: Annotated[Principal, SEATED], store: StoreDep, matter_id: Id, asked: Until) -> dict[str, str]:
    """Put off the end of a hearing: a clerk, or a delegate of its assembly."""
    delegate = None if who.may(Role.CLERK) else who.name
    return _state(hearings.extend(matter_id, store, until=asked.until, delegate=delegate))


@router.post("/matters/{matter_id}/hearing/shorten")
def shorten(who: Annotated[Principal, CLERK], store: StoreDep, matter_id: Id, asked: Until) -> dict[str, str]:
    """Bring the end of a hearing forward, with a week's notice."""
    del who
    return _state(hearings.shorten(matter_id, store, until=asked.until))


@router.post("/matters/{matter_id}/brief", status_code=204)
def brief(who: Annotated[Principal, CLERK], store: StoreDep, matter_id: Id, said: Words) -> None:
    """Write the brief in plain words."""
    del who
    hearings.brief(matter_id, store, text=said.text)


@router.post("/matters/{matter_id}/evidence", status_code=201)
def evidence(who: Annotated[Principal, HEARD], store: StoreDep, matter_id: Id, said: Evidence) -> dict[str, str | None]:
    """Add evidence to an open hearing."""
    given = hearings.Evidence(author=who.name, summary=said.summary, link=said.link)
    return {"sha256": hearings.add_evidence(matter_id, given, store)}


@router.post("/matters/{matter_id}/testimony", status_code=204)
def testify(who: Annotated[Principal, HEARD], store: StoreDep, matter_id: Id, said: Words) -> None:
    """Add testimony to an open hearing."""
    hearings.add_testimony(matter_id, store, by=who.name, text=said.text)


@router.post("/matters/{matter_id}/recuse", responses=NUMBERED)
def recuse(
    who: Annotated[Principal, SEATED], store: StoreDep, matter_id: Id, said: Delegate, response: Response
) -> dict[str, int | None]:
    """Take no part in one matter. Of another delegate a clerk asks for it: 202, and another person confirms it."""
    if who.may(Role.CLERK) and not who.is_self(said.delegate):
        response.status_code = 202
        return {"number": office_acts.ask_recusal(matter_id, said.delegate, who, store)}
    own(who, said.delegate)
    hearings.recuse(matter_id, said.delegate, store, signed=said.signed())
    return {"number": None}


@router.post("/matters/{matter_id}/ready")
def ready(who: Annotated[Principal, CLERK], store: StoreDep, matter_id: Id) -> dict[str, str | int]:
    """Close the hearing: electorate and law are frozen."""
    del who
    after = hearings.ready(matter_id, store)
    return {"state": str(after.state), "electorate": len(after.electorate or ())}


@router.post("/matters/{matter_id}/stay", status_code=202)
def stay(who: Annotated[Principal, CLERK], store: StoreDep, matter_id: Id, said: Words) -> dict[str, int]:
    """Ask that a matter rests, unless its vote is open; another person confirms the act of that number."""
    return {"number": office_acts.ask_stay(matter_id, who, store, reason=said.text)}


@router.post("/matters/{matter_id}/void", status_code=202)
def void(who: Annotated[Principal, CLERK], store: StoreDep, matter_id: Id, said: Words) -> dict[str, int]:
    """Ask that the open vote of a matter counts for nothing, which another person confirms."""
    return {"number": office_acts.ask_void(matter_id, who, store, reason=said.text)}


@router.post("/matters/{matter_id}/resume", responses=NUMBERED)
def resume(
    who: Annotated[Principal, CLERK], store: StoreDep, matter_id: Id, asked: Resumed, response: Response
) -> dict[str, str | int]:
    """Take a stayed matter up again, with a new electorate.

    In another polity it is 202, and another person confirms the act of that number.
    """
    if asked.polity not in {None, matters.show_matter(matter_id, store).polity}:
        response.status_code = 202
        return {"number": office_acts.ask_routing(matter_id, str(asked.polity), who, store)}
    return {"state": str(matters.resume(matter_id, store).state)}


@router.post("/matters/{matter_id}/vote", status_code=201)
def open_vote(who: Annotated[Principal, CLERK], store: StoreDep, matter_id: Id, days: Days = None) -> dict[str, str]:
    """Ask the one question: open the vote of a matter that is ready."""
    del who
    return {"vote": decisions.open_vote(matter_id, store, days=days)}


@router.post("/matters/{matter_id}/ballots", status_code=201, openapi_extra={"x-secret": True})
def cast(who: Annotated[Principal, DELEGATE], store: StoreDep, matter_id: Id, ballot: Ballot) -> Receipt:
    """Cast one's own ballot; the answer is the receipt, and is kept nowhere."""
    signed = None if ballot.act is None else ballot.act.signed()
    return decisions.cast(matter_id, who.name, ballot.choice, store, nonce=ballot.nonce, signed=signed)


@router.post("/matters/{matter_id}/vote/close")
def close_vote(who: Annotated[Principal, CLERK], store: StoreDep, matter_id: Id, asked: Closed) -> decisions.VoteResult:
    """Close the vote, count and publish."""
    del who
    return decisions.close_vote(matter_id, store, review_at=asked.review_at)


@router.get("/matters/{matter_id}/vote", dependencies=[PUBLIC, TAGGED])
def vote_result(store: StoreDep, matter_id: Id) -> decisions.VoteResult:
    """Show the result of a closed vote; nothing is told of an open one."""
    return decisions.vote_result(matter_id, store)


@router.post("/matters/{matter_id}/remedy")
def propose(
    who: Annotated[Principal, SERVANT], store: StoreDep, matter_id: Id, asked: RemedyProposed
) -> dict[str, str]:
    """Propose a remedy: effect, cost, alternatives, and the law as amended."""
    remedy = Remedy(
        author=who.name,
        effect=asked.effect,
        cost=asked.cost,
        alternatives=tuple(asked.alternatives),
        law=asked.law_text or "",
        repeals=asked.repeals,
    )
    return _state(decisions.propose_remedy(matter_id, remedy, store))


@router.post("/matters/{matter_id}/enact")
def enact(who: Annotated[Principal, CLERK], store: StoreDep, matter_id: Id, asked: Enacted) -> dict[str, str]:
    """Put an approved remedy into force."""
    del who
    return _state(decisions.enact(matter_id, store, review_at=asked.review_at, sunset_at=asked.sunset_at))


@router.get("/reviews", dependencies=[PUBLIC, TAGGED])
def reviews(store: StoreDep, by: Annotated[Day | None, Query()] = None) -> list[due.ReviewDue]:
    """List the decisions whose review is due by a day, today by default."""
    return due.reviews_due(store, by=by)


@router.post("/matters/{matter_id}/review")
def begin_review(who: Annotated[Principal, CLERK], store: StoreDep, matter_id: Id) -> dict[str, str]:
    """Begin a review that is due."""
    del who
    return _state(matters.begin_review(matter_id, store))


@router.post("/docket/run")
def run(who: Annotated[Principal, CLERK], store: StoreDep) -> due.Done:
    """Do everything that is due: reviews, laws that end, seats that fall vacant."""
    del who
    return due.run_due(store)


def _petitioner(who: Principal) -> str:
    for role in (Role.DELEGATE, Role.CIVIL_SERVANT, Role.CITIZEN):
        if role in who.roles:
            return str(role)
    return "resident"


def _state(matter: Matter) -> dict[str, str]:
    return {"state": str(matter.state)}
