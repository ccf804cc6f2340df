"""The catalogues hold every sentence of the source, whole and with the same values; a language is its file and no more."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from geopolity.messages import HOLE, Counted, Message
from maps.assets import TEMPLATES as FOLDER
from maps.locale import extraction
from maps.locale.catalogue import HERE, LANGUAGES, file_of
from maps.locale.choice import of_environment, spoken
from maps.locale.scripts import PRIVATE, STUDIO
from maps.locale.terms import TERMS
from maps.locale.texts import Texts, said, texts
from services.forms import flaw

OTHERS = LANGUAGES[1:]
TEMPLATES = sorted((FOLDER / "pages").glob("*.jinja"))
NOT_SAID = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<script.*?</script>|<code>.*?</code>|<[^>]*>", re.DOTALL)
SAID_ATTRIBUTE = re.compile(r'(?:aria-label|title|alt|placeholder)="([^"{]*[A-Za-z]{3}[^"{]*)"')


@pytest.fixture(scope="module")
def template():
    return extraction.extracted()


@pytest.fixture(scope="module", params=OTHERS)
def catalogue(request):
    with file_of(request.param).open("rb") as file:
        return read_po(file, locale=request.param)


def ids(catalogue):
    return {(message.context, message.id) for message in catalogue if message.id}


def forms(text):
    return [text] if isinstance(text, str) else list(text)


def holes(text):
    return {match.group(1) for match in HOLE.finditer(text)}


def test_the_template_is_what_the_source_says(template):
    assert extraction.TEMPLATE.read_bytes() == extraction.written(template), "run: python -m maps.locale.extraction"


def test_every_raised_sentence_stands_where_it_is_raised(template):
    """An error's first argument is a sentence that the extraction finds, another error's, or made by a subclass."""
    assert len([message for message in template if message.id]) > 1_000
    assert len(extraction.errors()) > 100


def test_every_catalogue_is_complete(template, catalogue):
    assert ids(catalogue) == ids(template)
    empty = [message.id for message in catalogue if message.id and not all(forms(message.string))]
    assert empty == []
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


def test_every_catalogue_has_all_plural_forms(catalogue):
    short = [
        message.id
        for message in catalogue
        if isinstance(message.id, tuple) and len(message.string) != catalogue.num_plurals
    ]
    assert short == []


def test_every_translation_names_the_same_values(catalogue):
    """Of a plural, one form may leave the number out, as English does."""
    wrong = [
        (message.id, message.string)
        for message in catalogue
        if message.id
        and not all(
            set.intersection(*map(holes, forms(message.id))) <= holes(text) <= set.union(*map(holes, forms(message.id)))
            for text in forms(message.string)
        )
    ]
    assert wrong == []


def test_every_kind_of_value_is_one_that_is_written(template, catalogue):
    known = {*Texts("en")._writers, *TERMS}
    kinds = {
        match.group(2).partition(".")[0]
        for source in (template, catalogue)
        for message in source
        if message.id
        for text in (*forms(message.id), *forms(message.string or ""))
        for match in HOLE.finditer(text)
        if match.group(2)
    }
    assert kinds <= known


def test_a_language_is_added_by_its_file_alone(tmp_path):
    """A copy of the room with one more file speaks one more language, and nothing else knows of it."""
    shutil.copytree(HERE, tmp_path / "maps" / "locale", ignore=shutil.ignore_patterns("__pycache__", "fr"))
    (tmp_path / "maps" / "__init__.py").write_text("")
    shutil.copytree(HERE.parents[1] / "geopolity", tmp_path / "geopolity")
    ask = (
        "from maps.locale.catalogue import LANGUAGES; from maps.locale.texts import texts; "
        "print(LANGUAGES, texts('fr')('Undo'), texts('fr').people(22431987))"
    )

    def answer():
        return subprocess.run(
            [sys.executable, "-c", ask], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
        ).stdout.replace("\xa0", " ")

    assert answer() == "('en', 'es') Undo 22.4 million\n"
    shutil.copytree(HERE / "fr", tmp_path / "maps" / "locale" / "fr")
    assert answer() == "('en', 'es', 'fr') Annuler 22,4 millions\n"


def test_no_module_names_a_language_that_has_a_catalogue():
    named = re.compile(r"[\"'](?:es|fr)[\"']")
    sources = [file for package in extraction.PACKAGES for file in (extraction.ROOT / package).rglob("*.py")]
    found = [str(file.relative_to(extraction.ROOT)) for file in sources if named.search(file.read_text("utf-8"))]
    assert found == QUESTIONS


QUESTIONS = ["geopolity/docket/question.py"]
"""The one question of the law is written by the constitution, in the languages it was adopted in."""


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_templates_hold_no_words(template):
    source = template.read_text(encoding="utf-8")
    assert re.findall(r"[A-Za-z]{3,}", NOT_SAID.sub(" ", source)) == []
    assert SAID_ATTRIBUTE.findall(source) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_templates_have_no_inline_script_or_style(template):
    source = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", source)
    assert all("src=" in tag or "json" in tag for tag in re.findall(r"<script[^>]*>", source))


def test_the_address_comes_before_the_cookie_and_the_browser():
    assert spoken("es", "en", "en") == "es"
    assert spoken(None, "es", "en") == "es"
    assert spoken(None, None, "pt-BR, es-MX;q=0.9, en;q=0.8") == "es"
    assert spoken(None, None, "fr-CA, es-MX;q=0.9, en;q=0.8") == "fr"
    assert spoken("xx", None, "de;q=nonsense") == "en"
    assert spoken(None, None, None) == "en"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "es_MX.UTF-8"}, "es"),
        ({"LANG": "fr_FR@euro"}, "fr"),
        ({"LANG": "es_ES.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "es_ES.UTF-8", "LC_MESSAGES": "fr_CA"}, "fr"),
        ({"LANG": "es_ES.UTF-8", "LC_ALL": ""}, "es"),
    ],
)
def test_a_terminal_speaks_the_language_of_its_locale(environment, language):
    assert of_environment(environment) == language


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["3,142", "22.4 million", "fewer than 1", "41,200", "56.3%", "23 Nov 2026", "80 m", "6.9 km", "a, b and c"]),
        ("es", ["3.142", "22,4 millones", "menos de 1", "41.200", "56,3 %", "23 nov 2026", "80 m", "6,9 km", "a, b y c"]),
        ("fr", ["3 142", "22,4 millions", "moins de 1", "41 200", "56,3 %", "23 nov. 2026", "80 m", "6,9 km", "a, b et c"]),
    ],
)  # fmt: skip
def test_figures_are_written_as_the_language_writes_them(language, expected):
    t = texts(language)
    written = [
        t.whole(3_142),
        t.people(22_431_987),
        t.people(0.2),
        t.people(41_234),
        t.percent(0.5634),
        t.day("2026-11-23T10:00:00Z"),
        t.distance(80.4),
        t.distance(6_912),
        t.listed(["a", "b", "c"]),
    ]
    assert [text.replace("\xa0", " ").replace("\u202f", " ") for text in written] == expected


def test_a_share_short_of_the_whole_is_never_rounded_up_to_it():
    assert texts("en").percent(0.99999) == "99.9%"
    assert texts("en").percent(1.0) == "100.0%"
    assert texts("en").gap(0.00001234) == "0.0013%"


@pytest.mark.parametrize(
    ("share", "written"),
    [(2.8e-7, "0.1%"), (0.001, "0.1%"), (0.0031, "0.4%"), (0.0299, "3%"), (0.0999, "10%"), (0.1234, "13%")],
)
def test_a_slack_is_said_upwards_in_tenths_of_a_per_cent(share, written):
    assert texts("en").slack(share) == written


def test_a_range_names_its_magnitude_once():
    assert texts("en").between(21_800_000, 22_900_000) == "21.8–22.9\xa0million"
    assert texts("fr").between(21_800_000, 22_900_000) == "21,8–22,9\xa0millions"
    assert texts("en").between(980, 1_020) == "980–1,020"
    assert texts("en").between(22_400_000, 22_410_000) == ""


def test_a_number_of_millions_takes_its_preposition_in_front_of_a_noun():
    assert texts("es").before_noun(texts("es").people(43_900_000)) == "43,9\xa0millones\xa0de"
    assert texts("es").before_noun(texts("es").people(43_900)) == "43.900"
    assert texts("en").before_noun(texts("en").people(43_900_000)) == "43.9\xa0million"
    assert texts("fr").area(1_234_567) == "1,23\xa0million\xa0de\xa0km²"
    assert texts("en").area(41_234.5) == "41,200\xa0km²"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_scripts_say_holds_plain_names(language):
    """A script fills in what it has written itself."""
    said_by_scripts = [text for words in (STUDIO, PRIVATE) for text in texts(language).words(words).values()]
    assert [text for text in said_by_scripts for hole in HOLE.finditer(text) if hole.group(2)] == []


def test_plural_forms_follow_the_language():
    counted = Counted("{number} matter is open.", "{number} matters are open.")
    assert str(Message(counted, number=1)) == "1 matter is open."
    sentence = ("1 matter is open.", "{number} matters are open.")
    assert [texts("fr").count(*sentence, number) for number in (0, 1, 2)] == [
        "0 affaire est ouverte.",
        "1 affaire est ouverte.",
        "2 affaires sont ouvertes.",
    ]
    assert texts("en").count(*sentence, 0) == "0 matters are open."


def test_a_sentence_inside_a_sentence_is_said_in_the_same_language():
    inner = Message("the part with {unit} ({number:count} units) holds {people:people}", unit="a", number=2, people=9)
    outer = Message("The draw in {folder} is refused: {reason}.", folder="b", reason=inner)
    assert "unidades" in said(outer, "es").text
    assert "unités" in said(outer, "fr").text
    assert said(outer, "en").text == str(outer)


def test_a_sentence_that_no_catalogue_has_is_said_in_english_and_marked():
    told = said(Message("Nobody wrote {what}.", what="this"), "fr")
    assert (told.text, told.language) == ("Nobody wrote this.", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_typed_is_filled_in_but_never_read(language):
    told = said(Message("There is no file {path}; check the name, or see `geopolity layer list`, `geopolity issue list`.", path="{path:count} %s {}"), language)  # fmt: skip
    assert "{path:count} %s {}" in told.text
    assert told.language == language


def test_a_flaw_says_in_english_what_pydantic_says():
    from pydantic import BaseModel, Field, ValidationError

    class Form(BaseModel):
        name: str = Field(max_length=3)
        count: int = Field(ge=1)
        share: float = Field(le=1)
        sure: bool
        kind: str = Field(pattern="^a$")

    with pytest.raises(ValidationError) as caught:
        Form.model_validate({"name": "abcd", "count": "x", "share": 2, "sure": "perhaps", "kind": "b"})
    assert [str(flaw(error)) for error in caught.value.errors()] == [error["msg"] for error in caught.value.errors()]


def test_help_loads_no_conventions_of_languages():
    ask = "import services.cli, sys; print(sorted(name for name in sys.modules if name.split('.')[0] == 'babel'))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"


def test_the_template_of_catalogues_stands_beside_them():
    assert Path(extraction.TEMPLATE).parent == HERE


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", [1e17, -1e20, 1.06023e304])
def test_a_number_of_very_many_digits_is_written_too(language, number):
    said = texts(language)("{whole:count} {plain:number}", whole=int(number), plain=number)
    assert len(said) < 40
    assert texts(language)("{plain:number}", plain=1e16).count("0") == 16
