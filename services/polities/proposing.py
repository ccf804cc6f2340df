"""Propose what an analyst asks for: ordered as a job, which derives it with full effort and opens it to objections."""

from __future__ import annotations

from services.derivation.request import AskedError, PolityAsked, issue_of
from services.storage import polities
from services.storage.store import Store


def check_proposable(asked: PolityAsked, store: Store) -> None:
    """Refuse at once what could not be proposed once it is derived.

    Raises
    ------
    AskedError
        If it has no title.
    TransitionRefused
        If another version of the polity is open to objections.
    """
    if "title" not in asked.model_fields_set or not asked.title.strip():
        raise AskedError("The draft has no title; say in a few words what the issue is about.")
    issue_of(asked, store.home)
    with store.reading() as session:
        polities.check_nothing_proposed(session, asked.issue_name)
