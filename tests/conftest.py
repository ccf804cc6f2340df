"""Where the shared oracles are, and what is left out without them."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests import clock

clock.go()
settings.register_profile("same every run", derandomize=True, deadline=None)
settings.load_profile("same every run")

TESTS = Path(__file__).parent
ORACLES = TESTS / "oracles"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out the oracle tests where the shared oracles are not present."""
    return True if collection_path == ORACLES and not os.environ.get("GEOPOLITY_SHARED") else None


LONGEST = {"test_service_description.py", "test_days_on_postgis.py", "test_days_in_browser.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Longest files first, so that no process ends alone; the order turned round where the day asks for it."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
    if clock.day().is_reversed:
        items.reverse()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line how many cases were left out."""
    if not os.environ.get("GEOPOLITY_SHARED"):
        terminalreporter.write_line(f"{_oracle_tests()} oracle tests left out: GEOPOLITY_SHARED names no folder")


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the tests' state out of the user's; compiled kernels may be shared."""
    os.environ["GEOPOLITY_HOME"] = str(tmp_path_factory.mktemp("home"))


def _oracle_tests() -> int:
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in ORACLES.rglob("test_*.py")]
    return sum(
        isinstance(node, ast.FunctionDef) and node.name.startswith("test_") for tree in trees for node in ast.walk(tree)
    )
