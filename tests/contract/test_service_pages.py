"""Pages on both stores: what no database keeps is refused with a sentence, wherever it stands."""

from __future__ import annotations

from services.auth.roles import Role
from tests.served import served

FORMS = [
    ((), "/matters/new", {"polity": "river", "title": "a\0b", "harm": "h\0", "law": "l", "text": "t\0"}),
    ((), "/matters/new", {"polity": "ri\0ver", "title": "ab", "harm": "h", "law": "l", "text": "t"}),
    ((), "/polities/river/objections", {"by": "a\0", "text": "b\0"}),
    ((), "/lookup", {"q": "a\0b"}),
    ((), "/lookup", {"unit": "a\0b"}),
    ((Role.CLERK,), "/docket/excuse", {"polity": "ri\0", "delegate": "d\0", "ground": "lives abroad"}),
    ((Role.CLERK,), "/docket/summon", {"polity": "ri\0"}),
    ((Role.CLERK,), "/docket/session", {"polity": "ri\0", "day": "2027-01-01"}),
    ((Role.DELEGATE,), "/service/ri%00/ask", {"ground": "lives abroad", "text": "Oslo"}),
]
ADDRESSES = ("/polities/a%00b", "/matters/a%00b", "/lookup?unit=a%00", "/assemblies/a%00", "/polities/a%00/proposal")


def test_nul_in_a_form_or_an_address_is_no_mistake_of_ours(court):
    with served(court.settings, worker=False) as running:
        answers = [running.client(*roles).post(path, data=said) for roles, path, said in FORMS]
        answers += [running.client().get(path) for path in ADDRESSES]
    assert [str(answer.request.url) for answer in answers if answer.status_code >= 500] == []
    assert any("NUL" in answer.text for answer in answers) == (court.settings.database_url is not None)
