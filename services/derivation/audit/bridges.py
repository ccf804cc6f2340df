"""The bridges of a derivation folder: counted into its certificate, and counted again from its tables."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pandas as pd

from geopolity.messages import Message
from geopolity.polity.bridges import BRIDGE_SHARE, bridges_of
from services.derivation.audit.evidence import VerificationFailed, close, equal
from services.records import Json
from services.verifiers.check_bound import rows


def bridges_record(units: pd.DataFrame, *, everyone: bool) -> Json:
    """What ``certificate.json`` says of the bridges; nothing where everyone is inside."""
    if everyone:
        return {}
    found = bridges_of(units)
    return {"bridges": {"units": found.units, "population": found.people, "affected": found.affected}}


def bridges_hold(folder: Path, certificate: Json) -> Message:
    """Count them again, in plain Python."""
    stated = certificate["bridges"]
    if set(stated) != {"units", "population", "affected"}:
        raise VerificationFailed("certificate.json does not say of its bridges what it should; derive it again.")
    inside = [row for row in rows(folder / "units.csv") if row["inside"] == "True"]
    people = [(float(row["population"] or 0), float(row["affected"] or 0)) for row in inside]
    found = [(lived, affected) for lived, affected in people if lived > 0 and affected < BRIDGE_SHARE * lived]
    equal("units of bridges", "certificate.json", stated["units"], len(found))
    for place, key in enumerate(("population", "affected")):
        total = sum((Fraction(pair[place]) for pair in found), Fraction(0))
        close(f"{key} of bridges", "certificate.json", stated[key], total)
    return Message(
        "bridges: {units} units are inside only to connect, with {people:people} people",
        units=len(found),
        people=stated["population"],
    )
