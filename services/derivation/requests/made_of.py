"""What a derivation is made of, as one digest: the same digest, and the folder need not be derived again."""

from __future__ import annotations

import hashlib
from dataclasses import fields

import pandas as pd
from pandas.util import hash_pandas_object

from geopolity.layers.layer import Layer
from services.derivation.requests.request import Request
from services.stamp import program_stamp

READ = {"footprint", "spread"}
"""What an issue has read from files: digests stand for them."""
HELD = {"issue", "previous", "groups"}
"""What is no plain setting of a request; the last two are read too."""


def made_of(request: Request, content: bytes, ground: str) -> str:
    """Digest of all that decides the bytes of a folder: program, issue, how it is derived, and the layer itself.

    Parameters
    ----------
    content
        What the issue is written as.
    ground
        ``ground_of`` the request's layer as it is now: a file of the same name may hold something else.
    """
    issue = request.issue
    read = (issue.footprint.digest, "" if issue.spread is None else issue.spread.digest)
    said = (
        program_stamp(),
        repr([(one.name, getattr(issue, one.name)) for one in fields(issue) if one.name not in READ]),
        repr([(one.name, getattr(request, one.name)) for one in fields(request) if one.name not in HELD]),
        repr(None if request.previous is None else request.previous[request.previous].index.to_list()),
        "" if request.groups is None else hashlib.sha256(request.groups.read_bytes()).hexdigest(),
        *read,
        ground,
    )
    return hashlib.sha256(content + "\n".join(said).encode()).hexdigest()


def ground_of(layer: Layer) -> str:
    """Digest of everything in a layer: its own leaves out names, attributes, and what is said of it."""
    said = (layer.name, layer.title, layer.vintage, layer.source, layer.licence, [str(note) for note in layer.notes])
    columns = pd.DataFrame(layer.units.drop(columns=layer.units.geometry.name))
    sha = hashlib.sha256(f"{layer.digest}\n{said}\n{columns.columns.to_list()}\n{columns.dtypes.to_list()}".encode())
    sha.update(hash_pandas_object(columns).to_numpy().tobytes())
    return sha.hexdigest()
