"""The catalogue: both languages say the same things, and no page says anything that is not in it."""

import re
import string

import pytest

from maps.assets import TEMPLATES as FOLDER
from maps.texts import LANGUAGES, catalogue, spoken, texts

TEMPLATES = sorted((FOLDER / "pages").glob("*.jinja"))
NOT_SAID = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<script.*?</script>|<code>.*?</code>|<[^>]*>", re.DOTALL)
SAID_ATTRIBUTE = re.compile(r'(?:aria-label|title|alt|placeholder)="([^"{]*[A-Za-z]{3}[^"{]*)"')


def holes(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys(language):
    assert catalogue(language).keys() == catalogue("en").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_fills_the_same_holes(language):
    english = catalogue("en")
    assert {key for key, text in catalogue(language).items() if holes(text) != holes(english[key])} == set()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_templates_hold_no_words(template):
    source = template.read_text(encoding="utf-8")
    assert re.findall(r"[A-Za-z]{3,}", NOT_SAID.sub(" ", source)) == []
    assert SAID_ATTRIBUTE.findall(source) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_every_key_of_a_template_is_in_the_catalogue(template):
    asked = re.findall(r"\bt\(\"([a-z0-9_.]+)\"[,)]", template.read_text(encoding="utf-8"))
    assert [key for key in asked if key not in catalogue("en")] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_templates_have_no_inline_script_or_style(template):
    source = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", source)
    assert all("src=" in tag or "json" in tag for tag in re.findall(r"<script[^>]*>", source))


def test_the_address_comes_before_the_cookie_and_the_browser():
    assert spoken("es", "en", "en") == "es"
    assert spoken(None, "es", "en") == "es"
    assert spoken(None, None, "fr-CA, es-MX;q=0.9, en;q=0.8") == "es"
    assert spoken("xx", None, "de;q=nonsense") == "en"
    assert spoken(None, None, None) == "en"


def test_numbers_are_written_as_the_language_writes_them():
    english, spanish = texts("en"), texts("es")
    assert english.people(22_431_987) == "22.4\N{NARROW NO-BREAK SPACE}million"
    assert spanish.people(22_431_987) == "22,4\N{NARROW NO-BREAK SPACE}millones"
    assert spanish.percent(0.5634) == "56,3\N{NARROW NO-BREAK SPACE}%"
    assert english.day("2026-11-23T10:00:00Z").split("\N{NARROW NO-BREAK SPACE}") == ["23", "Nov", "2026"]
    assert english.distance(80.4) == "80 m"
    assert english.distance(6_912) == "6.9 km"
