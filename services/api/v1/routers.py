"""All routers of version 1."""

from __future__ import annotations

from fastapi import APIRouter

from services.api.v1 import (
    accounts,
    assemblies,
    citizens,
    derivations,
    docket,
    layers,
    lookups,
    polities,
    publiclog,
    sealed,
)

ROUTERS: tuple[APIRouter, ...] = (
    lookups.router,
    layers.router,
    derivations.router,
    polities.router,
    citizens.router,
    assemblies.router,
    docket.router,
    sealed.router,
    publiclog.router,
    accounts.router,
)
