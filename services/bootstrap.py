"""Where the parts are joined: settings are read once, the store is opened once, and whoever needs it is handed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.settings import Settings, read_settings

if TYPE_CHECKING:
    from services.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a door (command line, API, worker) works with: its settings, and everything that is kept."""

    settings: Settings

    @property
    def store(self) -> Store:
        """Everything that is kept; no database is touched until something is read or written."""
        return open_store(self.settings)


def bootstrap(settings: Settings | None = None) -> Service:
    """The service as the environment describes it, unless other settings are given."""
    return Service(settings=read_settings() if settings is None else settings)


def open_store(settings: Settings) -> Store:
    """The store that the settings name: ``GEOPOLITY_DATABASE_URL``, else ``GEOPOLITY_HOME/geopolity.sqlite``."""
    from services.storage.store import Store  # noqa: PLC0415 - databases are slow to import, and --help needs none

    return Store(
        url=settings.store_url,
        home=settings.home,
        vote_days=settings.vote_days,
        geocoder=settings.geocoder_url,
        least_free_mb=settings.least_free_mb,
    )
