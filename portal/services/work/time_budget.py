"""Time budget of a sweep: work in short batches until the time is over or nothing is left."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Batch = TypeVar("Batch")


def repeat_for(budget_s: float, step: Callable[[], int]) -> int:
    """Call ``step``, which returns its count, until that is zero or the time is over.

    Return the total. The first call is made in any case, so each round makes progress.
    """
    ends_s = time.monotonic() + budget_s
    total = 0
    while count := step():
        total += count
        if time.monotonic() >= ends_s:
            break
    return total


def each_for(budget_s: float, batches: Iterable[Batch]) -> Iterator[Batch]:
    """Yield the batches until the time is over; the first one in any case."""
    ends_s = time.monotonic() + budget_s
    for batch in batches:
        yield batch
        if time.monotonic() >= ends_s:
            return
