from __future__ import annotations

import io

from services.cli import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_nothing_is_drawn_in_the_first_second():
    terminal = Terminal()
    with progress.ProgressBar(terminal) as bar:
        bar.draw("searching", 0.5)
    assert terminal.getvalue() == ""


def test_bar_is_drawn_after_a_second_and_wiped_at_the_end(monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", -1)
    terminal = Terminal()
    with progress.ProgressBar(terminal) as bar:
        bar.draw("searching", 0.5)
    assert "searching" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_nothing_is_drawn_into_a_file(monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", -1)
    file = io.StringIO()
    with progress.ProgressBar(file) as bar:
        bar.draw("searching", 0.5)
    assert file.getvalue() == ""
