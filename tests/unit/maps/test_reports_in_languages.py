"""Reports and maps in every language that has a catalogue: nothing but names stays as it is in English."""

import html
import io
import re

import pypdf
import pytest

from geopolity.polity.baselines import baselines
from geopolity.sortition.randomness import rehearsed
from maps import diff_map, polity_map
from maps.locale.catalogue import LANGUAGES
from maps.locale.texts import texts
from maps.reports import figures
from maps.reports.draw import DrawPage, draw_report
from maps.reports.polity import report_html, report_pdf
from maps.scenes.curve import Paper
from tests.unit.maps.test_draw_report import report
from tests.unit.maps.test_report import CURVE

OTHERS = LANGUAGES[1:]
SENTENCE = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")


def said(page: str) -> set[str]:
    """Sentences of a page: its text, and what is read to those who do not see it."""
    page = re.sub(r"<style.*?</style>|<script.*?</script>|<code>.*?</code>", "", page, flags=re.DOTALL)
    parts = re.findall(r"(?:aria-label|content)=\"([^\"]*)\"", page) + re.split(r"<[^>]*>", page)
    return {html.unescape(part).strip() for part in parts if SENTENCE.search(part)}


def pages(polity, language):
    t = texts(language)
    _, account = report(t=t)
    drawn = DrawPage(account=account, epoch="e-1", randomness=rehearsed("7"), titles={}, picture="")
    return {
        "report": report_html(polity, t, curve=CURVE, baselines=baselines(polity)),
        "map": polity_map(polity, language).get_root().render(),
        "diff": diff_map(polity, polity, language).get_root().render(),
        "draw": draw_report(drawn, t),
        "curve": figures.curve(CURVE, paper=Paper(title="Clean rivers", t=t)),
    }


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_of_ours_stays_english(polity, language):
    names = {
        polity.issue.title,
        polity.issue.question,
        polity.layer.source,
        "width=device-width, initial-scale=1",
        "geopolity verify PATH",
    }
    here, english = pages(polity, language), pages(polity, "en")
    for name, page in here.items():
        assert said(page) & said(english[name]) - names == set(), name


@pytest.mark.parametrize("language", OTHERS)
def test_pages_say_their_language_and_write_its_numbers(polity, language):
    here = pages(polity, language)
    for name in ("report", "map", "diff", "draw"):
        assert f'<html lang="{language}">' in here[name]
    assert "1,00</td>" in here["report"]
    assert '"mark": ","' in here["map"]


@pytest.mark.parametrize("language", OTHERS)
def test_a_printed_report_is_one_page_in_its_language(polity, language):
    printed = report_pdf(report_html(polity, texts(language), curve=CURVE, baselines=baselines(polity)))
    document = pypdf.PdfReader(io.BytesIO(printed))
    assert len(document.pages) == 1
    assert document.trailer["/Root"]["/Lang"] == language


def test_people_in_millions_take_their_preposition():
    assert texts("es")("{people:of} people", people=texts("es").people(43_900_000)).startswith("43,9\xa0millones\xa0de")
    assert texts("fr")("{people:of} people", people=texts("fr").people(43_900_000)).startswith("43,9\xa0millions\xa0de")
