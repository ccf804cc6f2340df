"""Find the data that travels with geopolity: a checkout's ``data/`` first, else inside the wheel."""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def data_folder() -> Path:
    """Folder with the embedded layers and issues."""
    checkout = Path(__file__).parents[1] / "data"
    if (checkout / "issues").is_dir():
        return checkout
    with resources.as_file(resources.files("boundaries") / "embedded") as folder:
        return folder


def names(folder: Path, suffix: str) -> list[str]:
    """Names of the files with this suffix, in order."""
    return sorted(path.stem for path in folder.glob(f"*{suffix}"))
