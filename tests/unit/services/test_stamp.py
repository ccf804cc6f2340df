"""What the program's stamp covers: its own files, and every package that it is made with."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution

import pytest

from services import stamp

PROJECT = tomllib.loads((stamp.ROOT / "pyproject.toml").read_text())["project"]
REQUIRED = [*PROJECT["dependencies"], *(one for extra in PROJECT["optional-dependencies"].values() for one in extra)]


def stamped_now():
    stamp.program_stamp.cache_clear()
    try:
        return stamp.program_stamp()
    finally:
        stamp.program_stamp.cache_clear()


def is_installed(name):
    try:
        return bool(distribution(name))
    except PackageNotFoundError:
        return False


def test_every_package_that_the_project_requires_is_stamped_with_its_version():
    names = {re.split(r"[\[>;=<]", line)[0].strip() for line in REQUIRED} - {stamp.OWN}
    expected = {f"{name.lower()} {distribution(name).version}" for name in names if is_installed(name)}
    assert len(expected) > 30
    assert expected <= {*stamp.made_with()}


@pytest.mark.parametrize(
    "name", ["folium", "matplotlib", "pandas", "geopandas", "babel", "rasterio", "branca", "pydyf"]
)
def test_another_version_of_whatever_draws_or_computes_is_another_program(monkeypatch, name):
    """The last two are required by those that are required."""
    before, about = stamped_now(), stamp._about

    def other(asked):
        told = about(asked)
        return told | {"Version": ["0.0-other"]} if asked == name else told

    monkeypatch.setattr(stamp, "_about", other)
    assert stamped_now() != before


def test_an_installed_program_asks_what_it_was_installed_with(monkeypatch, tmp_path):
    in_checkout = stamp.made_with()
    monkeypatch.setattr(stamp, "ROOT", tmp_path)
    monkeypatch.setattr(stamp, "requires", lambda _: ["geopolity[maps]; extra == 'service'", *REQUIRED])
    assert stamp.made_with() == in_checkout
