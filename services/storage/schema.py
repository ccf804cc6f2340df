"""The version of the store's tables: made in an empty database, checked in any other, moved by migrations."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from geopolity.errors import RequestError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).with_name("migrations")
NEWEST = max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


class StoreSchemaError(RequestError):
    """The store's tables are of another version than this program."""

    code = "store-schema"


def prepare(engine: Engine) -> None:
    """Make the tables of an empty store; refuse one of another version."""
    with engine.connect() as connection:
        found = version(connection)
    if found is None:
        migrate(engine, "head")
    elif found != NEWEST:
        raise StoreSchemaError(
            "The store has tables of version {found} and this program needs {wanted}; run `geopolity db upgrade`."
            if found < NEWEST
            else "The store has tables of version {found} and this program needs {wanted}; install the newer geopolity "
            "that wrote it.",
            found=found,
            wanted=NEWEST,
        )


def version(connection: Connection) -> str | None:
    """Version of the tables; ``None`` where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def migrate(engine: Engine, target: str) -> None:
    """Move the tables to a version (``head``, ``base`` or a number), in one transaction."""
    from alembic import command  # noqa: PLC0415 - only a new or old store needs it

    with engine.execution_options(writes=True).begin() as connection:
        if version(connection) == (NEWEST if target == "head" else target):
            return  # another process was first
        settings = configuration(connection)
        forward = target == "head" or (version(connection) or "") < target != "base"
        (command.upgrade if forward else command.downgrade)(settings, target)


def configuration(connection: Connection) -> Config:
    """Tell alembic which connection to work on."""
    from alembic.config import Config  # noqa: PLC0415

    settings = Config(stdout=sys.stdout)  # its default is what stdout was when alembic was imported
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.attributes["connection"] = connection
    return settings
