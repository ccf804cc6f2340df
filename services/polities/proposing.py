"""Propose what an analyst asks for: ordered as a job, which derives it with full effort and opens it to objections."""

from __future__ import annotations

from services.derivation.requests.opened_spec import issue_of
from services.derivation.requests.spec import DerivationSpec, SpecError
from services.storage.polities import steps
from services.storage.store import Store


def check_proposable(spec: DerivationSpec, store: Store) -> None:
    """Refuse at once what could not be proposed once it is derived.

    Raises
    ------
    SpecError
        If it has no title.
    TransitionRefused
        If another version of the polity is open to objections.
    """
    if "title" not in spec.model_fields_set or not spec.title.strip():
        raise SpecError("The draft has no title; say in a few words what the issue is about.")
    issue_of(spec, store.home)
    with store.reading() as session:
        steps.check_nothing_proposed(session, spec.issue_name)
