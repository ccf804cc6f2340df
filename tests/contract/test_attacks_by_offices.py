"""What one person of an office tried to do to people, in both stores: each takes two, or the person's own key."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from geopolity.assembly.citizenship import ConsentRefused
from geopolity.assembly.credential import SignatureRefused, Signed, line_commitment, public_half, signed
from services.acting import acting
from services.assemblies import citizens, consents, draws, jury_duty, own_acts, seats
from services.assemblies.own_acts import ANSWER, SEAT, Deed, SeatNotOpened
from services.assemblies.planning import LotRequest
from services.auth.personal_links import acts_about
from services.auth.roles import Principal, Role
from services.auth.second_person import TwoPersonsError
from services.docket import office_acts
from services.docket.office_acts import confirm
from services.docket.registrations import ALONE, register_many, register_person
from services.storage.offices.epochs import RollChanged
from services.storage.offices.seats import Place, active_seats
from services.storage.people.citizens import Newcomer
from services.storage.people.credentials import CredentialTaken
from services.storage.tables import CitizenRow, RollRow
from services.verifiers import verify_draw
from tests.contract.lottery import kinds, settle, standing
from tests.contract.lottery import signed as randomness
from tests.contract.read_back import logged, rows_of

CARL, CORA = (Principal(name=name, roles=frozenset({Role.CLERK})) for name in ("carl", "cora"))


@pytest.fixture
def clock(monkeypatch):
    with standing(monkeypatch) as it:
        yield it


@pytest.fixture
def people(store, clock):
    return settle(store)


@pytest.fixture
def keyed(people):
    """Forty people more in the same place, each with a key of their own; their secrets by citizen."""
    return {_consenting(people, secret): secret for secret in (secrets.token_bytes(32) for _ in range(40))}


def _consenting(store, secret, *, unit="01"):
    citizen = citizens.register_citizen(Newcomer(unit_id=unit, stratum={"sex": "f"}), store)
    act = signed(consents.consent_statement(citizen, public_half(secret), store), secret)
    consents.consent(citizen, act, store, is_own=True)
    return citizen


def _drawn(store, tmp_path):
    draws.open_epoch(LotRequest(), store)
    return draws.draw_assemblies(randomness(tmp_path), tmp_path / "draw", store)


def _keyed_seat(store, keyed):
    """A seat of somebody with a key, and the key."""
    with store.reading() as session:
        for seat in active_seats(session):
            citizen = session.get_one(CitizenRow, seat.citizen).citizen_id
            if citizen in keyed:
                session.expunge(seat)
                return seat, keyed[citizen]
    raise AssertionError("nobody with a key was drawn")


def _opening(store, seat, secret):
    deed = Deed(kind=SEAT, polity=seat.polity, delegate=seat.pseudonym)
    return signed(own_acts.statement_of(deed, public_half(secret), store), secret)


def test_the_roll_commits_to_keys_and_the_draw_counts_them_in_public(people, keyed, tmp_path):
    held = _drawn(people, tmp_path)
    assert held.frozen.promise.keys == {"own": 40, "office": 0, "none": 300}
    (frozen,) = [it["facts"] for it in logged(people) if it["kind"] == "draw frozen"]
    assert frozen["keys"] == {"own": 40, "office": 0, "none": 300}
    assert "recomputed" in verify_draw.check(tmp_path / "draw", held.randomness.value.hex(), frozen["commitment"])


def test_opening_a_seat_shows_everybody_the_key_that_the_roll_committed_to(people, keyed, tmp_path):
    held = _drawn(people, tmp_path)
    seat, secret = _keyed_seat(people, keyed)
    own_acts.open_seat(seat.polity, seat.pseudonym, _opening(people, seat, secret), people)
    (facts,) = [it["facts"] for it in logged(people) if it["kind"] == "seat opened"]
    Signed(statement=facts["statement"], key=facts["key"], signature=facts["signature"]).fields("seat")
    line = held.frozen.roll.commitments[list(held.frozen.roll.pseudonyms).index(seat.pseudonym)]
    assert facts["holder"] == f"key {public_half(secret)}"
    assert line == line_commitment(facts["epoch"], facts["pseudonym"], facts["holder"], facts["salt"])


def test_nobody_opens_somebody_elses_seat(people, keyed, tmp_path):
    _drawn(people, tmp_path)
    seat, secret = _keyed_seat(people, keyed)
    other = next(one for one in keyed.values() if one != secret)
    with pytest.raises(SignatureRefused, match="not that of whoever was drawn"):
        own_acts.open_seat(seat.polity, seat.pseudonym, _opening(people, seat, other), people)
    deed = Deed(kind=SEAT, polity=seat.polity, delegate=seat.pseudonym)
    text = own_acts.statement_of(deed, public_half(secret), people).replace(f"\nseat {seat.number}\n", "\nseat 99\n")
    with pytest.raises(SignatureRefused, match="another seat"):
        own_acts.open_seat(seat.polity, seat.pseudonym, signed(text, secret), people)


def test_an_operator_changes_whose_line_of_the_roll_is_whose(people, keyed, tmp_path):
    draws.open_epoch(LotRequest(), people)
    spare_id = citizens.register_citizen(Newcomer(unit_id="01"), people)
    with people.writing() as session:
        mine, other = session.query(RollRow).filter(RollRow.holder.like("key %")).order_by(RollRow.pseudonym).limit(2)
        mine.holder, other.holder = other.holder, mine.holder
    with pytest.raises(RollChanged, match=r"the line .* was given to another person"):
        draws.draw_assemblies(randomness(tmp_path), tmp_path / "draw", people)
    with people.writing() as session:  # and with the people swapped as well, the root is another
        mine, other = session.query(RollRow).filter(RollRow.holder.like("key %")).order_by(RollRow.pseudonym).limit(2)
        swapped = mine.citizen, other.citizen
        spare = session.query(CitizenRow).filter(CitizenRow.citizen_id == spare_id).one()
        mine.citizen = spare.key
        session.flush()
        other.citizen = swapped[0]
        session.flush()
        mine.citizen = swapped[1]
    with pytest.raises(RollChanged, match="the roll was changed"):
        draws.draw_assemblies(randomness(tmp_path), tmp_path / "draw2", people)


def test_a_summons_is_answered_by_the_key_that_opened_the_seat(people, keyed, tmp_path):
    _drawn(people, tmp_path)
    seat, secret = _keyed_seat(people, keyed)
    jury_duty.send_summonses(seat.polity, people)
    with pytest.raises(SeatNotOpened, match="open it with your key"):
        jury_duty.accept_summons(seat.polity, seat.pseudonym, people)
    own_acts.open_seat(seat.polity, seat.pseudonym, _opening(people, seat, secret), people)
    with pytest.raises(SignatureRefused, match="signed by the key that opened"):
        jury_duty.accept_summons(seat.polity, seat.pseudonym, people)
    deed = Deed(kind=ANSWER, polity=seat.polity, delegate=seat.pseudonym, what="accept")
    text = own_acts.statement_of(deed, public_half(secret), people)
    other = own_acts.statement_of(replace(deed, what="incapacity"), public_half(secret), people)
    refused = signed(other, secret)
    with pytest.raises(SignatureRefused, match="another answer"):
        jury_duty.accept_summons(seat.polity, seat.pseudonym, people, signed=refused)
    jury_duty.accept_summons(seat.polity, seat.pseudonym, people, signed=signed(text, secret))


def test_a_clerk_alone_withdraws_nobodys_consent(people, keyed):
    citizen = next(iter(keyed))
    number = office_acts.ask_withdrawal(citizen, CARL, people)
    assert citizens.show_citizen(citizen, people).standing == "citizen"
    with pytest.raises(TwoPersonsError):
        confirm(number, CARL, people)
    with pytest.raises(SignatureRefused, match="withdraws by its signature"):
        citizens.withdraw_consent(citizen, people)
    confirm(number, CORA, people)
    assert citizens.show_citizen(citizen, people).standing == "resident"
    (act,) = acts_about(citizen, people)
    assert (act.kind, act.asked_by, act.confirmed_by) == ("withdrawal of consent", "carl", "cora")
    assert kinds(people)[-2:] == ["withdrawal of consent asked for", "withdrawal of consent confirmed"]
    assert citizen.encode() not in b"".join(line for line in _lines(people))


def test_a_lost_key_is_replaced_by_two_persons_and_the_old_one_is_over(people, keyed, tmp_path):
    _drawn(people, tmp_path)
    seat, secret = _keyed_seat(people, keyed)
    own_acts.open_seat(seat.polity, seat.pseudonym, _opening(people, seat, secret), people)
    with people.reading() as session:
        citizen = session.get_one(CitizenRow, seat.citizen).citizen_id
    new = secrets.token_bytes(32)
    confirm(office_acts.ask_replacement(citizen, public_half(new), CARL, people), CORA, people)
    (facts,) = [it["facts"] for it in logged(people) if it["kind"] == "seat key replaced"]
    assert (facts["was"], facts["key"], facts["how"]) == (public_half(secret), public_half(new), "two persons")
    assert citizens.show_citizen(citizen, people).key_made_by == "office"
    with pytest.raises(CredentialTaken):
        office_acts.ask_replacement(citizen, public_half(secret), CARL, people)


def test_the_old_key_signs_its_own_replacement(people, keyed):
    citizen, secret = next(iter(keyed.items()))
    new = secrets.token_bytes(32)
    act = signed(consents.replacement_statement(citizen, public_half(secret), public_half(new), people), secret)
    consents.replace_key(citizen, act, people, is_own=True)
    shown = citizens.show_citizen(citizen, people)
    assert (shown.key, shown.key_made_by) == (public_half(new), "own")
    with pytest.raises(SignatureRefused, match="not the one that the citizen holds"):
        consents.withdraw(
            citizen, signed(consents.withdrawal_statement(citizen, public_half(secret), people), secret), people
        )


def test_emptying_a_seat_takes_two_persons(people, keyed, tmp_path):
    _drawn(people, tmp_path)
    seat, _ = _keyed_seat(people, keyed)
    place = Place(polity=seat.polity, number=seat.number)
    number = office_acts.ask_vacancy(place, CARL, people, reason="death")
    assert seat.pseudonym in {it.pseudonym for it in seats.list_seats(people, seat.polity)}
    confirm(number, CORA, people)
    assert seat.pseudonym not in {it.pseudonym for it in seats.list_seats(people, seat.polity)}


def test_the_operator_s_machine_alone_does_nothing_to_who_holds_a_key(people, keyed):
    citizen = next(iter(keyed))
    with (
        pytest.raises(TwoPersonsError, match="hold a key"),
        office_acts.at_machine(office_acts.ERASE, office_acts.citizen(citizen), people),
    ):
        citizens.erase_citizen(citizen, people)
    assert citizens.show_citizen(citizen, people).standing == "citizen"


def test_a_minor_gets_no_key_by_an_office_either(people):
    kid = citizens.register_citizen(Newcomer(unit_id="01", is_of_age=False), people)
    secret = secrets.token_bytes(32)
    act = signed(consents.consent_statement(kid, public_half(secret), people), secret)
    with pytest.raises(ConsentRefused):
        consents.consent(kid, act, people, is_own=False)


def _lines(store):
    from services.storage.publiclog import lines

    with store.reading() as session:
        return lines(session)


def test_a_seat_that_nobody_opens_is_lent_after_thirty_days_and_given_back(people, keyed, tmp_path, clock):
    from services.docket.due import run_due

    _drawn(people, tmp_path)
    seat, secret = _keyed_seat(people, keyed)
    clock.shift(29 * 86400)
    assert run_due(people).lent == ()
    clock.shift(2 * 86400)
    assert seat.pseudonym in {it.pseudonym for it in run_due(people).lent}
    assert "seat default" in kinds(people)
    with people.reading() as session:
        assert seat.citizen not in {it.citizen for it in active_seats(session, seat.polity)}
    text = f"geopolity seat 1\nepoch {seats.list_seats(people)[0].epoch}\npolity {seat.polity}\nseat {seat.number}\n"
    text += f"pseudonym {seat.pseudonym}\nkey {public_half(secret)}\nat {_now()}\n"
    own_acts.open_seat(seat.polity, seat.pseudonym, signed(text, secret), people)
    (mine,) = [it for it in seats.list_seats(people, seat.polity) if it.pseudonym == seat.pseudonym]
    assert (mine.number, mine.ends) == (seat.number, seat.ends)
    assert kinds(people)[-2:] == ["seat given back", "seat opened"]


def test_the_draw_names_sixty_lines_for_an_outside_auditor(people, keyed, tmp_path):
    from services.assemblies.outside_audit import audited_lines

    held = _drawn(people, tmp_path)
    named = (tmp_path / "draw" / "audit.csv").read_text().split()[1:]
    lines = audited_lines(held.frozen.promise.epoch, named, people)
    assert len(lines) == 60
    rolled = dict(zip(held.frozen.roll.pseudonyms, held.frozen.roll.commitments, strict=True))
    for line in lines:
        opened = line_commitment(held.frozen.promise.epoch, line.pseudonym, line.holder, line.salt)
        assert opened == rolled[line.pseudonym]
        assert (line.key_made_by == "own") == bool(line.signature)


def test_who_freezes_and_looks_does_not_give_up_the_draw(people, clock, monkeypatch):
    from geopolity.sortition.drand import QUICKNET
    from services.storage.offices.epochs import EpochOpen
    from tests.unit.sortition.test_randomness import ROUND

    draws.open_epoch(LotRequest(), people)
    monkeypatch.setattr(draws, "_unix", lambda moment: QUICKNET.time_of(ROUND) + 1)
    with pytest.raises(EpochOpen, match="is known, so the draw is held"):
        draws.lapse_epoch(people)
    monkeypatch.setattr(draws, "_unix", lambda moment: QUICKNET.time_of(ROUND) - 1)
    assert draws.lapse_epoch(people).status == "lapsed"


def test_a_clerk_alone_invents_no_citizens_in_bulk(people, tmp_path):
    """Once: 100,000 invented citizens in 28 s, and nothing in the log."""
    unit = "01"
    few, many = (tmp_path / f"{count}.csv" for count in (ALONE, ALONE + 1))
    for file, count in ((few, ALONE), (many, ALONE + 1)):
        file.write_text("unit_id,of_age\n" + f"{unit},yes\n" * count)
    assert len(register_many(few, CARL, people).ids) == ALONE
    before = len(rows_of(people, CitizenRow))
    number = register_many(many, CARL, people)
    assert isinstance(number, int)
    for act in (lambda: register_many(many, CARL, people), lambda: confirm(number, CORA, people)):
        with pytest.raises(TwoPersonsError):
            act()
    assert len(rows_of(people, CitizenRow)) == before
    assert len(register_many(many, CORA, people).ids) == ALONE + 1
    assert [kind for kind in kinds(people) if "regist" in kind] == [
        "people registered",
        "register of many people asked for",
        "register of many people confirmed",
        "people registered by two",
    ]


def test_a_clerk_alone_registers_a_hundred_people_a_day_and_the_log_counts_them(people):
    unit = "01"
    with acting("00112233aabbccdd"):
        for _ in range(ALONE):
            register_person(Newcomer(unit_id=unit, is_of_age=True), people)
        with pytest.raises(TwoPersonsError, match="a file that two people hand in"):
            register_person(Newcomer(unit_id=unit, is_of_age=True), people)
    with acting("ffeeddccbbaa9988"):
        register_person(Newcomer(unit_id=unit, is_of_age=True), people)
    told = [it["facts"] for it in logged(people) if it["kind"] == "people registered"]
    assert (len(told), {*told[0]}) == (ALONE + 1, {"day", "office", "people"})


def test_the_roll_of_the_day_is_committed_to_once(people):
    from services.docket.due import run_due

    for _ in range(2):
        run_due(people)
    (facts,) = [it["facts"] for it in logged(people) if it["kind"] == "roll of the day"]
    assert (facts["day"], len(facts["root"])) == ("2026-01-02", 64)


def _now():
    from services.clock import now

    return now()
