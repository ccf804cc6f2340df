"""The public page and the report say the same of the same derivation."""

import json

from geopolity.findings import findings
from geopolity.prose import between
from services.derivation_folder import Pictures, write_folder
from services.settings import Settings
from services.usecases.derive import derive
from services.usecases.opening import DeriveRequest
from services.usecases.published import folder_of


def test_page_and_report_say_the_same_ranges(tmp_path):
    settings = Settings(home=tmp_path, workers=1)
    derivation = derive(DeriveRequest(issue="hurricane-relief", effort="interactive"), settings).derivation
    write_folder(settings.out / "one" / "hurricane", derivation, Pictures(map_html="", report_html="", report_pdf=None))
    folder = folder_of(derivation.certificate.digest, settings)
    said = {figure.label: figure.range for figure in findings(derivation).key_figures}
    assert between(*folder.total_range) == said["People affected"]
    assert between(*folder.inside_range) == said["Covered by the polity"]
    assert folder.total_range[0] < derivation.affected_total < folder.total_range[1]


def test_a_folder_of_an_earlier_version_has_no_range(tmp_path):
    settings = Settings(home=tmp_path, workers=1)
    derivation = derive(DeriveRequest(issue="human-rights-world"), settings).derivation
    place = settings.out / "one" / "everyone"
    write_folder(place, derivation, Pictures(map_html="", report_html="", report_pdf=None))
    problem = json.loads((place / "problem.json").read_text(encoding="utf-8"))
    del problem["affected_range"]
    (place / "problem.json").write_text(json.dumps(problem), encoding="utf-8")
    assert folder_of(derivation.certificate.digest, settings).total_range is None
