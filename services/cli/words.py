"""What the command line says, in the language of the terminal: ``LC_ALL``, ``LC_MESSAGES`` or ``LANG``.

English needs no catalogue, so that a command that speaks it starts as fast as it can.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from geopolity.messages import Sayable, fill
from maps.locale.catalogue import LANGUAGES
from maps.locale.choice import of_environment

if TYPE_CHECKING:
    from maps.locale.texts import Texts


def t(text: str, /, **values: Any) -> str:
    """A sentence with its named values."""
    texts = _texts()
    return fill(text, values) if texts is None else texts(text, **values)


def noop(text: str) -> str:
    """A sentence that is said elsewhere; here it only enters the catalogues."""
    return text


def say(message: Sayable | str) -> str:
    """A message's or an error's sentence; in English where it has no translation."""
    texts = _texts()
    return str(message) if texts is None else texts.say(message)


def term(family: str, word: str) -> str:
    """A program's word as people say it."""
    texts = _texts()
    return str(word) if texts is None else texts.term(family, word)


def percent(share: float, digits: int) -> str:
    """Share (0..1) as per cent with so many digits."""
    texts = _texts()
    return f"{share:.{digits}%}" if texts is None else f"{texts.grouped(100 * share, digits)} %"


def given(number: object) -> str:
    """A number as it was written, with the mark of the language."""
    texts = _texts()
    return str(number) if texts is None else texts.as_given(number)


def whole(number: float) -> str:
    """Whole number, thousands separated."""
    texts = _texts()
    return f"{number:,.0f}" if texts is None else texts.whole(number)


def fixed(number: float, digits: int) -> str:
    """A number with so many digits after the mark, thousands separated."""
    texts = _texts()
    return f"{number:,.{digits}f}" if texts is None else texts.grouped(number, digits)


def spoken() -> str:
    """The language of the terminal."""
    return of_environment(os.environ)


def spoken_texts() -> Texts:
    """Words and numbers of the terminal's language, for sentences that are said elsewhere too."""
    from maps.locale.texts import texts

    return texts(spoken())


def _texts() -> Texts | None:
    """Words and numbers of the terminal's language; none for English."""
    language = spoken()
    if language == LANGUAGES[0]:
        return None
    from maps.locale.texts import texts  # conventions of languages take a while to load

    return texts(language)
