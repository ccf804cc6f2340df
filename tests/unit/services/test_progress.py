from __future__ import annotations

import io

import pytest

from services.cli import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(progress.sys, "stderr", screen)
    return screen


def test_nothing_is_drawn_in_the_first_second(terminal):
    with progress.ProgressBar() as bar:
        bar.draw("searching", 0.5)
    assert terminal.getvalue() == ""


def test_bar_is_drawn_after_a_second_and_wiped_at_the_end(terminal, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", -1)
    with progress.ProgressBar() as bar:
        bar.draw("searching", 0.5)
    assert "searching" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_nothing_is_drawn_into_a_file(monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", -1)
    file = io.StringIO()
    monkeypatch.setattr(progress.sys, "stderr", file)
    with progress.ProgressBar() as bar:
        bar.draw("searching", 0.5)
    assert file.getvalue() == ""
