from maps.locale.figures import FIXED as THIN
from maps.reports.findings import findings


def read(text: str) -> str:
    return text.replace(THIN, " ")


def test_the_answer_comes_first_in_a_sentence(polity):
    said = findings(polity)
    assert read(said.headline).startswith(
        "This polity has 11 cells and 110 people; it covers 91.7% of the 120 affected."
    )
    assert said.headline.endswith("is smaller: this is proven.")


def test_four_key_figures_with_labels_and_notes(polity):
    said = findings(polity)
    assert [figure.label for figure in said.key_figures] == [
        "People affected",
        "Covered by the polity",
        "Size",
        "Distance from the smallest",
    ]
    assert all(figure.value and figure.note for figure in said.key_figures)


def test_main_units_are_those_with_most_affected_people(polity):
    main = findings(polity).main_units
    assert len(main) == 10
    assert main["affected"].is_monotonic_decreasing
    assert set(main["name"].str[0]) == {"A", "B"}


def test_a_missing_count_is_a_limit(polity):
    assert any("no count of residents" in sentence for sentence in findings(polity).limits)


def test_what_affects_everyone_is_not_optimised(everyone):
    said = findings(everyone)
    assert read(said.title) == "Clean rivers: all 36 cells, all 350 people"
    assert "nothing to make smaller" in said.headline
