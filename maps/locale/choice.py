"""Which language somebody is spoken to in."""

from __future__ import annotations

from collections.abc import Mapping

from maps.locale.catalogue import LANGUAGES


def spoken(wanted: str | None, kept: str | None, accepted: str | None) -> str:
    """Choose a language: the one asked for, else the one kept, else the first acceptable one that is spoken.

    Parameters
    ----------
    wanted, kept
        Of the address and of the cookie.
    accepted
        An ``Accept-Language`` header, ``es-MX,es;q=0.9,en;q=0.8``; its weights decide.
    """
    for one in (wanted, kept):
        if one in LANGUAGES:
            return one
    ranges = [_weighted(part) for part in (accepted or "").split(",")]
    spoken_ones = [(weight, name) for weight, name in ranges if name in LANGUAGES and weight > 0]
    return max(spoken_ones, key=lambda one: one[0])[1] if spoken_ones else LANGUAGES[0]


def of_environment(environment: Mapping[str, str]) -> str:
    """Language of a terminal: ``LC_ALL``, else ``LC_MESSAGES``, else ``LANG``; English for C, POSIX and unknown ones.

    >>> of_environment({"LANG": "es_ES.UTF-8", "LC_ALL": "C"})
    'en'
    """
    said = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    language = said.partition(".")[0].partition("@")[0].partition("_")[0].lower()
    return language if language in LANGUAGES else LANGUAGES[0]


def _weighted(part: str) -> tuple[float, str]:
    name, _, weight = part.strip().partition(";q=")
    try:
        return (float(weight) if weight else 1.0), name.partition("-")[0].lower()
    except ValueError:
        return 0.0, ""
