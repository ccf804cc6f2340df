"""OGC APIs under /ogc: Features and Tiles, Processes, and the catalogue."""

from __future__ import annotations

from services.api.ogc import catalogue, features, processes

ROUTERS = (features.router, processes.router, catalogue.router)
