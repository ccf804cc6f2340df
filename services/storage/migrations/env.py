"""Run migrations on the connection that the store hands over."""

from __future__ import annotations

from typing import Any

from alembic import context
from geoalchemy2 import alembic_helpers

from services.storage.tables import all_tables


def is_compared(thing: Any, name: str | None, kind: str, *reflection: Any) -> bool:
    """Leave out what the model does not name: PostGIS's own tables, spatial indexes, and what searches streets."""
    if "_search" in str(name):
        return False
    is_spatial_index = kind == "index" and str(name).endswith("_shape")
    return not is_spatial_index and bool(alembic_helpers.include_object(thing, name, kind, *reflection))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_tables(),
    include_object=is_compared,
    compare_type=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
