"""Tables of places that an operator added to the gazetteer."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.storage.tables.base import Table


class PostcodeRow(Table):
    """A postcode from a file that was added; ``letters`` are what its spellings have in common."""

    __tablename__ = "postcodes"
    __table_args__ = (Index(None, "letters"), Index(None, "source"))
    key: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    country: Mapped[str]
    code: Mapped[str]
    letters: Mapped[str]
    name: Mapped[str]
    region: Mapped[str]
    lon: Mapped[float]
    lat: Mapped[float]


class AddressFileRow(Table):
    """A file of addresses that was added; one that is not ``kept`` is being read, or was left half-read."""

    __tablename__ = "address_files"
    key: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    format: Mapped[str]
    is_kept: Mapped[bool]
    addresses: Mapped[int]
    streets: Mapped[int]


class StreetRow(Table):
    """A street with all its houses.

    ``words`` and ``place_words`` are what is searched; ``numbers`` are labels, one a line, in the order of ``points``,
    which are pairs of 32-bit numbers; ``ranges`` are numbers along lines, as JSON.
    """

    __tablename__ = "streets"
    __table_args__ = (Index(None, "file"),)
    key: Mapped[int] = mapped_column(primary_key=True)
    file: Mapped[int] = mapped_column(ForeignKey("address_files.key"))
    name: Mapped[str]
    place: Mapped[str]
    region: Mapped[str]
    country: Mapped[str]
    postcode: Mapped[str]
    words: Mapped[str]
    place_words: Mapped[str]
    numbers: Mapped[str] = mapped_column(Text)
    points: Mapped[bytes] = mapped_column(LargeBinary)
    ranges: Mapped[str] = mapped_column(Text)


class StreetWordRow(Table):
    """A word of streets and their places, for spellings near it; how many streets have it, when it was last counted."""

    __tablename__ = "street_words"
    key: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(unique=True)
    streets: Mapped[int]
