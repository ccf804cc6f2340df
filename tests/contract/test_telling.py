"""What people are told: mails through a real server, letters for the others, digests they chose, and one click to stop."""

from __future__ import annotations

import io
import mailbox
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pypdf
import pytest

from services.assemblies.citizens import erase_citizen
from services.assemblies.jury_duty import accept_summons, schedule, send_summonses
from services.clock import after, now
from services.docket import decisions
from services.storage.tables import FollowingRow, MailAddressRow, NoticeRow
from services.telling import addresses, letters
from services.telling.sending import Post, PostError, post_of, run_telling
from tests.served import served

ROOT = "https://geopolity.example.org"
LINK = re.compile(r"https://geopolity\.example\.org(/mail/(?:confirm|stop)\?token=([\w-]+))")


@dataclass
class Office:
    """The running mail server: what it has taken, and whether it takes for those it kept waiting."""

    folder: Path
    post: Post

    def mails(self):
        box = mailbox.Maildir(self.folder / "box" / "mail", create=False)
        found = sorted(box.values(), key=lambda one: (one["X-RcptTo"] or one["To"], one["Subject"]))
        return [(one["To"], str(one["Subject"]), one) for one in found]

    def empty(self):
        mailbox.Maildir(self.folder / "box" / "mail", create=False).clear()


@pytest.fixture
def office(tmp_path):
    program = Path(__file__).with_name("post_office.py")
    command = [sys.executable, str(program), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        url = f"smtp://127.0.0.1:{process.stdout.readline().strip()}"
        yield Office(folder=tmp_path, post=Post(url=url, sender="office@geopolity.example.org", root=ROOT))
        process.terminate()


def _secret(court, address):
    with court.store.reading() as session:
        return session.query(MailAddressRow).filter(MailAddressRow.address == address).one().secret


def _with_mail(court, pseudonym, address, language="en"):
    addresses.write_to(court.citizen(pseudonym), address, court.store, language=language)
    addresses.confirm_address(_secret(court, address), court.store)
    with court.store.writing() as session:
        session.query(NoticeRow).delete()


def test_an_address_is_written_to_once_its_owner_pressed_the_button(court, office):
    addresses.follow("Ann@EXAMPLE.org", "polity:river", court.store, every="day", language="en")
    addresses.follow("Ann@EXAMPLE.org", "all", court.store, every="week", language="en")
    run_telling(court.store, office.post)
    ((to, subject, mail),) = office.mails()
    assert (to, subject) == ("Ann@example.org", "Please confirm your address")
    assert mail["List-Unsubscribe"] is None
    path, secret = LINK.search(mail.get_payload(decode=True).decode()).groups()
    assert path.startswith("/mail/confirm")
    assert not addresses.correspondent(secret, court.store).is_confirmed
    shown = addresses.confirm_address(secret, court.store)
    assert [(one.subject, one.every) for one in shown.followed] == [("polity:river", "day"), ("all", "week")]


def test_an_address_that_nobody_confirms_is_forgotten_in_a_week(court, office):
    addresses.follow("ann@example.org", "all", court.store, every="day", language="en")
    run_telling(court.store, office.post, at=after(timedelta(days=8)))
    with court.store.reading() as session:
        assert [session.query(row).count() for row in (MailAddressRow, FollowingRow, NoticeRow)] == [0, 0, 0]


@pytest.mark.parametrize(
    "address", ["ann", "ann@", "@example.org", "a b@example.org", "ann@example.org, bob@x.org", ""]
)
def test_what_is_no_address_is_refused(court, address):
    with pytest.raises(addresses.MailAddressError, match=r"is no mail address; write it as ann@example\.org"):
        addresses.follow(address, "all", court.store, every="day", language="en")


def test_a_summons_is_mailed_to_those_with_an_address_and_a_letter_for_the_others(court, office):
    _with_mail(court, "d1", "dee@example.org", "es")
    send_summonses("river", court.store)
    done = run_telling(court.store, office.post)
    assert (done.told, done.sent, done.failed) == (9, 1, 0)
    ((to, subject, mail),) = office.mails()
    assert (to, mail["Content-Language"]) == ("dee@example.org", "es")
    assert subject != "You are called to the assembly of River"
    text = mail.get_payload(decode=True).decode()
    assert f"{ROOT}/service" in text
    assert mail.get_content_type() == "text/plain", "no pictures, nothing that tells whether it was read"
    waiting = letters.letters_waiting(court.store)
    assert [one.kind for one in waiting] == ["summons"] * 8
    assert {one.citizen for one in waiting} == {court.citizen(f"d{number}") for number in range(2, 10)}
    assert run_telling(court.store, office.post).told == 0, "each is told once"


def test_letters_are_one_page_each_and_wait_until_they_are_printed(court):
    send_summonses("river", court.store)
    run_telling(court.store, None)
    pdf, numbers = letters.print_letters(court.store, root=ROOT, language="fr")
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) == len(numbers) == 9
    first = pages[0].extract_text()
    assert court.citizen("d1") in first
    assert f"{ROOT}/service" in first.replace("\n", "")
    assert len(letters.letters_waiting(court.store)) == 9
    assert letters.mark_printed(numbers, court.store) == 9
    assert letters.letters_waiting(court.store) == []
    assert len(letters.letters_waiting(court.store, printed=True)) == 9


def test_one_click_stops_mails_and_the_summons_comes_as_a_letter(court, office, settings):
    _with_mail(court, "d1", "dee@example.org")
    addresses.follow("dee@example.org", "all", court.store, every="day", language="en")
    send_summonses("river", court.store)
    run_telling(court.store, office.post)
    mail = next(one for _, subject, one in office.mails() if "called" in subject)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path, _ = LINK.fullmatch(mail["List-Unsubscribe"].strip("<>")).groups()
    with served(settings, worker=False) as running:
        stopped = running.client().post(path, data={"List-Unsubscribe": "One-Click"})
        assert stopped.status_code == 200
    run_telling(court.store, office.post, at=after(timedelta(days=24)))
    kinds = [(one.kind, one.citizen == court.citizen("d1")) for one in letters.letters_waiting(court.store)]
    assert ("summons-reminder", True) in kinds
    office.empty()
    run_telling(court.store, office.post, at=after(timedelta(days=25)))
    assert [subject for _, subject, _ in office.mails() if "called" in subject] == []


def test_who_answers_is_not_reminded_and_who_does_not_is_a_week_before(court, office):
    send_summonses("river", court.store)
    accept_summons("river", "d1", court.store)
    run_telling(court.store, None)
    run_telling(court.store, None, at=after(timedelta(days=22)))
    assert "summons-reminder" not in {one.kind for one in letters.letters_waiting(court.store)}
    run_telling(court.store, None, at=after(timedelta(days=23)))
    reminded = {one.citizen for one in letters.letters_waiting(court.store) if one.kind == "summons-reminder"}
    assert reminded == {court.citizen(f"d{number}") for number in range(2, 10)}


def test_a_server_that_is_away_or_busy_is_tried_again(court, office):
    _with_mail(court, "d1", "busy@example.org")
    send_summonses("river", court.store)
    away = Post(url="smtp://127.0.0.1:9", sender=office.post.sender, root=ROOT)
    assert run_telling(court.store, away).failed == 1
    assert run_telling(court.store, office.post).failed == 0, "not before its time"
    assert run_telling(court.store, office.post, at=after(timedelta(minutes=6))).failed == 1
    (office.folder / "open").touch()
    assert run_telling(court.store, office.post, at=after(timedelta(minutes=30))).sent == 1
    assert len(office.mails()) == 1


def test_a_summons_that_the_server_refuses_for_good_becomes_a_letter(court, office):
    _with_mail(court, "d1", "gone@example.org")
    send_summonses("river", court.store)
    assert run_telling(court.store, office.post).failed == 1
    assert court.citizen("d1") in {one.citizen for one in letters.letters_waiting(court.store)}


def test_a_mail_keeps_its_id_however_often_it_is_tried(court, office):
    _with_mail(court, "d1", "dee@example.org")
    send_summonses("river", court.store)
    run_telling(court.store, office.post)
    with court.store.writing() as session:
        session.query(NoticeRow).filter(NoticeRow.channel == "mail").update({"sent_at": None, "due_at": now()})
    run_telling(court.store, office.post)
    first, second = (one["Message-ID"] for _, _, one in office.mails())
    assert first == second


def test_sessions_outcomes_and_the_end_of_consent_are_told(court, office):
    _with_mail(court, "d1", "dee@example.org")
    schedule("river", date.fromisoformat(after(timedelta(days=5))[:10]), court.store)
    matter = court.voting()
    court.cast(matter, ["yes"] * 7 + ["no"] * 2)
    decisions.close_vote(matter, court.store)
    run_telling(court.store, office.post)
    assert [subject.split(":")[0].split(" on ")[0] for _, subject, _ in office.mails()] == [
        "Decided",
        "Session of the assembly of River",
    ]
    text = office.mails()[0][2].get_payload(decode=True).decode()
    assert "Yes: 7; no: 2" in text
    office.empty()
    run_telling(court.store, office.post, at=after(timedelta(days=336)))
    assert "Your consent ends on" in " ".join(subject for _, subject, _ in office.mails())


def test_a_digest_tells_what_is_new_and_nothing_where_nothing_is(court, office):
    addresses.follow("ann@example.org", "polity:river", court.store, every="day", language="en")
    addresses.confirm_address(_secret(court, "ann@example.org"), court.store)
    matter = court.file()
    with court.store.writing() as session:
        session.query(NoticeRow).delete()
    run_telling(court.store, office.post)
    assert office.mails() == [], "not before a day is over"
    run_telling(court.store, office.post, at=after(timedelta(days=1, minutes=1)))
    ((_, subject, mail),) = office.mails()
    assert subject == "What was decided: River"
    assert "Weirs" in mail.get_payload(decode=True).decode()
    assert mail["List-Unsubscribe"].startswith(f"<{ROOT}/mail/stop?token=")
    assert run_telling(court.store, office.post, at=after(timedelta(days=2, minutes=2))).sent == 0
    assert matter


def test_who_is_forgotten_leaves_no_address_and_no_notice(court, office):
    _with_mail(court, "d1", "dee@example.org")
    send_summonses("river", court.store)
    run_telling(court.store, None)
    erase_citizen(court.citizen("d1"), court.store)
    with court.store.reading() as session:
        assert session.query(MailAddressRow).count() == 0
        assert session.query(NoticeRow).count() == 8


def test_pages_ask_confirm_choose_and_stop_without_telling_who_is_known(court, settings):
    with served(settings, worker=False) as running:
        client = running.client()
        assert "Follow by mail: River" in client.get("/mail/follow?subject=polity:river").text
        refused = client.post("/mail/follow", data={"address": "ann", "subject": "all"})
        assert (refused.status_code, "is no mail address" in refused.text) == (422, True)
        asked = client.post(
            "/mail/follow", data={"address": "ann@example.org", "subject": "polity:river", "every": "day"}
        )
        assert "A mail is on its way" in asked.text
        secret = _secret(court, "ann@example.org")
        assert "Is this your address?" in client.get(f"/mail/confirm?token={secret}").text
        confirmed = client.post("/mail/confirm", data={"token": secret}).text
        assert "This address is confirmed." in confirmed
        number = re.search(r'name="number" value="(\d+)"', confirmed)[1]
        assert "What it follows" not in client.post("/mail/unfollow", data={"token": secret, "number": number}).text
        assert "Nothing is sent" in client.post(f"/mail/stop?token={secret}").text
        assert client.get("/mail/confirm?token=unknown").status_code == 422


def test_settings_for_mail_that_do_not_fit_say_so(settings):
    import dataclasses

    assert post_of(settings) is None
    with pytest.raises(PostError, match="GEOPOLITY_PUBLIC_URL is not"):
        post_of(dataclasses.replace(settings, smtp_url="smtp://localhost"))
    fits = dataclasses.replace(settings, smtp_url="smtp://localhost", public_url=ROOT)
    assert post_of(fits).sender == "geopolity@geopolity.example.org"
    with pytest.raises(PostError, match="'nobody'"):
        post_of(dataclasses.replace(fits, mail_from="nobody"))
