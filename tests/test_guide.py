"""The guide says what is so: every block of it runs, and prints what the page shows."""

from __future__ import annotations

import os

import pytest

from docs.examples import FOREIGN, PAGES, RUN, SHOWN, Session, blocks_of, chain_of, has_code, is_like, is_long, pages

WRITE = "GUIDE_WRITE"
"""Set it, and pages are made to show what is printed: read the difference before you commit it."""


def _name(page):
    return page.relative_to(PAGES).with_suffix("").as_posix()


def _chains(*, long):
    """Pages to run, each with those that it continues; what another page continues runs there."""
    wanted = [page for page in pages() if has_code(page) and is_long(page) is long]
    chains = [chain_of(page) for page in wanted]
    earlier = {page for chain in chains for page in chain[:-1]}
    return [chain for chain in chains if chain[-1] not in earlier]


@pytest.mark.parametrize("chain", _chains(long=False), ids=lambda chain: _name(chain[-1]))
def test_every_block_of_a_page_prints_what_it_shows(chain, tmp_path, monkeypatch):
    _read(chain, tmp_path, monkeypatch)


@pytest.mark.long
@pytest.mark.parametrize("chain", _chains(long=True), ids=lambda chain: _name(chain[-1]))
def test_every_block_of_a_page_that_takes_long_prints_what_it_shows(chain, tmp_path, monkeypatch):
    _read(chain, tmp_path, monkeypatch)


def _read(chain, folder, monkeypatch):
    monkeypatch.setenv("GEOPOLITY_HOME", str(folder / "home"))
    monkeypatch.setenv("COLUMNS", "100")
    reader = Session(folder)
    for page in chain:
        different = reader.run(page, write=WRITE in os.environ)
        assert not different, f"{_name(page)} shows\n{different[0].shown}\nbut it prints\n{different[0].said}"


@pytest.mark.parametrize("page", pages(), ids=_name)
def test_every_block_is_run_or_a_file_or_for_another_machine(page):
    for block in blocks_of(page.read_text(encoding="utf-8")):
        assert block.file or block.kind in RUN | FOREIGN | {SHOWN}, block.body


def test_three_dots_stand_for_anything_and_nothing_else_does():
    assert is_like("took … s\n", "took 3.1 s\n")
    assert is_like("took    … s\n", "took  54.80 s\n")
    assert not is_like("took 3 s\n", "took 3.1 s\n")


def test_a_block_that_prints_something_else_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```python\nprint(1 + 1)\n```\n```text\n3\n```\n")
    (different,) = Session(tmp_path).run(page, write=True)
    assert different.said == "2\n"
    assert "```text\n2\n```" in page.read_text()
    assert Session(tmp_path).run(page) == []
