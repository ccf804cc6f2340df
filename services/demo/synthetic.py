"""Synthetic citizens, marked as such, and a rehearsal of a draw among them: what the demo ends with."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import numpy as np
from sqlalchemy import insert, select

from geopolity.assembly.citizenship import LEAST_HOME
from geopolity.assembly.credential import public_half
from services.assemblies.held_draw import Held
from services.clock import now
from services.storage.layers.census import find_layer, unit_table
from services.storage.people import citizens, credentials
from services.storage.people.citizens import Newcomer
from services.storage.store import Store
from services.storage.tables import CitizenRow, CredentialRow

PEOPLE = 20_000
SEED = 2026
LEVELS = ("age", "sex")
AGES = {"18-29": 0.21, "30-44": 0.25, "45-64": 0.32, "65+": 0.22}
SEXES = ("f", "m")


def register_synthetic(store: Store, *, people: int = PEOPLE, seed: int = SEED) -> int:
    """Register so many marked synthetic citizens with consent, in proportion to residents; none if anybody is there.

    Homes, ages and sexes follow from the seed; ids are random, as everybody's.
    """
    rng = np.random.default_rng(seed)
    with store.writing() as session:
        if session.scalar(select(CitizenRow.key).limit(1)) is not None:
            return 0
        layer = find_layer(session)
        residents = unit_table(session, layer.digest)["population"].fillna(0.0)
        residents = residents[residents >= LEAST_HOME]
        homes = rng.choice(residents.index.to_numpy(), people, p=(residents / residents.sum()).to_numpy())
        ages = rng.choice(list(AGES), people, p=list(AGES.values()))
        sexes = rng.choice(SEXES, people)
        newcomers = [
            Newcomer(unit_id=str(home), is_synthetic=True, stratum={"age": str(age), "sex": str(sex)})
            for home, age, sex in zip(homes, ages, sexes, strict=True)
        ]
        moment = now()
        citizens.give_all_consent(session, citizens.register(session, layer, newcomers, now=moment), now=moment)
    return people


def secret_of(citizen_id: str) -> bytes:
    """The key of a made-up person: anybody can make it, for a demonstration keeps no secrets."""
    return hashlib.sha256(f"synthetic {citizen_id}".encode()).digest()


def give_keys(store: Store) -> int:
    """Give a key to every made-up citizen who has none; they count as made by an office. Returns how many."""
    with store.writing() as session:
        held = select(CredentialRow.citizen)
        query = select(CitizenRow.key, CitizenRow.citizen_id).where(
            CitizenRow.is_synthetic, CitizenRow.key.not_in(held)
        )
        rows = [
            {
                "citizen": key,
                "public_key": public_half(secret_of(citizen_id)),
                "made_by": credentials.OFFICE,
                "made_at": now(),
            }
            for key, citizen_id in session.execute(query)
        ]
        if rows:
            session.execute(insert(CredentialRow), rows)
    return len(rows)


def rehearse_demo(store: Store) -> Held:
    """Rehearse a draw of all active polities into ``out/demo/draw`` of the home; an earlier one is replaced."""
    from services.assemblies.draws import rehearse_assemblies  # noqa: PLC0415 - it brings the pictures
    from services.assemblies.planning import LotRequest  # noqa: PLC0415

    folder = store.home / "out" / "demo" / "draw"
    _replace(folder)
    return rehearse_assemblies(str(SEED), folder, LotRequest(levels=LEVELS), store)


def _replace(folder: Path) -> None:
    if (folder / "bundle.json").exists():
        shutil.rmtree(folder)
