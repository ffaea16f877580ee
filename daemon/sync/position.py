"""Walk a list by update time, so that a store may change while it is read.

A position is a time and, within one second that holds more records than a page, an offset. Times
don't slide when records are deleted, as offsets do; see docs/decisions/paging-by-update-time.md.
Ecwid's times are whole seconds; ``updatedFrom`` is included, ``updatedTo`` is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Position:
    """Hold where the next page begins; ``again`` of its records were on the page before."""

    second: int | None = None
    offset: int = 0
    again: int = 0


def step_down(here: Position, seconds: Sequence[int]) -> Position:
    """Return the position below a full page that held records of these update seconds.

    ``second`` is the upper bound, not included. Ends for sure: each page lowers the bound, or
    moves the offset within one second, and both are finite.
    """
    oldest = min(seconds, default=None)
    if oldest is None or oldest + 1 == here.second:
        return Position(here.second, here.offset + len(seconds))
    return Position(oldest + 1, 0, again=_count(seconds, oldest))


def step_up(here: Position, seconds: Sequence[int]) -> Position:
    """Return the position above a full page; ``second`` is the lower bound, included."""
    newest = max(seconds, default=None)
    if newest is None or newest == here.second:
        return Position(here.second, here.offset + len(seconds))
    return Position(newest, 0, again=_count(seconds, newest))


def _count(seconds: Sequence[int], wanted: int) -> int:
    return sum(1 for second in seconds if second == wanted)
