"""Open what a simulated society assumes: a TOML file with a table for each parameter.

[consent]
value = 0.5
low = 0.1
high = 0.9
unit = "share of adults whose yearly consent stands"
source = "assumption"
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from boundaries.embedded import data_folder
from boundaries.errors import FileError
from boundaries.paths import existing_file
from geopolity.society.parameters import Parameters, parameters_of


def open_parameters(path: Path | None = None) -> Parameters:
    """Parameters of a file; without one, those that travel with geopolity. A file may name only what it changes.

    Raises
    ------
    FileError
        If the file is not there, or no TOML.
    ParametersError
        If a parameter is unknown or out of range.
    """
    given = _tables(data_folder() / "society.toml")
    return parameters_of(given if path is None else given | _tables(existing_file(path)))


def _tables(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileError(
            "{path} is not TOML ({reason}); see data/society.toml for an example.", path=path, reason=str(error)
        ) from error
