"""Catalogues as gettext knows them: a ``.po`` file a language, compiled in memory when it is first spoken."""

from __future__ import annotations

import io
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

DOMAIN = "geopolity"
HERE = Path(__file__).parent


def file_of(language: str) -> Path:
    """Where the catalogue of a language lies."""
    return HERE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


LANGUAGES = ("en", *sorted(path.parents[1].name for path in HERE.glob(f"*/LC_MESSAGES/{DOMAIN}.po")))
"""English first: it is spoken to whoever asks for none of the others, which are those that have a catalogue."""


@lru_cache(maxsize=32)
def catalogue(language: str) -> NullTranslations:
    """The catalogue of a language; none for English, whose sentences stand in the source."""
    file = file_of(language)
    return compiled(file, language) if file.exists() else NullTranslations()


def compiled(file: Path, language: str) -> GNUTranslations:
    """A catalogue from the file that translators write."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415  # a command that says nothing needs neither
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with file.open("rb") as written:
        read = read_po(written, locale=language)
    compact = io.BytesIO()
    write_mo(compact, read)
    compact.seek(0)
    return GNUTranslations(compact)
