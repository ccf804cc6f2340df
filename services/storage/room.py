"""Room on the disk: below a stated free space nothing more is written, so that what is kept can still be read."""

from __future__ import annotations

import shutil
from pathlib import Path

from geopolity.errors import GeopolityError

MEGABYTE = 1_000_000


class DiskFull(GeopolityError):
    """The disk has less free space than is left alone here."""

    code = "disk-full"


def free_mb(home: Path) -> int:
    """Free space of the disk that a folder is on, or will be, MB."""
    place = next(it for it in (home, *home.absolute().parents) if it.exists())
    return shutil.disk_usage(place).free // MEGABYTE


def check_room(home: Path, least_mb: int) -> None:
    """Refuse to write where the disk is nearly full.

    Raises
    ------
    DiskFull
        If less than so many MB are free.
    """
    free = free_mb(home)
    if free < least_mb:
        raise DiskFull(
            "The disk of this service has {free:count} MB free, and below {least:count} nothing is taken in; all that "
            "is kept can be read. Come back later; whoever runs the service makes room.",
            free=free,
            least=least_mb,
        )
