"""The roles of every route, as the application declares them: `./run python -m tests.route_roles` prints the list."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from fastapi.routing import APIRoute

from services.api.app import ROUTERS
from services.api.principal import guard_of


def routes() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Method, path and roles of each route, in order."""
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            for method in sorted(route.methods):
                yield method, route.path, frozenset(str(role) for role in guard_of(route).roles)


def listed() -> str:
    """One line a route; what everybody may read is left out."""
    return "".join(
        sorted(
            f"{method} {path}: {', '.join(sorted(roles))}\n"
            for method, path, roles in routes()
            if (method, roles) != ("GET", {"public"})
        )
    )


if __name__ == "__main__":
    sys.stdout.write(listed())
