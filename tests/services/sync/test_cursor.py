"""Walking a list by update time meets every record, however they are spread over seconds."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from portal.services.sync.cursor import RESTARTS_LIMIT, PageKeys, Position, step_down, step_up

PAGE = 4
Records = list[tuple[int, int]]
# Few different seconds, so that many records share one: more than a page, at times.
stores = st.lists(st.integers(1, 6), max_size=40).map(
    lambda seconds: [(second, number) for number, second in enumerate(seconds)]
)


def walk(
    read: Callable[[Position], Records], step: Callable[[Position, PageKeys], Position]
) -> tuple[set[tuple[int, int]], int]:
    """Return the records met on the way, and how many were counted as new."""
    here, met, new = Position(), set(), 0
    for _ in range(500):
        page = read(here)
        keys = PageKeys([number for _, number in page], [second for second, _ in page])
        met.update(page)
        new += here.new_among(len(page))
        if here.has_slid(keys.ids):
            here = here.restarted()
        elif len(page) < PAGE:
            return met, new
        else:
            here = step(here, keys)
    raise AssertionError("the walk doesn't end")


def page_below(store: Records, here: Position) -> Records:
    """Return what a store answers, the latest change first."""
    found = sorted((r for r in store if here.second is None or r[0] < here.second), reverse=True)
    return found[here.offset : here.offset + PAGE]


@given(stores)
def test_walking_down_meets_every_record_and_counts_each_once(store: Records) -> None:
    met, counted = walk(lambda here: page_below(store, here), step_down)

    assert met == set(store)
    assert counted == len(store)


@given(stores)
def test_walking_up_meets_every_record_and_counts_each_once(store: Records) -> None:
    def read(here: Position) -> Records:
        found = sorted(r for r in store if here.second is None or r[0] >= here.second)
        return found[here.offset : here.offset + PAGE]

    met, counted = walk(read, step_up)

    assert met == set(store)
    assert counted == len(store)


@given(stores, st.lists(st.integers(0, 40), max_size=8))
def test_walking_down_misses_nothing_when_records_vanish_on_the_way(
    store: Records, vanishing: list[int]
) -> None:
    alive = list(store)

    def read_and_lose_one(here: Position) -> Records:
        page = page_below(alive, here)
        if vanishing:
            number = vanishing.pop()
            alive[:] = [record for record in alive if record[1] != number]
        return page

    met, _ = walk(read_and_lose_one, step_down)

    assert met >= set(alive)


def test_a_page_without_readable_times_moves_the_offset() -> None:
    unreadable = PageKeys([None, None], [])

    assert step_down(Position(5, 2), unreadable) == Position(5, 4, counted=4)
    assert step_up(Position(5, 2), unreadable) == Position(5, 4, counted=4)


def test_an_order_that_never_settles_is_read_on_without_anchors() -> None:
    here = Position(5, restarts=RESTARTS_LIMIT)

    assert step_down(here, PageKeys([1, 2], [4, 4])).anchor is None
