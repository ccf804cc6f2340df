"""What no body in JSON may hold: numbers beyond 64 bits, halves of characters, and more depth than a reader has."""

from __future__ import annotations

import json

from services.api.problems import BodyError

DIGITS = 19
"""Of the largest whole number of 64 bits."""


def check_body(body: bytes) -> None:
    """Refuse what would stop later, in the store or while an answer is written.

    What is no JSON at all is left to whoever reads it.

    Raises
    ------
    BodyError
        Naming what cannot be read.
    """
    if not body:
        return
    try:
        found = json.loads(body, parse_int=_whole)
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise BodyError(
            "The body holds half of a character (a lone surrogate); write whole characters, as UTF-8."
        ) from error
    except RecursionError as error:
        raise BodyError("The body is nested too deeply; send it flatter.") from error
    except ValueError:
        return


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > DIGITS or not -(2**63) <= int(digits) < 2**63:
        raise BodyError(
            "The body holds the number {number}, which is beyond 64 bits; give a smaller one, or a text.",
            number=digits if len(digits) <= 2 * DIGITS else f"{digits[:DIGITS]}…",
        )
    return int(digits)
