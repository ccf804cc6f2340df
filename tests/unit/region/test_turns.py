from geopolity.region.turns import LATER, PATIENCE, TURNS, TURNS_WHERE_LARGE, Turns


def test_all_turns_are_tried_at_the_root_and_two_where_the_graph_is_large():
    assert Turns().numbers(0, is_large=False) == list(range(1, TURNS + 1))
    assert Turns().numbers(0, is_large=True) == list(range(1, TURNS_WHERE_LARGE + 1))


def test_later_those_that_won_come_first_and_one_more_by_turns():
    turns = Turns()
    for won in (9, 9, 4):
        turns.tell(won, pays=True)
    numbers = turns.numbers(11, is_large=False)
    assert numbers[:2] == [9, 4]
    assert numbers[-1] == 12
    assert len(numbers) == LATER + 1


def test_tries_in_vain_are_spared_until_one_pays_again():
    turns = Turns()
    for _ in range(PATIENCE):
        turns.tell(0, pays=False)
    assert turns.numbers(5, is_large=False) == [1]
    turns.tell(1, pays=True)
    assert len(turns.numbers(5, is_large=False)) > 1
