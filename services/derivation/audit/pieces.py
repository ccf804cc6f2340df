"""Whether a region hangs together, in one piece or in no more than are allowed; a breadth-first walk, nothing else."""

from __future__ import annotations

import hashlib
from collections import defaultdict, deque

from geopolity.messages import Message
from services.derivation.audit.evidence import Evidence, VerificationFailed, equal

EVERYBODY = hashlib.sha256(b"Everyone").hexdigest()
"""Digest of the footprint that the root polity has, and nobody else."""


def region_is_connected(evidence: Evidence) -> Message:
    """Count the pieces; everyone may be in any number."""
    inside = evidence.inside
    neighbours: dict[str, list[str]] = defaultdict(list)
    for one, other in evidence.edges:
        neighbours[one].append(other)
        neighbours[other].append(one)
    if not inside:
        raise VerificationFailed("No unit is inside; a polity holds at least one.")
    if evidence.everyone:
        equal("footprint", "problem.json", evidence.problem["footprint"]["digest"], EVERYBODY)
        if inside >= evidence.units.keys():
            return Message("everyone: all {units} units are inside, contiguity is waived", units=len(evidence.units))
        raise VerificationFailed("The method is root, but some units are outside.")
    pieces = _pieces(inside, neighbours)
    if len(pieces) > evidence.pieces:
        start, lost = min(pieces[0]), min(pieces[1])
        raise VerificationFailed(
            "The region is not connected: no path inside leads from {start} to {lost}."
            if evidence.pieces == 1
            else "The region lies in more than {pieces} pieces: no path inside leads from {start} to {lost}.",
            start=start,
            lost=lost,
            pieces=evidence.pieces,
        )
    return Message(
        "connected: {number} units and connectors form one piece"
        if len(pieces) == 1
        else "pieces: {number} units and connectors form {pieces}, and {most} are allowed",
        number=len(inside),
        pieces=len(pieces),
        most=evidence.pieces,
    )


def _pieces(inside: set[str], neighbours: dict[str, list[str]]) -> list[set[str]]:
    """Connected parts of a region."""
    found: list[set[str]] = []
    left = set(inside)
    while left:
        start = min(left)
        reached, queue = {start}, deque([start])
        while queue:
            fresh = [name for name in neighbours[queue.popleft()] if name in inside and name not in reached]
            reached.update(fresh)
            queue.extend(fresh)
        found.append(reached)
        left -= reached
    return found
