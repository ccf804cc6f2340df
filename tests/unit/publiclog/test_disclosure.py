"""Small counts of people stay unpublished."""

from geopolity.publiclog.disclosure import may_publish


def test_nobody_and_ten_may_be_said_and_one_to_nine_may_not():
    assert [count for count in range(12) if may_publish(count)] == [0, 10, 11]
