"""From values to pictures: the web map, the report and static figures of a polity."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import folium

    from geopolity.polity.derivation import Derivation

__all__ = ["diff_map", "polity_map"]


def polity_map(derivation: Derivation, language: str = "en") -> folium.Map:
    """Draw a derivation as a web map of one file; see ``maps.webmaps.polity.polity_map``."""
    from maps.locale.texts import texts  # noqa: PLC0415
    from maps.webmaps import polity  # noqa: PLC0415 - folium is slow to import and not every command draws

    return polity.polity_map(derivation, texts(language))


def diff_map(before: Derivation, after: Derivation, language: str = "en") -> folium.Map:
    """Draw what changed between two versions of a polity; see ``maps.webmaps.change.diff_map``."""
    from maps.locale.texts import texts  # noqa: PLC0415
    from maps.webmaps import change  # noqa: PLC0415 - folium is slow to import and not every command draws

    return change.diff_map(before, after, texts(language))
