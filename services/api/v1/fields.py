"""Words and numbers that a request may hold: nothing empty, endless or unprintable gets past them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from geopolity.assembly.credential import Signed
from geopolity.docket.summons import LONGEST_PLEA
from services.records import Json

PLAIN = r"^[^\x00-\x1f\x7f/]+$"


def _sayable(text: str) -> str:
    """Refuse what no database keeps: NUL, and halves of characters."""
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("text must not hold NUL or half of a character")
    return text


def _iso(asked: Any) -> Any:
    """Take a day only as it is written: 2026-11-26, and no count of seconds."""
    if isinstance(asked, dt.date) or (isinstance(asked, str) and len(asked) == len("2026-11-26")):
        return asked
    raise ValueError("a day is written as 2026-11-26")


Day = Annotated[dt.date, BeforeValidator(_iso)]
Word = Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN), AfterValidator(_sayable)]
Line = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_sayable)]
Plea = Annotated[str, Field(min_length=1, max_length=LONGEST_PLEA), AfterValidator(_sayable)]
Prose = Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(_sayable)]
LawText = Annotated[str, Field(min_length=1, max_length=500_000), AfterValidator(_sayable)]
Link = Annotated[str, Field(max_length=2_000, pattern=r"^https?://[^\s\x00-\x1f]+$"), AfterValidator(_sayable)]
Number = Annotated[int, Field(ge=0, le=2**31 - 1)]

HEX_KEY = r"^[0-9a-f]{64}$"
HexKey = Annotated[str, Field(pattern=HEX_KEY)]
PublicKey = Annotated[str, Query(pattern=HEX_KEY, description="Public half of the person's key, hexadecimal.")]

Id = Annotated[str, Path(min_length=1, max_length=100, pattern=PLAIN)]
"""Part of an address that names a thing."""
OrdinalId = Annotated[int, Path(ge=0, le=2**31 - 1)]
AsOf = Annotated[Day | None, Query(description="As of the end of this day, UTC; now by default.")]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before; none for the first.")]
Limit = Annotated[int, Query(ge=1, le=1_000, description="Most items of the page.")]


class Body(BaseModel):
    """Body of a request: what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SignedAct(Body):
    """A statement as it was shown, the public key that signed it, and the signature (Ed25519, hexadecimal)."""

    statement: Annotated[str, Field(max_length=1_000), AfterValidator(_sayable)]
    key: HexKey
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]

    def signed(self) -> Signed:
        """As the use cases take it."""
        return Signed(statement=self.statement, key=self.key, signature=self.signature)


class Page(BaseModel):
    """Part of a list, and the cursor of the part after it."""

    items: list[Json]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


def day(asked: dt.date | None) -> str | None:
    """Write a day as use cases take it."""
    return None if asked is None else asked.isoformat()
