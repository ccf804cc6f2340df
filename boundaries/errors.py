"""What can be wrong with a file, whatever its format."""

from __future__ import annotations

from geopolity.errors import RequestError


class FileError(RequestError):
    """A file cannot be read as what it should be."""

    code = "file"


class CrsError(RequestError):
    """The coordinate system is missing, unknown, or contradicts the coordinates."""

    code = "crs"


class ColumnError(RequestError):
    """A column is named that the file does not have, or none could be recognised."""

    code = "column"
