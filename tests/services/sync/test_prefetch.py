"""Prefetching returns the same pages as sequential reading, only sooner."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ecwid.calls import PAGE_LIMIT, Page
from portal.ecwid.errors import CallFacts, EcwidUnavailableError
from portal.rules.sync.cursor import Cursor, PageKeys, next_older
from portal.services.mirror.mapped_records import MappedRecords
from portal.services.sync.prefetch import FETCHERS, PagePrefetcher

Record = dict[str, int]
NEVER = float("inf")
# Groups of records with the same second: some are longer than a page.
seconds = st.lists(st.integers(1, 250), min_size=1, max_size=6)


def ids_of(items: Sequence[Record]) -> list[int | None]:
    return [item["id"] for item in items]


def unmapped(items: Sequence[Record], read_at: datetime) -> MappedRecords:
    return MappedRecords(1003, items, read_at, [], [])


class Shelf:
    """A store's list, latest change first, that may change with every page read."""

    def __init__(self, runs: list[int], during_call: Callable[[Shelf], object] = len) -> None:
        self._lock = threading.Lock()
        self._during_call = during_call
        self.asked: list[Cursor] = []
        at = [second for second, count in enumerate(runs) for _ in range(count)]
        self.records = [{"id": number, "at": second} for number, second in enumerate(at)]

    def __len__(self) -> int:
        return len(self.records)

    def page(self, cursor: Cursor) -> Page:
        with self._lock:
            self.asked.append(cursor)
            bound = cursor.second
            found = [r for r in reversed(self.records) if bound is None or r["at"] < bound]
            items = found[cursor.offset : cursor.offset + PAGE_LIMIT]
            self._during_call(self)
            return Page(len(found), cursor.offset, PAGE_LIMIT, items)


def walk(shelf: Shelf) -> tuple[list[int], int]:
    """Return the ids in the order in which they were read, and the number of pages."""
    met, pages = [], 0
    with PagePrefetcher(shelf.page, unmapped, ids_of, NEVER) as ahead:
        cursor: Cursor | None = Cursor()
        while cursor is not None:
            page = ahead.page_at(cursor).page
            pages += 1
            keys = PageKeys(page.ids, [item["at"] for item in page.items])
            met += [item["id"] for item in page.items[cursor.last_id is not None :]]
            if cursor.has_shifted(keys.ids):
                cursor = cursor.restart()
            else:
                cursor = None if page.is_last else next_older(cursor, keys)
            if cursor is not None:
                ahead.prefetch(cursor, remaining=page.remaining)
    return met, pages


@given(seconds)
def test_unchanged_list_is_read_once_and_in_order(runs: list[int]) -> None:
    shelf = Shelf(runs)

    met, pages = walk(shelf)

    assert met == [record["id"] for record in reversed(shelf.records)]
    assert len(shelf.asked) == pages


@given(seconds, st.lists(st.integers(0, 1499), max_size=12))
def test_no_record_is_missed_when_others_vanish_between_pages(
    runs: list[int], vanishing: list[int]
) -> None:
    def lose_one(shelf: Shelf) -> None:
        if vanishing:
            number = vanishing.pop()
            shelf.records = [r for r in shelf.records if r["id"] != number]

    shelf = Shelf(runs, lose_one)

    met, _ = walk(shelf)

    assert set(met) >= {record["id"] for record in shelf.records}


@given(seconds, st.lists(st.integers(0, 1499), max_size=12))
def test_unchanged_records_are_read_when_others_change_between_pages(
    runs: list[int], changing: list[int]
) -> None:
    changed = set()

    def change_one(shelf: Shelf) -> None:
        if changing:
            number = changing.pop()
            changed.add(number)
            rest = [r for r in shelf.records if r["id"] != number]
            shelf.records = [*rest, {"id": number, "at": 10_000}]

    shelf = Shelf(runs, change_one)

    met, _ = walk(shelf)

    assert set(met) >= {record["id"] for record in shelf.records} - changed


def test_pages_are_read_while_another_is_written() -> None:
    together = threading.Barrier(FETCHERS, timeout=10)
    shelf = Shelf([1] * 500)

    def fetch(cursor: Cursor) -> Page:
        if cursor.last_id is not None:
            together.wait()
        return shelf.page(cursor)

    with PagePrefetcher(fetch, unmapped, ids_of, NEVER) as ahead:
        page = ahead.page_at(Cursor()).page
        keys = PageKeys(page.ids, [item["at"] for item in page.items])
        following = next_older(Cursor(), keys)
        ahead.prefetch(following, remaining=page.remaining)

        assert ahead.page_at(following).page.ids[0] == page.ids[-1]


def test_no_page_is_requested_beyond_the_end() -> None:
    shelf = Shelf([1] * (2 * PAGE_LIMIT))

    walk(shelf)

    assert [cursor.offset for cursor in shelf.asked] == [0, 0, PAGE_LIMIT - 1]


def test_error_of_a_prefetch_is_raised_when_its_page_is_taken() -> None:
    shelf = Shelf([1] * 300)

    def fetch(cursor: Cursor) -> Page:
        if cursor.last_id is not None:
            facts = CallFacts(1003, "GET", "/products", None)
            raise EcwidUnavailableError(facts, "away")
        return shelf.page(cursor)

    with PagePrefetcher(fetch, unmapped, ids_of, NEVER) as ahead:
        page = ahead.page_at(Cursor()).page
        keys = PageKeys(page.ids, [item["at"] for item in page.items])
        following = next_older(Cursor(), keys)
        ahead.prefetch(following, remaining=page.remaining)

        with pytest.raises(EcwidUnavailableError):
            ahead.page_at(following)


def test_only_pages_in_flight_are_returned_after_the_deadline() -> None:
    shelf = Shelf([1] * 500)

    with PagePrefetcher(shelf.page, unmapped, ids_of, time.monotonic() + 0.2) as ahead:
        page = ahead.page_at(Cursor()).page
        following = next_older(Cursor(), PageKeys(page.ids, [item["at"] for item in page.items]))
        ahead.prefetch(following, remaining=page.remaining)
        time.sleep(0.25)
        assert not ahead.is_over
        for _ in range(FETCHERS):
            page = ahead.page_at(following).page
            keys = PageKeys(page.ids, [item["at"] for item in page.items])
            following = next_older(following, keys)
            ahead.prefetch(following, remaining=page.remaining)

        assert ahead.is_over
    assert len(shelf.asked) == 1 + FETCHERS
