"""An order of a process: what it asks for besides the inputs is done, or refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.ogc.crs import OgcError
from services.ogc.documents import JSON
from services.ogc.processes import FIGURES, FILES

DOCUMENT, MODES = "document", ("async", "auto")
REFERENCE, VALUE = "reference", "value"


def wanted_of(outputs: Mapping[str, Any], response: str, more: Mapping[str, Any]) -> tuple[str, ...]:
    """Which outputs are wanted, in the order of their names; none means all.

    Raises
    ------
    OgcError
        If the order asks for what there is not, or what is not done here.
    """
    if response != DOCUMENT:
        raise OgcError(
            "response {response:quoted} is not served; results are a document that says where each output is: leave it "
            "away, or say {known:quoted}.",
            response=response[:40],
            known=DOCUMENT,
        )
    for name, value in more.items():
        if name != "mode" or value not in MODES:
            raise OgcError(
                "{name}={value} is not done here; an order has inputs, outputs and response, and is done in its turn "
                "(mode=async): follow its job.",
                name=name[:40],
                value=str(value)[:60],
            )
    for name, said in outputs.items():
        _check(name, said)
    return tuple(sorted(outputs))


def _check(name: str, said: Any) -> None:
    """One output as it is wanted: there is one form of each."""
    if name not in FILES and name != FIGURES:
        raise OgcError(
            "There is no output {name:quoted}; there are {names:list}.", name=name[:60], names=[*FILES, FIGURES]
        )
    served = {"format": FILES[name][1], "transmissionMode": REFERENCE} if name in FILES else {}
    served = served or {"format": JSON, "transmissionMode": VALUE}
    for key, value in (said if isinstance(said, dict) else {"output": said}).items():
        if value != (served.get(key) if key != "format" else {"mediaType": served[key]}):
            raise OgcError(
                "{name} is not handed out with {key}={value}; it comes as {kind}, by {mode}.",
                name=name,
                key=str(key)[:40],
                value=str(value)[:60],
                kind=served["format"],
                mode=served["transmissionMode"],
            )
