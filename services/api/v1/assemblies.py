"""The lot and the seats: what can be staffed, the frozen roll, draws with their bundles, who sits."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Annotated, Literal

from fastapi import Query
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field, StrictBool, StrictFloat, StrictInt

from geopolity.assembly.credential import Signed
from services.api.etags import TAGGED
from services.api.principal import Principal, Role, StoreDep, guarded_router, require
from services.api.problems import NotAllowed, NotFound
from services.api.v1.fields import Body, Cursor, Day, HexKey, Id, Limit, Line, OrdinalId, Page, Plea, SignedAct, Word
from services.api.v1.paging import page_of
from services.api.v1.records import problems
from services.assemblies import draws, excuses, own_acts, seats
from services.assemblies import jury_duty as serving
from services.assemblies.planning import LotRequest, plan_assemblies
from services.assemblies.published_draws import PublishedBundle, bundle_file, bundle_folder, list_bundles
from services.assemblies.records import DrawRecord, PlanRecord, draw_record, plan_record
from services.docket import office_acts
from services.docket.assembly_acts import ask_silent
from services.storage.offices.seats import Place

router = guarded_router(
    prefix="/api/v1", tags=["assemblies"], responses=problems(401, 403, 404, 409, 413, 422, 429, 503)
)
PUBLIC = require(Role.PUBLIC)
CLERK = require(Role.CLERK)
ANALYST = require(Role.ANALYST, Role.CLERK)
DELEGATE = require(Role.DELEGATE)
SEATED = require(Role.DELEGATE, Role.CLERK)


class Lot(Body):
    """Which seats are to be drawn, and how."""

    polities: list[Word] = Field(default=[], max_length=10_000, description="All active ones if none is named.")
    strata: list[Word] = Field(default=[], max_length=8, description="Answers to keep quotas for, coarsest first.")
    load_cap: StrictFloat = Field(0.5, gt=0, le=1)
    seats: StrictInt | None = Field(None, ge=1, le=150)
    universal: StrictBool = False
    unequal: StrictBool = False

    def request(self) -> LotRequest:
        """Return it as the use cases take it."""
        return LotRequest(
            polities=tuple(sorted(set(self.polities))),
            levels=tuple(self.strata),
            cap=self.load_cap,
            seats=self.seats,
            mode="universal" if self.universal else "sampled",
            unequal=self.unequal,
        )


class Opened(Lot):
    """A lot whose roll is to be frozen."""

    wait_minutes: StrictInt = Field(60, ge=1, le=10_000)


class Rehearsed(Lot):
    """A lot that is to be rehearsed with any seed."""

    seed: Line


class Randomness(Body):
    """What drand published for the announced round."""

    round: StrictInt = Field(ge=1, le=2**62)
    signature: str = Field(pattern=r"^[0-9a-f]{2,400}$")
    randomness: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")


class Left(Body):
    """Why a seat is left, from the closed list."""

    reason: Word
    chamber: StrictInt = Field(1, ge=1, le=100_000)


class Excused(Body):
    """A reason from the closed list, and the decision."""

    delegate: Word
    ground: Word
    granted: StrictBool = True


class Decided(Body):
    """The clerk's decision; a refusal says why."""

    granted: StrictBool
    reason: Plea | None = None


class Delegate(Body):
    """A delegate by pseudonym, and what they signed where they hold a key."""

    delegate: Word
    act: SignedAct | None = None

    def signed(self) -> Signed | None:
        """What was signed, as the use cases take it."""
        return None if self.act is None else self.act.signed()


class Pleaded(Delegate):
    """What a delegate asks the clerk: a reason from the closed list, and a few words for the clerk alone."""

    ground: Word
    text: Plea


DeedKind = Literal["seat", "answer", "ballot"]


class ToSign(Body):
    """The public half of the key that signs, and what is answered, or the vote that is voted in."""

    key: HexKey
    what: Annotated[str, Field(max_length=200)] = ""


class SignedDelegate(Body):
    """A delegate by pseudonym, and what they signed."""

    delegate: Word
    act: SignedAct


class PutOff(Body):
    """A delegate, the hardship, and the day of return."""

    delegate: Word
    ground: Word
    until: Day


class Meeting(Body):
    """A day of session."""

    date: Day


class Decision(BaseModel):
    """How an excuse was decided, and whether that stands."""

    answer: str
    final: bool


class Obliged(BaseModel):
    """How many are taxed for a polity's common ground, and how many are in its lottery."""

    polity: str
    taxed: int
    in_lottery: int
    residents: int


@router.post("/assemblies/plan")
def plan(who: Annotated[Principal, ANALYST], store: StoreDep, lot: Lot) -> PlanRecord:
    """Plan how many seats the active polities can staff, and who would be asked too much."""
    del who
    return plan_record(plan_assemblies(lot.request(), store))


@router.post("/assemblies/epochs", status_code=201)
def open_epoch(who: Annotated[Principal, CLERK], store: StoreDep, opened: Opened) -> draws.OpenedEpoch:
    """Freeze the roll and name the drand round of the draw."""
    del who
    return draws.open_epoch(opened.request(), store, wait=60 * opened.wait_minutes)


@router.delete("/assemblies/epochs")
def lapse(who: Annotated[Principal, CLERK], store: StoreDep) -> draws.Epoch:
    """Give the frozen epoch up without a draw; the log says so."""
    del who
    return draws.lapse_epoch(store)


@router.post("/assemblies/draws", status_code=201, dependencies=[PUBLIC])
def draw(store: StoreDep, chance: Randomness) -> DrawRecord:
    """Hold the binding draw with the announced randomness: anybody may, once the round is known."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "randomness.json"
        file.write_text(json.dumps(chance.model_dump(exclude_none=True)), encoding="utf-8")
        return draw_record(draws.draw_assemblies(file, bundle_folder(store.home), store))


@router.post("/assemblies/rehearsals", status_code=201)
def rehearse(who: Annotated[Principal, ANALYST], store: StoreDep, asked: Rehearsed) -> DrawRecord:
    """Rehearse a draw: all seats anew, and nobody is seated."""
    del who
    return draw_record(draws.rehearse_assemblies(asked.seed, bundle_folder(store.home), asked.request(), store))


@router.get("/assemblies/draws", dependencies=[PUBLIC])
def bundles(store: StoreDep) -> list[PublishedBundle]:
    """List the bundles of draws that this service published."""
    return list_bundles(store.home)


@router.get("/assemblies/draws/{epoch}/{name}", dependencies=[PUBLIC], response_class=FileResponse)
def bundle(store: StoreDep, epoch: Id, name: Id) -> FileResponse:
    """Download one file of a bundle."""
    file = bundle_file(epoch, name, store.home)
    if file is None:
        raise NotFound(
            "The bundle of {epoch} has no file {name:quoted}; /api/v1/assemblies/draws lists them.",
            epoch=epoch,
            name=name,
        )
    return FileResponse(file, filename=name, content_disposition_type="attachment")


@router.get("/assemblies/seats", dependencies=[PUBLIC, TAGGED])
def list_seats(
    store: StoreDep,
    polity: Annotated[str | None, Query(max_length=100)] = None,
    cursor: Cursor = None,
    limit: Limit = 200,
) -> Page:
    """List who sits, by pseudonym, and until when."""
    return page_of(seats.list_seats(store, polity), ("polity", "chamber", "number"), cursor, limit)


@router.post("/assemblies/{polity_id}/seats/{number}/vacate", status_code=202)
def vacate(
    who: Annotated[Principal, CLERK], store: StoreDep, polity_id: Id, number: OrdinalId, left: Left
) -> dict[str, int]:
    """Ask that a seat is emptied; once another person confirms, the next alternate takes the rest of its term."""
    place = Place(polity=polity_id, number=number, chamber=left.chamber)
    return {"number": office_acts.ask_vacancy(place, who, store, reason=left.reason)}


@router.get("/assemblies/{polity_id}/statements/{kind}")
def statement(
    who: Annotated[Principal, DELEGATE],
    store: StoreDep,
    polity_id: Id,
    kind: DeedKind,
    asked: Annotated[ToSign, Query()],
) -> dict[str, str]:
    """Show the text that a delegate signs: to open the seat, to answer, to vote."""
    deed = own_acts.Deed(kind=kind, polity=polity_id, delegate=who.name, what=asked.what)
    return {"statement": own_acts.statement_of(deed, asked.key, store)}


@router.post("/assemblies/{polity_id}/seats/open", status_code=201)
def open_seat(
    who: Annotated[Principal, SEATED], store: StoreDep, polity_id: Id, said: SignedDelegate
) -> own_acts.Opened:
    """Open one's seat with the key that the roll commits to: the signature says who it is, whoever hands it in."""
    del who
    return own_acts.open_seat(polity_id, said.delegate, said.act.signed(), store)


@router.post("/assemblies/{polity_id}/summonses", status_code=201)
def summon(who: Annotated[Principal, CLERK], store: StoreDep, polity_id: Id) -> dict[str, int]:
    """Call everybody who was seated and not called yet."""
    del who
    return {"called": serving.send_summonses(polity_id, store)}


@router.post("/assemblies/{polity_id}/summonses/accept", status_code=204)
def accept(who: Annotated[Principal, DELEGATE], store: StoreDep, polity_id: Id, said: Delegate) -> None:
    """Take one's seat; who holds a key signs it."""
    own(who, said.delegate)
    serving.accept_summons(polity_id, said.delegate, store, signed=said.signed())


@router.post("/assemblies/{polity_id}/summonses/excuse", status_code=202)
def excuse(who: Annotated[Principal, CLERK], store: StoreDep, polity_id: Id, said: Excused) -> dict[str, int]:
    """Ask that a delegate is excused who did not ask themselves; another person confirms the act of that number."""
    return {"number": office_acts.ask_excuse(polity_id, said.delegate, said.ground, who, store)}


@router.post("/assemblies/{polity_id}/summonses/requests", status_code=201)
def ask(who: Annotated[Principal, DELEGATE], store: StoreDep, polity_id: Id, said: Pleaded) -> dict[str, int]:
    """Ask to be excused, or appeal once; who holds a key signs it."""
    own(who, said.delegate)
    number = excuses.ask_excuse(polity_id, said.delegate, said.ground, said.text, store, signed=said.signed())
    return {"request": number}


@router.get("/assemblies/summonses/requests")
def requests(who: Annotated[Principal, CLERK], store: StoreDep) -> list[excuses.WaitingRequest]:
    """List the requests to be excused that wait for a decision, the longest waiting first."""
    del who
    return excuses.waiting_requests(store)


@router.get("/assemblies/summonses/requests/mine")
def own_requests(who: Annotated[Principal, DELEGATE], store: StoreDep) -> list[excuses.ExcuseRequest]:
    """List one's own requests to be excused and how they were decided, the latest first."""
    return excuses.own_requests(who.name, store)


@router.post("/assemblies/summonses/requests/{number}/decide")
def decide(who: Annotated[Principal, CLERK], store: StoreDep, number: OrdinalId, said: Decided) -> Decision:
    """Grant a request to be excused, or refuse it with a reason."""
    del who
    after = excuses.decide_request(number, store, is_granted=said.granted, reason=said.reason or "")
    return Decision(answer=str(after.answer), final=after.is_final)


@router.post("/assemblies/{polity_id}/summonses/defer", status_code=202)
def defer(who: Annotated[Principal, CLERK], store: StoreDep, polity_id: Id, said: PutOff) -> dict[str, int]:
    """Ask that a delegate's service is put off; another person confirms the act of that number."""
    put_off = {"ground": said.ground, "until": said.until.isoformat()}
    return {"number": office_acts.ask_seat_deferral(polity_id, said.delegate, put_off, who, store)}


@router.post("/assemblies/{polity_id}/summonses/silent", status_code=202)
def silent(who: Annotated[Principal, CLERK], store: StoreDep, polity_id: Id) -> dict[str, int | None]:
    """Ask that those are replaced who let the time to answer pass; another person confirms the act of that number.

    Both attest by it that they were called. Where nobody is late there is no number.
    """
    return {"number": ask_silent(polity_id, who, store)}


@router.post("/assemblies/{polity_id}/sessions", status_code=201)
def session(who: Annotated[Principal, CLERK], store: StoreDep, polity_id: Id, on: Meeting) -> dict[str, list[str]]:
    """Set a day of session, within what the members can bear."""
    del who
    return {"sessions": [str(held) for held in serving.schedule(polity_id, on.date, store)]}


@router.get("/assemblies/load", dependencies=[PUBLIC, TAGGED])
def load(store: StoreDep) -> list[serving.AssemblyLoad]:
    """Report how often each assembly met in a year, and when it must meet next."""
    return serving.load_report(store)


@router.get("/assemblies/{polity_id}/obligations", dependencies=[PUBLIC, TAGGED])
def obligations(store: StoreDep, polity_id: Id) -> Obliged:
    """Count how many are taxed for the polity's common ground, and how many are in its lottery."""
    found = serving.obligations(polity_id, store)
    return Obliged(polity=polity_id, taxed=found.taxed, in_lottery=found.in_lottery, residents=found.residents)


def own(who: Principal, pseudonym: str) -> None:
    """Let a delegate act for nobody else, and nobody for a delegate."""
    if not who.is_self(pseudonym):
        raise NotAllowed("This is another delegate's; whoever is signed in acts only as themselves.")
