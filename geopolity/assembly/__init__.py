"""The assembly as values: seats, term classes, vacancies, deferrals, and what service everybody has done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geopolity.exports import lazily

if TYPE_CHECKING:
    from geopolity.assembly.burden import DeferralRefused, Ledger
    from geopolity.assembly.citizenship import Consent, ConsentRefused, Standing, standing
    from geopolity.assembly.eligibility import Circumstances, why_not
    from geopolity.assembly.events import Vacated, next_alternate, vacated
    from geopolity.assembly.seats import Alternate, Assembly, AssemblyError, Seat, SeatRefused, constituted

__all__ = [
    "Alternate",
    "Assembly",
    "AssemblyError",
    "Circumstances",
    "Consent",
    "ConsentRefused",
    "DeferralRefused",
    "Ledger",
    "Seat",
    "SeatRefused",
    "Standing",
    "Vacated",
    "constituted",
    "next_alternate",
    "standing",
    "vacated",
    "why_not",
]

__getattr__ = lazily(
    __name__,
    {
        "Alternate": "seats",
        "Assembly": "seats",
        "AssemblyError": "seats",
        "Circumstances": "eligibility",
        "Consent": "citizenship",
        "ConsentRefused": "citizenship",
        "DeferralRefused": "burden",
        "Ledger": "burden",
        "Seat": "seats",
        "SeatRefused": "seats",
        "Standing": "citizenship",
        "Vacated": "events",
        "constituted": "seats",
        "next_alternate": "events",
        "standing": "citizenship",
        "vacated": "events",
        "why_not": "eligibility",
    },
)
