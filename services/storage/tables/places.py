"""Tables of places that an operator added to the gazetteer."""

from __future__ import annotations

from sqlalchemy import Index
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
