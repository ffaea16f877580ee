"""A sweep with a time budget makes progress in each round and leaves the rest to the next one."""

from __future__ import annotations

import pytest

from portal.services.work.time_budget import each_for, repeat_for


@pytest.mark.parametrize(("budget_s", "done"), [(0, 5), (60, 6)])
def test_steps_repeat_until_nothing_is_left_or_the_time_is_over(budget_s: int, done: int) -> None:
    counts = iter([5, 1, 0])

    assert repeat_for(budget_s, lambda: next(counts)) == done


@pytest.mark.parametrize(("budget_s", "done"), [(0, [1]), (60, [1, 2, 3])])
def test_batches_are_processed_until_the_time_is_over(budget_s: int, done: list[int]) -> None:
    assert list(each_for(budget_s, iter([1, 2, 3]))) == done
