"""Numbers, people, shares, distances, dates and lists as a language writes them (CLDR, through Babel)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

from babel import Locale
from babel.dates import format_skeleton
from babel.lists import format_list
from babel.numbers import format_compact_decimal, format_decimal, format_percent, get_decimal_symbol
from babel.units import format_unit

FIXED = "\N{NO-BREAK SPACE}"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
WORLD = {"en": "en_001"}
"""English as the world writes it, with dates as 23 Nov 2026."""


@lru_cache(maxsize=32)
def locale_of(language: str) -> Locale:
    """Conventions of a language."""
    return Locale.parse(WORLD.get(language, language))


MANY = 1e17
"""From here on a pattern has no room for all digits."""


def whole(number: float, language: str) -> str:
    """Whole number: ``3,142``."""
    return _decimal(round(number), language)


def rounded(number: float, language: str) -> str:
    """Three significant digits: ``22.4 million``, ``41,200``, ``0.125``."""
    number, locale = _significant(number), locale_of(language)
    if abs(number) >= 1e6:
        return _fixed(format_compact_decimal(number, format_type="long", locale=locale, fraction_digits=2))
    return plain(number, language)


def plain(number: float, language: str) -> str:
    """A number with all its digits, up to ten after the mark."""
    return _decimal(number, language, "#,##0.##########")


def grouped(number: float, digits: int, language: str) -> str:
    """A number with so many digits after the mark, thousands separated: ``1.234,50``."""
    return _decimal(number, language, f"#,##0.{'0' * digits}")


def _decimal(number: float, language: str, pattern: str | None = None) -> str:
    """A number by a pattern; one of very many digits, which somebody mistyped, by a power of ten."""
    if abs(number) >= MANY:
        return as_given(f"{number:.6g}", language)
    return _fixed(format_decimal(number, format=pattern, locale=locale_of(language)))


def as_given(number: object, language: str) -> str:
    """A number as it was written, with the mark of the language: ``-71,05821``."""
    return str(number).replace(".", get_decimal_symbol(locale_of(language)))


def percent(share: float, language: str, digits: int = 1) -> str:
    """Share (0..1) as per cent; a share short of the whole is never rounded up to 100."""
    shown = round(100 * share, digits)
    if shown >= 100 > 100 * share:
        shown = 100 - 10.0**-digits
    return _percent(shown, language, f"0.{'0' * digits}" if digits else "0")


def tiny_percent(share: float, language: str) -> str:
    """Small share (0..1) as per cent with two significant digits, rounded upwards so that it stays a bound."""
    if share <= 0:
        return _percent(0, language, "0")
    scaled = 100 * share
    step = 10.0 ** (math.floor(math.log10(scaled)) - 1)
    upward = math.ceil(scaled / step - 1e-9) * step
    return _percent(max(_significant(upward), 0.0001), language, "0.##########")


def slack(share: float, language: str) -> str:
    """Small share (0..1) as per cent in tenths, in whole ones from ten on, rounded upwards so that it stays a bound."""
    tenths = math.ceil(1000 * share - 1e-6)
    return _percent(tenths / 10 if tenths < 100 else math.ceil(tenths / 10), language, "0.#")


def tiny(number: float, language: str) -> str:
    """Very small number in two digits and a power of ten: ``2.8e-11`` is ``2.8 × 10⁻¹¹``; nothing at all is ``0``."""
    if number == 0:
        return "0"
    digits, power = f"{number:.1e}".split("e")
    return f"{as_given(digits, language)}{FIXED}×{FIXED}10{str(int(power)).translate(RAISED)}"


def between(low: float, high: float, language: str) -> str:
    """A range, ``21.8–22.9 million`` or ``980–1,020``; empty where both ends read the same."""
    left, right = rounded(low, language), rounded(high, language)
    if left == right:
        return ""
    (digits, _, left_word), (_, _, right_word) = left.partition(FIXED), right.partition(FIXED)
    return f"{digits if left_word == right_word and left_word.isalpha() else left}–{right}"


def distance(metres: float, language: str) -> str:
    """Distance: metres below a kilometre, else kilometres."""
    if metres < 1000:
        return _unit(metres, "length-meter", language, "0")
    return _unit(metres / 1000, "length-kilometer", language, "#,##0.0" if metres < 100_000 else "#,##0")


def kilometres(km: float, language: str) -> str:
    """Kilometres as they were given: ``30 km``, ``2.5 km``."""
    return _unit(km, "length-kilometer", language, "#,##0.###")


def square_kilometres(km2: float, language: str) -> str:
    """Area, three significant digits: ``41,200 km²``, ``1.23 million km²``."""
    if abs(_significant(km2)) < 1e6:
        return _unit(_significant(km2), "area-square-kilometer", language, "#,##0.##########")
    unit = _unit(0, "area-square-kilometer", language, "0").replace("0", "").strip()
    return f"{rounded(km2, language)}{FIXED}{unit}"


def ground(km2: float, language: str) -> str:
    """Area to a tenth of a square kilometre, and to the square metre where it is small."""
    if km2 >= 0.1:
        return _unit(km2, "area-square-kilometer", language, "#,##0.0")
    return _unit(1e6 * km2, "area-square-meter", language, "#,##0")


def day(moment: object, language: str) -> str:
    """Day of a date or an ISO 8601 moment: ``23 Nov 2026``."""
    when = dt.date.fromisoformat(str(moment)[:10])
    return _fixed(format_skeleton("yMMMd", when, locale=locale_of(language)))


def listed(words: Iterable[object], language: str, style: str = "standard") -> str:
    """Words with commas between and a last *and* (``standard``) or *or*."""
    return format_list([str(word) for word in words], style=style, locale=locale_of(language))  # type: ignore[arg-type]


def country(code: str, language: str) -> str:
    """Name of a country; empty where CLDR has none."""
    return str(locale_of(language).territories.get(code, ""))


def name_of(language: str) -> str:
    """What a language calls itself."""
    name = Locale.parse(language).get_language_name(language) or language
    return name[0].upper() + name[1:]


def joined(words: str | Sequence[object]) -> str:
    """Words with commas between, as a list that is no sentence: ``a, b, c``."""
    return words if isinstance(words, str) else ", ".join(str(word) for word in words)


def _percent(shown: float, language: str, digits: str) -> str:
    locale = locale_of(language)
    pattern = locale.percent_formats[None].pattern.replace("#,##0", digits)
    return _fixed(format_percent(shown / 100, format=pattern, locale=locale))


def _unit(number: float, unit: str, language: str, digits: str) -> str:
    return _fixed(format_unit(number, unit, length="short", format=digits, locale=locale_of(language)))


def _significant(number: float) -> float:
    return float(f"{number:.3g}")


def _fixed(text: str) -> str:
    """Spaces that no line breaks at: a number stays with its word."""
    return text.replace(" ", FIXED)
