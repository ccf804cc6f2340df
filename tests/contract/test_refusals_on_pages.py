"""A Spanish page says what is refused in Spanish: forms, the look-up, the docket, ballots, sign-in, rates, and what is not there."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from services.assemblies import jury_duty
from services.assemblies.excuses import ask_excuse, decide_request
from services.auth.roles import Role
from tests.served import served

SPANISH = {"Accept-Language": "es-MX,es;q=0.9", "Accept": "text/html"}
NOBODY, CLERK, ANALYST, CIVIL = (), (Role.CLERK,), (Role.ANALYST,), (Role.CIVIL_SERVANT,)
DELEGATE = (Role.DELEGATE,)

REFUSED = [
    (NOBODY, "GET", "/nowhere", {}, "No hay nada en esta dirección"),
    (NOBODY, "GET", "/service", {}, "Esto necesita el papel de delegado; entre en /sign-in"),
    (ANALYST, "GET", "/service", {}, "x ha entrado como analista"),
    (NOBODY, "PUT", "/lookup", {}, "Esta dirección acepta otros métodos: GET, POST."),
    (NOBODY, "GET", "/sign-in?token=used", {}, "Este enlace de entrada ya se usó"),
    (NOBODY, "POST", "/sign-in", {"token": "used"}, "Este enlace de entrada ya se usó"),
    (NOBODY, "GET", "/sign-in/callback?state=a&code=b", {}, "no se empezó en este navegador"),
    (NOBODY, "POST", "/lookup", {"q": ""}, "primero"),
    (NOBODY, "POST", "/lookup", {"q": "00000"}, "no se conoce el código postal 00000"),
    (NOBODY, "POST", "/lookup", {"q": "Bayern"}, "es una región entera"),
    (NOBODY, "POST", "/lookup", {"q": "Qwzxvkpt"}, "no se conoce ningún lugar"),
    (NOBODY, "POST", "/lookup", {"q": "95, 200"}, "fuera de rango"),
    (NOBODY, "POST", "/lookup", {"q": "x" * 400}, "debe tener como mucho 300 caracteres"),
    (NOBODY, "GET", "/lookup?unit=99", {}, "no tiene la unidad"),
    (NOBODY, "GET", "/polities/lake", {}, "No existe la politia"),
    (NOBODY, "GET", "/matters/river-9", {}, "No existe el asunto"),
    (NOBODY, "POST", "/matters/new", {"polity": "river"}, "Una petición dice de qué trata"),
    (NOBODY, "POST", "/matters/new", {"polity": "lake", "title": "t", "harm": "h", "law": "l"}, "no es una politia vigente"),
    (NOBODY, "POST", "/matters/new", {"polity": "river", "title": "t", "harm": "h", "law": "L!"}, "no es nombre de ley"),
    (NOBODY, "POST", "/polities/river/objections", {"by": "", "text": ""}, "Una objeción necesita un nombre"),
    (CLERK, "POST", "/matters/river-1/ready", {}, "Un asunto «presentado» no puede dar el paso «cerrar la audiencia»"),
    (CLERK, "POST", "/matters/river-1/hear", {"until": "soon"}, "no es un día"),
    (CLERK, "POST", "/matters/river-1/reject", {"reason": ""}, "Falta un campo necesario"),
    (CLERK, "POST", "/matters/river-1/dance", {}, "No existe el paso"),
    (CLERK, "POST", "/docket/excuse", {"polity": "river", "delegate": "d9", "ground": "no time"}, "la lista cerrada es: incapacidad"),
    (CLERK, "POST", "/docket/excuse", {"polity": "river", "delegate": "d99", "ground": "incapacity"}, "no fue convocado"),
    (CLERK, "POST", "/docket/session", {"polity": "river", "day": "soon"}, "no es un día"),
    (CLERK, "POST", "/docket/requests/99", {"decision": "grant"}, "No existe la petición de dispensa 99"),
    (CLERK, "POST", "/docket/requests/1", {"decision": "grant"}, "Esta petición ya está decidida."),
    (CLERK, "POST", "/polities/river/activate", {}, "solo una propuesta entra en vigor"),
    (CLERK, "POST", "/polities/river/answers", {"number": "1", "text": ""}, "Una respuesta dice algo"),
    (DELEGATE, "POST", "/matters/river-1/ballot", {"choice": "maybe"}, "se responde sí, no o abstención"),
    (DELEGATE, "POST", "/matters/river-1/ballot", {"choice": "yes"}, "No hay votación abierta de river-1 (está «presentado»)"),
    (DELEGATE, "POST", "/matters/river-1/recuse", {}, "no ocupa puesto en river"),
    (DELEGATE, "POST", "/service/river/defer", {"ground": "boredom", "until": "2099-01-01"}, "no ocupa puesto en river"),
    (CIVIL, "POST", "/matters/river-1/remedy", {"effect": "less"}, "falta esto: el coste, las alternativas, la ley enmendada"),
    (ANALYST, "POST", "/studio", {"kind": "area", "layer": "us-counties", "shapes": ""}, "Aún no hay nada dibujado"),
    (ANALYST, "POST", "/studio", {"kind": "area", "layer": "us-counties", "shapes": "1,1"}, "no tiene interior"),
    (ANALYST, "POST", "/studio", {"kind": "radius", "layer": "us-counties", "shapes": "1,1", "distance_km": "far"}, "la distancia en km es"),
    (ANALYST, "POST", "/studio", {"kind": "radius", "layer": "us-counties", "shapes": "1,1", "coverage": "40"}, "La cobertura 0,4"),
    (ANALYST, "POST", "/studio", {"kind": "radius", "layer": "us-counties", "shapes": "1,1"}, "no toca ninguna unidad"),
    (ANALYST, "POST", "/studio", {"kind": "units", "layer": "us-counties", "units": "zz"}, "no están en la capa"),
    (ANALYST, "POST", "/studio", {"kind": "units", "units_how": "attribute", "layer": "us-counties", "column": "zz"}, "no tiene la columna"),
    (ANALYST, "POST", "/studio", {"kind": "radius", "shapes": "40,-75", "must": "Mobil County, Alabama"}, "se le parecen Mobile County"),
    (ANALYST, "POST", "/studio", {"kind": "radius", "shapes": "40,-75", "must_not": "Lake County"}, "es el nombre de 12 unidades"),
    (ANALYST, "POST", "/studio", {"kind": "radius", "shapes": "40,-75", "cut": "01097"}, "no es un par de unidades"),
    (ANALYST, "POST", "/studio", {"kind": "radius", "shapes": "40,-75", "cut": "01097 06075"}, "no se tocan"),
    (ANALYST, "POST", "/studio", {"kind": "radius", "shapes": "40,-75", "at_most_units": "1.5"}, "el máximo de unidades es «1.5»; dé un número entero"),
    (ANALYST, "POST", "/studio", {"kind": "radius", "shapes": "40,-75", "at_most_units": "1"}, "ninguna región que respete los límites"),
    (ANALYST, "POST", "/studio/propose", {"kind": "radius", "layer": "us-counties", "shapes": "1,1"}, "diga que lo ha leído"),
    (ANALYST, "POST", "/studio/propose", {"kind": "radius", "shapes": "1,1", "read": "true"}, "El borrador no tiene título"),
    (ANALYST, "POST", "/studio/propose", {"kind": "radius", "shapes": "1,1", "read": "true", "days": "x"}, "Los días son"),
    (ANALYST, "GET", "/studio/orders/none", {}, "No hay ninguna derivación suya"),
    (ANALYST, "POST", "/studio", {"kind": "circle"}, "debe ser 'area', 'radius', 'corridor', 'upload' o 'units'"),
]  # fmt: skip


@pytest.fixture
def spanish(court):
    court.file()
    jury_duty.send_summonses("river", court.store)
    number = ask_excuse("river", "d9", "incapacity", "My back.", court.store)
    decide_request(number, court.store, is_granted=False, reason="No.")
    with served(replace(court.settings, rate_limit="1000/minute"), worker=False) as running:
        yield running


def test_what_is_refused_on_a_spanish_page_is_said_in_spanish(spanish):
    wrong = []
    for roles, method, path, data, words in REFUSED:
        client = spanish.client(*roles, name="x", headers=SPANISH)
        answer = client.request(method, path, data=data or None, follow_redirects=True)
        text = " ".join(re.findall(r'<div class="note alert".*?</div>|<p class="lead".*?</p>', answer.text, re.DOTALL))
        is_spanish = '<html lang="es">' in answer.text and 'lang="en"' not in text
        if words not in html.unescape(text) or answer.status_code < 400 or not is_spanish:
            wrong.append((method, path, answer.status_code, text[:400]))
        client.close()
    assert wrong == [], "\n".join(map(str, wrong))


def test_too_often_and_another_site_are_said_in_spanish(court):
    with served(replace(court.settings, rate_limit="1/minute"), worker=False) as running:
        client = running.client(headers=SPANISH)
        often = [client.post("/matters/new", data={"polity": "river"}) for _ in range(2)][1]
        assert (often.status_code, "pruebe de nuevo dentro de" in often.text) == (429, True)
        forged = running.client(Role.ANALYST, headers=SPANISH).post(
            "/sign-out", headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert (forged.status_code, "no de las páginas de este sitio" in forged.text) == (403, True)
        large = running.client(Role.ANALYST, name="bob", headers=SPANISH).post(
            "/studio", data={"shapes": "1" * 4_100_000}
        )
        assert (large.status_code, "La petición pasa de 4 MB" in large.text) == (413, True)


def test_the_studios_script_is_told_in_the_language_of_its_page(spanish):
    client = spanish.client(*ANALYST, headers={"Accept-Language": "es"})
    upload = client.post("/studio/upload", files={"file": ("a.geojson", b"")})
    assert (upload.json()["detail"], upload.headers["content-language"]) == (
        "a.geojson está vacío; expórtelo de nuevo.",
        "es",
    )
    place = client.post("/studio/place", json={"name": "Qwzxvkpt"})
    assert "no se conoce ningún lugar" in place.json()["detail"]
    english = spanish.client(*ANALYST).post("/studio/place", json={"name": "Qwzxvkpt"})
    assert (english.headers["content-language"], english.json()["code"]) == ("en", place.json()["code"])


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "There is no matter 'river-9'; the docket lists all there are."),
        ("es", "No existe el asunto «river-9»; la lista de asuntos nombra todos los que hay."),
        ("fr", "Il n'y a pas d'affaire « river-9 » ; le rôle énumère toutes celles qu'il y a."),
    ],
)
def test_every_door_says_a_refusal_in_the_language_of_the_reader(court, language, words):
    with served(court.settings, worker=False) as running:
        page = running.client(headers={"Accept-Language": language, "Accept": "text/html"}).get("/matters/river-9")
        assert words in html.unescape(page.text).replace("\xa0", " ")
        assert f'<html lang="{language}">' in page.text
        asked = running.client(Role.CLERK, headers={"Accept-Language": language}).get("/api/v1/matters/river-9")
        assert (asked.status_code, asked.json()["code"]) == (404, "unknown-matter")
        assert asked.json()["detail"].replace("\xa0", " ") == words
        assert asked.headers["Content-Language"] == language
