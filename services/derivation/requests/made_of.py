"""What a derivation is made of, as one digest: the same digest, and the folder need not be derived again."""

from __future__ import annotations

import hashlib

from geopolity.polity.record import ENGINE
from services.derivation.requests.request import Request


def made_of(request: Request, content: bytes) -> str:
    """Digest of a request: what its issue is written as, how it is derived, and what footprint and spread hold."""
    issue = request.issue
    how = (request.layer_names, request.effort, request.seed, str(issue.coverage), issue.smallest)
    also = (
        *(issue.connector_km, issue.compactness, issue.fill_holes, issue.conditions, issue.pieces),
        *(request.columns, ENGINE),
    )
    sha = hashlib.sha256(content)
    sha.update(repr((how, also, issue.footprint.digest)).encode())
    if issue.spread is not None:
        sha.update(issue.spread.digest.encode())
    return sha.hexdigest()
