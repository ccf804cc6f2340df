from geopolity.region.dual.variants import LATER, PATIENCE, VARIANTS, VARIANTS_WHERE_LARGE, Variants


def test_all_variants_are_tried_at_the_root_and_two_where_the_graph_is_large():
    assert Variants().numbers(0, is_large=False) == list(range(1, VARIANTS + 1))
    assert Variants().numbers(0, is_large=True) == list(range(1, VARIANTS_WHERE_LARGE + 1))


def test_later_those_that_won_come_first_and_one_more_by_variants():
    variants = Variants()
    for won in (9, 9, 4):
        variants.tell(won, pays=True)
    numbers = variants.numbers(11, is_large=False)
    assert numbers[:2] == [9, 4]
    assert numbers[-1] == 12
    assert len(numbers) == LATER + 1


def test_tries_in_vain_are_spared_until_one_pays_again():
    variants = Variants()
    for _ in range(PATIENCE):
        variants.tell(0, pays=False)
    assert variants.numbers(5, is_large=False) == [1]
    variants.tell(1, pays=True)
    assert len(variants.numbers(5, is_large=False)) > 1
