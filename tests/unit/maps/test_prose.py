import pytest

from geopolity.prose import (
    THIN,
    between,
    exact,
    listed,
    people,
    percent,
    plural,
    rounded,
    tiny,
    tiny_percent,
    unit_words,
)


def read(text: str) -> str:
    return text.replace(THIN, " ")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (7, "7"),
        (999, "999"),
        (41_234, "41 200"),
        (22_431_987, "22.4 million"),
        (7.38e9, "7.38 billion"),
        (999_999, "1 million"),
    ],
)
def test_three_significant_digits_and_a_word_for_the_magnitude(number, words):
    assert read(rounded(number)) == words


def test_few_people_are_not_nobody():
    assert people(0.2) == "fewer than 1"
    assert people(0) == "0"


def test_unknown_is_said():
    assert rounded(float("nan")) == exact(float("nan")) == "unknown"


def test_a_share_short_of_the_whole_is_never_rounded_to_it():
    assert read(percent(0.99999)) == "99.9 %"
    assert read(percent(1.0)) == "100.0 %"


def test_a_bound_is_rounded_upwards():
    assert read(tiny_percent(0.000201)) == "0.021 %"
    assert read(tiny_percent(0.0002)) == "0.02 %"
    assert read(tiny_percent(0)) == "0 %"


def test_a_range_says_its_magnitude_once_and_nothing_if_both_ends_read_the_same():
    assert read(between(21.8e6, 22.9e6)) == "21.8–22.9 million"
    assert between(10, 10) == ""


def test_units_are_called_by_the_layers_last_word_where_it_is_one_for_units():
    assert unit_words("us-counties") == ("county", "counties")
    assert unit_words("census") == ("unit", "units")


def test_one_and_many():
    assert read(plural(1, "county", "counties")) == "1 county"
    assert read(plural(3142, "county", "counties")) == "3 142 counties"
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_very_small_numbers_have_two_digits_and_a_power_of_ten():
    assert [read(tiny(number)) for number in (0, 2.84e-11, 9.99e-10)] == ["0", "2.8 × 10⁻¹¹", "1.0 × 10⁻⁹"]
