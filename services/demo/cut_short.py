"""Periods that a demonstration cuts short, since nobody waits for weeks to see one; the log says so each time.

No door leads here: whoever runs the service has no command and no route for it.
"""

from __future__ import annotations

from services.clock import now
from services.storage.docket.matters import find_matter
from services.storage.polities import versions
from services.storage.publiclog import append
from services.storage.store import Store

KIND = "demonstration: period cut short"


def proposal(polity_id: str, store: Store) -> str:
    """End the time for objections to a polity's proposal now; returns when it was to end."""
    with store.writing() as session:
        row = versions.pending(session, polity_id)
        was = str(row.open_until)
        row.open_until = now()
        append(session, KIND, {"issue": row.issue, "version": row.version, "was": was})
        return was


def hearing(matter_id: str, store: Store) -> str:
    """Let a hearing end today; returns when it was to end."""
    with store.writing() as session:
        row = find_matter(session, matter_id)
        was = str(row.hearing_until)
        row.hearing_until = now()[:10]
        append(session, KIND, {"matter": matter_id, "was": was})
        return was
