from collections import Counter

import pytest

from geopolity.sortition.strata import cut, merged_small


def published(counts, fewest=20):
    home = merged_small(counts, fewest)
    total = Counter()
    for stratum, count in counts.items():
        assert stratum.startswith(home[stratum])
        total[home[stratum]] += count
    return dict(total)


def test_strata_with_enough_people_stay():
    assert published({"a/1": 20, "a/2": 40}) == {"a/1": 20, "a/2": 40}


def test_small_strata_are_put_together_under_their_parent():
    assert published({"a/1": 12, "a/2": 13, "a/3": 40}) == {"a": 25, "a/3": 40}


def test_a_parent_that_is_too_small_itself_takes_its_smallest_other_child():
    assert published({"a/1": 2, "a/2": 30, "a/3": 40}) == {"a": 32, "a/3": 40}


def test_what_is_too_small_in_all_goes_up_to_the_root_and_stays_there():
    assert published({"a/1": 2, "b/1": 3}) == {"": 5}
    assert published({"": 4}) == {"": 4}


def test_a_lone_small_stratum_takes_a_larger_branch_with_it():
    assert published({"a/1": 2, "b/1": 30}) == {"": 32}


@pytest.mark.parametrize("fewest", [1, 5, 20, 100])
def test_no_published_stratum_is_small_unless_it_is_all_there_is(fewest):
    counts = {
        f"{region}/{age}/{sex}": (7 * i) % 31 + 1
        for i, (region, age, sex) in enumerate((r, a, s) for r in "xyz" for a in "123" for s in "fm")
    }
    result = published(counts, fewest)
    assert sum(result.values()) == sum(counts.values())
    assert len(result) == 1 or min(result.values()) >= fewest


def test_levels_are_cut_from_the_coarsest():
    assert (cut("a/b/c", 2), cut("a/b/c", 0), cut("", 3)) == ("a/b", "", "")
