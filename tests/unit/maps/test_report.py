import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pypdf
import pytest

from geopolity.polity.baselines import baselines
from maps.reports.polity import report_html, report_pdf

CURVE = pd.DataFrame({"coverage_target": [0.6, 0.8, 0.9, 1.0], "area_km2": [1.0, 2.0, 3.0, 4.0]})


class Addresses(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in {"src", "href", "action", "data", "poster", "srcset"}]


@pytest.fixture(scope="module")
def page(polity):
    return report_html(polity, curve=CURVE, baselines=baselines(polity))


def test_report_names_no_address_outside_itself(page):
    addresses = Addresses()
    addresses.feed(page)
    assert addresses.found == []
    assert "url(http" not in page


def test_report_says_language_title_and_finding(page):
    assert '<html lang="en">' in page
    assert "<title>Clean rivers: " in page
    assert "This polity has" in page


def test_report_shows_digest_and_how_to_check_it(page, polity):
    assert polity.certificate.digest in page
    assert "geopolity verify PATH" in page


def test_report_tells_programs_what_it_tells_people(page, polity):
    linked = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert linked["identifier"] == polity.certificate.digest
    affected = linked["variableMeasured"][0]
    assert affected["minValue"] <= affected["value"] <= affected["maxValue"]
    assert linked["license"] == polity.layer.licence


def test_report_compares_with_drawing_by_hand(page):
    assert "Smallest group of whole states" in page
    assert "Greedy growth" in page


def test_names_from_data_stay_text(hostile):
    assert "<img" not in report_html(hostile)


def test_printed_report_is_one_tagged_page(page):
    document = pypdf.PdfReader(io.BytesIO(report_pdf(page)))
    assert len(document.pages) == 1
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert document.trailer["/Root"]["/Lang"] == "en"
    assert "Key figures" not in document.metadata.title
    assert "Method" in document.pages[0].extract_text()


def test_long_names_still_fit_on_one_page(page):
    crowded = page.replace("This polity has", "This polity has " + "Llanfairpwllgwyngyll " * 60)
    assert len(pypdf.PdfReader(io.BytesIO(report_pdf(crowded))).pages) == 1


def test_report_of_everyone_has_no_gap_to_speak_of(everyone):
    page = report_html(everyone)
    assert "nothing was optimised" in page
    assert len(pypdf.PdfReader(io.BytesIO(report_pdf(page))).pages) == 1


def test_report_for_everyone_has_no_footprint_mark(everyone):
    assert "</svg>footprint</li>" not in report_html(everyone)


def test_the_fringe_is_dotted_and_explained(polity):
    certainty = np.where(polity.units["inside"], "core", "out").astype(object)
    certainty[int(np.argmax(certainty == "core"))] = "fringe"
    unsure = replace(
        polity,
        units=polity.units.assign(certainty=certainty, stability=0.5),
        problem_record=polity.problem_record | {"uncertainty": {"runs": 20, "seed": 0}},
    )
    html = report_html(unsure)
    assert "fringe: inside at times" in html
    assert "re-derivations" in html
    assert "stroke-dasharray" in html
    assert "fringe: inside at times" not in report_html(polity)


SCRIPTS = (
    "Khartoum (الخرطوم), Sudan; Tel Aviv (תל אביב), Israel; Tokyo (東京), Japan; Seoul (서울), South Korea; "
    "Phnom Penh (ភ្នំពេញ), Cambodia; Bangkok (กรุงเทพ), Thailand; Delhi (दिल्ली), India; Tbilisi (თბილისი), Georgia; "
    "Dhaka (ঢাকা), Bangladesh; Vientiane (ວຽງຈັນ), Laos; Addis Ababa (አዲስ አበባ), Ethiopia; Kyiv (Київ), Ukraine"
)


def test_names_in_other_scripts_are_printed_with_letters_that_the_file_brings(page, caplog):
    first = re.search(r"<bdi>(.*?)</bdi>", page).group(0)
    document = pypdf.PdfReader(io.BytesIO(report_pdf(page.replace(first, f"<bdi>{SCRIPTS}</bdi>"))))
    assert "notdef" not in caplog.text
    fonts = [font.get_object()["/DescendantFonts"][0] for font in document.pages[0]["/Resources"]["/Font"].values()]
    described = [font.get_object()["/FontDescriptor"].get_object() for font in fonts]
    assert all({"/FontFile2", "/FontFile3"} & set(font) for font in described)
    text = document.pages[0].extract_text()
    assert "東京" in text
    assert "서울" in text
