"""The ellipsoid WGS 84 in numbers, for what needs no more of it; they are those of PROJ, to the last bit."""

from __future__ import annotations

AXIS = 6_378_137.0
"""Half the diameter of the equator, m."""
ECCENTRICITY = 0.00669437999014133
"""Square of the first eccentricity."""
