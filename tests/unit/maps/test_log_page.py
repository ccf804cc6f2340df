"""Moments in the facts of the public log are written as people read them, in the page's language."""

from __future__ import annotations

import pytest

from maps.pages.assembly import LogLine, LogView, log_page
from maps.pages.layout import PageFrame


@pytest.mark.parametrize(("language", "written"), [("en", "19 Dec 2026, 00:21 UTC"), ("es", "19 dic 2026, 00:21 UTC")])
def test_a_moment_in_the_log_is_a_day_and_a_time(language, written):
    line = LogLine(index=1, kind="polity proposed", facts="open_until 2026-12-19T00:21:10Z, version 2")
    page = log_page(PageFrame(language=language), LogView(lines=(line,), size=1, older=None))
    assert f"open_until {written}, version 2" in page.replace("\xa0", " ")
    assert "T00:21" not in page
