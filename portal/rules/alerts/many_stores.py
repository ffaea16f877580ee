"""Rule that reports many stores that stopped at once: the cause is rarely in each of them."""

from __future__ import annotations

from datetime import timedelta

FEW = 5
# One store of so many.
SHARE = 50
WINDOW = timedelta(hours=1)


def alarming_count(stores: int) -> int:
    """Return how many stores must stop within `WINDOW`: 2 % of all, and at least `FEW`."""
    return max(FEW, -(-stores // SHARE))


def are_many_down(stopped: int, stores: int, *, is_open: bool) -> bool:
    """Return whether the alert is open; an open one is resolved below half of the number."""
    needed = alarming_count(stores)
    return stopped * 2 >= needed if is_open else stopped >= needed
