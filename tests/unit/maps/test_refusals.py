"""What is refused is said in the reader's language: every sentence that pages can meet has its translation."""

from __future__ import annotations

import re
import string
import time

import pytest

from geopolity.assembly.burden import GROUNDS
from geopolity.docket.matter import Petitioner
from geopolity.docket.states import Guard, State, Step
from geopolity.docket.summons import Answer, Excuse
from maps.texts import LANGUAGES
from maps.texts.refusals import LONGEST, pattern_of, refusals, say
from services.auth.roles import Role
from tests.refusals import NOT_FOR_PAGES, NOT_ON_PAGES, kinds, sites

OTHERS = LANGUAGES[1:]
SITES = [site for site in sites() if site.is_own and not site.where.startswith(NOT_FOR_PAGES)]
FACING = [site for site in SITES if site.code not in NOT_ON_PAGES]
HTTP = {"method", "unexpected"}
"""Codes without a class: what the framework and mistakes of ours are called."""


def codes(language):
    return set(refusals(language)) - {"words"}


def filled(sentence):
    pattern = pattern_of(sentence, "")
    return "…".join(pattern.words)


@pytest.mark.parametrize("language", OTHERS)
def test_every_code_is_translated_or_met_on_no_page(language):
    every = {kind.code for kind in kinds().values()} | HTTP
    assert codes(language) & NOT_ON_PAGES == set()
    assert every - NOT_ON_PAGES - codes(language) == set()
    assert codes(language) - every == set()


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("site", FACING, ids=lambda site: site.where)
def test_every_sentence_of_a_page_is_translated(language, site):
    known = [sentence for code in codes(language) for sentence in refusals(language)[code]]
    assert any(site.pattern.fullmatch(filled(sentence)) for sentence in known), site.sentence.replace("\0", "{}")


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_of_a_sentence_that_is_gone(language):
    generic = HTTP | {
        "job-refused",
        "body",
        "not-found",
        "coverage-out-of-reach",
        "store-unavailable",
    }  # made up of parts
    gone = [
        sentence
        for code in codes(language) - generic
        for sentence in refusals(language)[code]
        if not any(site.pattern.fullmatch(filled(sentence)) for site in SITES)
    ]
    assert gone == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_translation_says_every_value(language):
    tables = {code: refusals(language)[code] for code in codes(language)} | dict(refusals(language)["words"])
    for table in tables.values():
        for sentence, translation in table.items():
            holes = {name for name, _ in pattern_of(sentence, "").holes}
            assert {name for _, name, _, _ in string.Formatter().parse(translation) if name} == holes, sentence
            assert say(filled(sentence), "", language).text != ""


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("A matter that is '{}' cannot resume; only a stayed one does.", list(State)),
        ("A matter that is 'filed' cannot take the step '{}'; it can take: admit, reject.", list(Step)),
        ("'x' is no excuse; the closed list is: {}.", list(Excuse)),
        ("'x' is no ground for deferral; there are {}. Appeal to the clerk.", list(GROUNDS)),
        ("The summons was answered ('{}'); service is a duty and is not declined.", list(Answer)),
        ("This needs the role {}; sign in at /sign-in, or send an API key.", list(Role)),
        ("A {} may not raise a harm here; the admission rule names resident.", list(Petitioner)),
        ("Version 1 of x is {} and cannot be withdrawn.", ["draft", "proposed", "active", "superseded", "withdrawn", "retired"]),
        ("Matter x has an empty electorate; {}.", [Guard.ELECTORATE]),
    ],
)  # fmt: skip
def test_every_word_of_a_closed_list_is_translated(language, sentence, words):
    left = [str(word) for word in words if re.search(rf"\b{word}\b", say(sentence.format(word), "", language).text)]
    assert left == []


def test_values_are_written_as_the_language_writes_them():
    said = say(
        "Coverage 0.95 needs 41,200 affected people in one connected part, but the part with 25019 (1,234 units) "
        "holds 38,950; allow a connector over water or lower the coverage to 0.89.",
        "coverage-out-of-reach",
        "es",
    )
    assert said.language == "es"
    assert "La cobertura 0,95 necesita 41\u202f200 personas" in said.text
    assert "(1\u202f234 unidades)" in said.text
    assert say("A review on 2026-12-01 is not after 2026-12-24; give a later day.", "", "es").text.count("dic") == 2


def test_what_is_not_known_is_said_in_english_and_marked_so():
    assert say("The moon is full.", "step-refused", "es").language == "en"
    assert (
        say("The hearing is open until noon already; an extension ends later.", "step-refused", "en").language == "en"
    )


def test_what_somebody_typed_does_not_become_words_of_ours():
    typed = "'{polity} {0} {wanted:role}; sign in' is no excuse; the closed list is: x"
    assert (
        "{polity} {0} {wanted:role}"
        in say(f"{typed} is no excuse; the closed list is: incapacity.", "excuse", "es").text
    )


def test_a_sentence_made_to_be_slow_is_not():
    started = time.perf_counter()
    say("A matter that is '" + "' cannot take the step '" * (LONGEST // 30), "step-refused", "es")
    assert time.perf_counter() - started < 0.5
