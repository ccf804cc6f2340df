"""A geocoder that the operator runs or trusts: an address is sent to it, and nothing of it is kept or logged here.

Nominatim, Photon and Pelias are understood; which one it is, the path of its address says, and else its answer.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx

from boundaries.gazetteer.areas import by_codes
from boundaries.gazetteer.place import Found, Place
from geopolity.errors import RequestError

SECONDS = 5.0
"""How long an answer is waited for."""
MOST = 5
LONGEST_WAIT = 3_600.0
WAIT_SECONDS = 60.0
"""How long it is left alone where it says that it is asked too often, and not for how long."""
SAME_PLACE = 0.001
Kind = Literal["nominatim", "photon", "pelias"]
_left_alone: dict[str, float] = {}

logging.getLogger("httpx").setLevel(logging.WARNING)  # it would write the address that is asked for into a log
logging.getLogger("httpcore").setLevel(logging.WARNING)


class GeocoderError(RequestError):
    """The geocoder cannot be reached, is asked too often, or gives no answer that can be read."""

    code = "geocoder"


def host_of(url: str) -> str:
    """Whom an address is sent to, as people are told."""
    return urlsplit(url).hostname or url


def geocoded(url: str, text: str) -> Found | None:
    """Places that a geocoder knows for a text, the likeliest first; ``None`` where it knows none.

    Raises
    ------
    GeocoderError
        If there is no answer that can be read.
    """
    _check_wait(url)
    answer = _asked(url, text)
    places = tuple(_places(_read(url, answer)))[:MOST]
    return Found(places=places, is_clear=_is_clear(places)) if places else None


def kind_of(url: str) -> Kind:
    """Which of the three an address is of: Pelias ends in ``/v1/search``, Photon in ``/api``."""
    path = urlsplit(url).path.rstrip("/")
    if path.endswith("/v1/search"):
        return "pelias"
    return "photon" if path.endswith("/api") else "nominatim"


def _parameters(kind: Kind, text: str) -> dict[str, str]:
    if kind == "pelias":
        return {"text": text, "size": str(MOST)}
    if kind == "photon":
        return {"q": text, "limit": str(MOST)}
    return {"q": text, "format": "jsonv2", "addressdetails": "1", "limit": str(MOST)}


def _asked(url: str, text: str) -> httpx.Response:
    try:
        answer = httpx.get(
            url,
            params=_parameters(kind_of(url), text),
            timeout=SECONDS,
            headers={"User-Agent": "geopolity", "Accept": "application/json"},
            follow_redirects=False,
        )
    except httpx.HTTPError as error:
        said = "it took too long" if isinstance(error, httpx.TimeoutException) else "it cannot be reached"
        raise _away(url, said) from None  # the error names the address that was asked for
    if answer.status_code in {429, 503}:
        _left_alone[url] = time.monotonic() + _wait(answer.headers.get("Retry-After", ""))
        raise _away(url, "it is asked too often")
    if answer.status_code != httpx.codes.OK:
        raise _away(url, f"it answered {answer.status_code}")
    return answer


def _check_wait(url: str) -> None:
    if time.monotonic() < _left_alone.get(url, 0.0):
        raise _away(url, "it is asked too often")


def _wait(said: str) -> float:
    return min(float(said), LONGEST_WAIT) if said.isascii() and said.isdigit() else WAIT_SECONDS


def _away(url: str, reason: str) -> GeocoderError:
    return GeocoderError(
        "{host}, which finds addresses here, gives no answer ({reason}); try again later, or give a postcode, a town, "
        "or longitude and latitude.",
        host=host_of(url),
        reason=reason,
    )


def _read(url: str, answer: httpx.Response) -> Sequence[Any]:
    try:
        found = answer.json()
    except ValueError:
        found = None
    if isinstance(found, Mapping):
        found = found.get("features")
    if not isinstance(found, list):
        raise _away(url, "its answer is none of a geocoder")
    return found


def _places(found: Sequence[Any]) -> list[Place]:
    places = [_of_feature(one) if "geometry" in one else _of_nominatim(one) for one in found if isinstance(one, dict)]
    return [one for one in places if one is not None]


def _of_nominatim(one: Mapping[str, Any]) -> Place | None:
    known = one.get("address") or {}
    is_house = bool(known.get("house_number")) or one.get("addresstype") in {"building", "place"}
    country = str(known.get("country_code", ""))
    region = str(known.get("state", ""))
    label = str(one.get("display_name", ""))
    return _place((one.get("lon"), one.get("lat")), label, country, region, sure=0.9 if is_house else 0.6)


def _of_feature(one: Mapping[str, Any]) -> Place | None:
    """A feature of Photon or Pelias, or of Nominatim's GeoJSON."""
    known, point = one.get("properties") or {}, list((one.get("geometry") or {}).get("coordinates") or ())
    if len(point) < 2 or isinstance(point[0], list):
        return None
    label = known.get("label") or known.get("display_name") or _photon_label(known)
    country = str(known.get("countrycode") or known.get("country_code") or "")
    sure = known.get("confidence")
    if not isinstance(sure, (int, float)):
        sure = 0.9 if known.get("housenumber") else 0.6
    region = str(known.get("state") or known.get("region") or "")
    return _place((point[0], point[1]), str(label), country, region, sure=float(sure))


def _photon_label(known: Mapping[str, Any]) -> str:
    street = " ".join(str(known[part]) for part in ("housenumber", "street") if known.get(part))
    parts = [
        known.get("name"),
        street,
        known.get("postcode"),
        known.get("city"),
        known.get("state"),
        known.get("country"),
    ]
    return ", ".join(dict.fromkeys(str(part) for part in parts if part))


def _place(point: tuple[Any, Any], label: str, country: str, region: str, *, sure: float) -> Place | None:
    try:
        x, y = float(point[0]), float(point[1])
    except (TypeError, ValueError):
        return None
    if not (math.isfinite(x) and math.isfinite(y) and -180 <= x <= 180 and -90 <= y <= 90 and label):
        return None
    nation = by_codes(country.upper()[:2])
    return Place(
        id=f"{y:.7f}, {x:.7f}",
        name=label[:200],
        kind="address",
        region="",
        region_short=region,
        country=nation.name if nation else "",
        country_code=country.upper()[:2] if nation else "",
        lon=round(x, 7),
        lat=round(y, 7),
        people=0,
        sure=round(min(max(sure, 0.0), 1.0), 3),
        how="geocoder",
    )


def _is_clear(places: Sequence[Place]) -> bool:
    """Whether the first is meant: alone, or a house where the others are none, or all at one spot."""
    if not places:
        return False
    first, *rest = places
    near = all(abs(one.lon - first.lon) < SAME_PLACE and abs(one.lat - first.lat) < SAME_PLACE for one in rest)
    return near or all((first.sure or 0) - (one.sure or 0) >= 0.15 for one in rest)
