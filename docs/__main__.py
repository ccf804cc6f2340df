"""Build the guide into ``GEOPOLITY_HOME/guide`` (``./run guide``): the service serves it, the site takes it along."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from sphinx.cmd.build import build_main

from docs.closed import close_pages
from docs.generated import write_reference
from docs.pictures import write_pictures
from maps.assets import asset_path
from services.settings import read_settings

SOURCES = Path(__file__).parent


def build(out: Path, home: Path, *, quiet: bool = True) -> int:
    """Build the guide and return Sphinx's status; the folder is replaced once everything is there."""
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder, "source"), Path(folder, "html")
        shutil.copytree(SOURCES, source, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        shutil.copy(SOURCES / "conf.py", source)
        shutil.copy(asset_path("icon.svg"), source)
        write_reference(source / "reference")
        write_pictures(source / "pictures", home)
        status = build_main(["-b", "html", "-W", "--keep-going", *(["-q"] if quiet else []), str(source), str(made)])
        if status == 0:
            close_pages(made)
            shutil.rmtree(made / ".doctrees", ignore_errors=True)
            out.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(out, ignore_errors=True)
            shutil.move(made, out)
    return status


def main(arguments: list[str]) -> int:
    """Build, and say what to open."""
    settings = read_settings()
    parser = argparse.ArgumentParser(prog="./run guide", description=__doc__)
    parser.add_argument("--out", type=Path, default=settings.guide, metavar="DIR", help="folder to write")
    parser.add_argument("--verbose", action="store_true", help="show what Sphinx does")
    asked = parser.parse_args(arguments)
    status = build(asked.out, settings.home, quiet=not asked.verbose)
    if status == 0:
        print(f"Open {asked.out / 'index.html'}, or /guide of the service.")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
