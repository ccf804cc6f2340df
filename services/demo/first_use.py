"""What a first user finds: the sample polities, synthetic citizens and a rehearsed draw, loaded while the service runs.

The samples are derived without pictures. The first needs no compiled kernel, so that it is there within seconds even
on a machine that has compiled none.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from services.storage.store import Store
from services.storage.tables import PolityRow

QUICKEST_FIRST = (
    "human-rights",
    "hurricane-relief",
    "ogallala-aquifer",
    "smelter-emissions",
    "mississippi-water-quality",
    "east-coast-fishing-rights",
)


def is_empty(store: Store) -> bool:
    """Whether the store holds no polity at all."""
    with store.reading() as session:
        return session.scalar(select(PolityRow.key).limit(1)) is None


def load_samples(store: Store) -> Iterator[str]:
    """Load the samples one by one, and say the name of each; then the citizens and the draw."""
    from services.demo.synthetic import register_synthetic, rehearse_demo  # noqa: PLC0415
    from services.derivation.derive import derive  # noqa: PLC0415 - a full store needs none of it
    from services.derivation.requests.request import request_of  # noqa: PLC0415
    from services.polities.lifecycle import load_proposal, proposal_of  # noqa: PLC0415

    for name in QUICKEST_FIRST:
        derivation = derive(request_of(store.home, issue=name), store.home).derivation
        load_proposal(proposal_of(derivation), derivation.layer, store)
        yield name
    register_synthetic(store)
    rehearse_demo(store)
