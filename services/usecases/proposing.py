"""Propose what an analyst asks for: derive it with full effort, write its folder, and open it to objections."""

from __future__ import annotations

import re
from typing import Any

from geopolity.baselines import baselines
from services.derivation_folder import write_folder
from services.settings import Settings
from services.usecases.asked import AskedError, PolityAsked
from services.usecases.derive import draw
from services.usecases.moments import now
from services.usecases.polities import propose_polity
from services.usecases.trying import tried


def propose_asked(asked: PolityAsked, settings: Settings, *, by: str, days: int) -> dict[str, Any]:
    """Propose it as the next version of its polity.

    Raises
    ------
    AskedError
        If it has neither a title nor a name.
    """
    if "title" not in asked.model_fields_set or not asked.title.strip():
        raise AskedError("The draft has no title; say in a few words what the issue is about.")
    made = tried(asked, settings, effort=asked.effort, drawing=True).derivation
    moment = re.sub(r"[^0-9]", "", now())
    folder = settings.out / "studio" / f"{asked.issue_name}-{moment}-{made.certificate.digest[:8]}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    write_folder(folder, made, draw(made, baselines(made)))
    return propose_polity(str(folder), settings, by=by, days=days)
