"""Reading a list by update time returns every record, however they are spread over seconds."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from portal.rules.sync.cursor import RESTARTS_LIMIT, Cursor, PageKeys, next_newer, next_older

PAGE = 4
Records = list[tuple[int, int]]
# Few different seconds, so many records share one: sometimes more than a page.
stores = st.lists(st.integers(1, 6), max_size=40).map(
    lambda seconds: [(second, number) for number, second in enumerate(seconds)]
)


def walk(
    read: Callable[[Cursor], Records], step: Callable[[Cursor, PageKeys], Cursor]
) -> tuple[set[tuple[int, int]], int]:
    """Return the records read, and the number counted as new."""
    cursor, met, new = Cursor(), set(), 0
    for _ in range(500):
        page = read(cursor)
        keys = PageKeys([number for _, number in page], [second for second, _ in page])
        met.update(page)
        new += cursor.count_new(len(page))
        if cursor.has_shifted(keys.ids):
            cursor = cursor.restart()
        elif len(page) < PAGE:
            return met, new
        else:
            cursor = step(cursor, keys)
    raise AssertionError("the walk doesn't end")


def page_below(store: Records, cursor: Cursor) -> Records:
    """Return a store's page, latest change first."""
    found = sorted(
        (r for r in store if cursor.second is None or r[0] < cursor.second), reverse=True
    )
    return found[cursor.offset : cursor.offset + PAGE]


@given(stores)
def test_reading_newest_first_returns_every_record_and_counts_each_once(store: Records) -> None:
    met, counted = walk(lambda cursor: page_below(store, cursor), next_older)

    assert met == set(store)
    assert counted == len(store)


@given(stores)
def test_reading_oldest_first_returns_every_record_and_counts_each_once(store: Records) -> None:
    def read(cursor: Cursor) -> Records:
        found = sorted(r for r in store if cursor.second is None or r[0] >= cursor.second)
        return found[cursor.offset : cursor.offset + PAGE]

    met, counted = walk(read, next_newer)

    assert met == set(store)
    assert counted == len(store)


@given(stores, st.lists(st.integers(0, 40), max_size=8))
def test_reading_newest_first_misses_nothing_when_records_vanish(
    store: Records, vanishing: list[int]
) -> None:
    alive = list(store)

    def read_and_lose_one(cursor: Cursor) -> Records:
        page = page_below(alive, cursor)
        if vanishing:
            number = vanishing.pop()
            alive[:] = [record for record in alive if record[1] != number]
        return page

    met, _ = walk(read_and_lose_one, next_older)

    assert met >= set(alive)


def test_page_without_readable_times_moves_the_offset() -> None:
    unreadable = PageKeys([None, None], [])

    assert next_older(Cursor(5, 2), unreadable) == Cursor(5, 4, counted=4)
    assert next_newer(Cursor(5, 2), unreadable) == Cursor(5, 4, counted=4)


def test_unstable_list_is_read_without_the_check_of_joined_pages() -> None:
    cursor = Cursor(5, restarts=RESTARTS_LIMIT)

    assert next_older(cursor, PageKeys([1, 2], [4, 4])).last_id is None
