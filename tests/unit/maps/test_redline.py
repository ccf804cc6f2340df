"""A redline reads as the law before without what is added, and as the law after without what is removed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from maps.pages.redline import LONGEST, Piece, redline


def _without(pieces, change):
    return "".join(piece.text for piece in pieces if piece.change != change)


def test_a_word_that_changed_is_struck_and_its_successor_added():
    assert redline("Mills may let 5 mg into the river.", "Mills may let 2 mg into the river.") == (
        Piece("kept", "Mills may let "),
        Piece("removed", "5"),
        Piece("added", "2"),
        Piece("kept", " mg into the river."),
    )


def test_the_same_text_has_no_changes():
    assert {piece.change for piece in redline("One. Two.", "One. Two.")} == {"kept"}


def test_a_very_long_law_is_shown_whole_twice():
    before, after = "a " * LONGEST, "b " * LONGEST
    assert redline(before, after) == (Piece("removed", before), Piece("added", after))


@given(st.text(alphabet="ab c.\n é漢", max_size=60), st.text(alphabet="ab c.\n é漢", max_size=60))
def test_both_texts_can_be_read_from_it(before, after):
    pieces = redline(before, after)
    assert (_without(pieces, "added"), _without(pieces, "removed")) == (before, after)
