"""The order in which the demo derives its issues."""

from __future__ import annotations

from boundaries.issues import issue_names, open_issue
from geopolity.footprint import Everyone
from services.usecases.demo import LONGEST_FIRST, WITHOUT_KERNELS, _before_kernels


def test_issues_without_kernels_are_those_that_affect_everyone() -> None:
    everyone = {name for name in issue_names() if isinstance(open_issue(name).footprint, Everyone)}
    assert everyone == set(WITHOUT_KERNELS)


def test_kernels_are_compiled_by_one_issue_while_others_need_none() -> None:
    assert _before_kernels(list(LONGEST_FIRST)) == [LONGEST_FIRST[0], "human-rights"]
