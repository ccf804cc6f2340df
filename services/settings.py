"""Settings: everything the environment may say, read once into one frozen object.

Each is documented in services/README.md; a test checks it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geopolity.errors import RequestError


class SettingError(RequestError):
    """An environment variable has a value that cannot be used."""

    code = "setting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says.

    Attributes
    ----------
    home
        ``GEOPOLITY_HOME``: the folder of all state: ``cache/``, ``log/``, ``out/``.
    workers
        ``GEOPOLITY_WORKERS``: processes for work on several issues at once; by default the processors, at most 4.
    """

    home: Path
    workers: int

    @property
    def out(self) -> Path:
        """Folder of results that were given no other place."""
        return self.home / "out"

    @property
    def error_log(self) -> Path:
        """File that holds the details of unexpected errors."""
        return self.home / "log" / "errors.log"

    @property
    def kernel_cache(self) -> Path:
        """Folder of compiled kernels."""
        return self.home / "cache" / "numba"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from environment variables."""
    home = environment.get("GEOPOLITY_HOME")
    return Settings(
        home=Path(home).absolute() if home else _default_home(),
        workers=_workers(environment.get("GEOPOLITY_WORKERS")),
    )


def _default_home() -> Path:
    checkout = Path(__file__).parents[1]
    if (checkout / "pyproject.toml").exists():
        return checkout / "var"
    import platformdirs  # noqa: PLC0415 - only an installed wheel needs it

    return Path(platformdirs.user_data_dir("geopolity"))


def _workers(text: str | None) -> int:
    if not text:
        return min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    if not text.isdecimal() or int(text) < 1:
        raise SettingError(f"GEOPOLITY_WORKERS is {text!r}; give the number of processes, for example 2.")
    return int(text)
