"""Prefetching returns the same pages as sequential reading, only sooner."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import wait
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from portal.ecwid.calls import PAGE_LIMIT, Calls, Page
from portal.ecwid.errors import CallFacts, EcwidUnavailableError
from portal.ecwid.rate_limiter import Priority, RateLimiter
from portal.ecwid.transport import Transport, open_http
from portal.rules.sync.cursor import Cursor, PageKeys, next_older
from portal.rules.sync.look_ahead import MIN_PAGES, WASTE_ALLOWANCE, WASTE_DIVISOR
from portal.services.mirror.mapped_records import MappedRecords
from portal.services.sync.prefetch import ListReader, PagePrefetcher
from portal.services.sync.slice_deadline import SliceDeadline

Record = dict[str, int]
# Groups of records with the same second: some are longer than a page.
seconds = st.lists(st.integers(1, 250), min_size=1, max_size=6)
# Seconds per call that the prefetcher knows when it starts.
latencies = st.sampled_from([None, 0.02, 0.3, 0.8])


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


def prefetcher(
    fetch: Callable[[Cursor], Page],
    *,
    until_s: float = float("inf"),
    call_s: float | None = None,
    is_by_offset: bool = False,
) -> PagePrefetcher:
    """Return a prefetcher of a store whose calls took so long on average, 600 a minute."""
    limiter = RateLimiter(Redis.from_url("redis://127.0.0.1:1"), 600).for_token(
        "token", Priority.BACKGROUND
    )
    if call_s is not None:
        limiter.record_call(call_s)
    calls = Calls(Transport(open_http(), "http://ecwid.invalid", 1003, "token", limiter))
    deadline = SliceDeadline(until_s, lambda: True)
    reader = ListReader(fetch, unmapped, ids_of, calls, is_by_offset)
    return PagePrefetcher(reader, deadline)


def walk(shelf: Shelf, call_s: float | None = None) -> tuple[list[int], int]:
    """Return the ids in the order in which they were read, and the number of pages."""
    met, pages = [], 0
    with prefetcher(shelf.page, call_s=call_s) as ahead:
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


@given(seconds, latencies)
def test_unchanged_list_is_read_once_and_in_order(runs: list[int], call_s: float | None) -> None:
    shelf = Shelf(runs)

    met, pages = walk(shelf, call_s)

    assert met == [record["id"] for record in reversed(shelf.records)]
    assert len(shelf.asked) == pages


@given(seconds, st.lists(st.integers(0, 1499), max_size=12), latencies)
def test_no_record_is_missed_when_others_vanish_between_pages(
    runs: list[int], vanishing: list[int], call_s: float | None
) -> None:
    def lose_one(shelf: Shelf) -> None:
        if vanishing:
            number = vanishing.pop()
            shelf.records = [r for r in shelf.records if r["id"] != number]

    shelf = Shelf(runs, lose_one)

    met, _ = walk(shelf, call_s)

    assert set(met) >= {record["id"] for record in shelf.records}


@given(seconds, st.lists(st.integers(0, 1499), max_size=12), latencies)
def test_unchanged_records_are_read_when_others_change_between_pages(
    runs: list[int], changing: list[int], call_s: float | None
) -> None:
    changed = set()

    def change_one(shelf: Shelf) -> None:
        if changing:
            number = changing.pop()
            changed.add(number)
            rest = [r for r in shelf.records if r["id"] != number]
            shelf.records = [*rest, {"id": number, "at": 10_000}]

    shelf = Shelf(runs, change_one)

    met, _ = walk(shelf, call_s)

    assert set(met) >= {record["id"] for record in shelf.records} - changed


def test_list_that_changes_with_every_page_wastes_few_calls() -> None:
    def lose_one(shelf: Shelf) -> None:
        # The newest record of the part that is not read yet.
        del shelf.records[len(shelf.records) // 2]

    shelf = Shelf([1] * 6_000, lose_one)

    _, pages = walk(shelf, call_s=0.8)

    assert pages < len(shelf.asked) <= pages + WASTE_ALLOWANCE + pages / WASTE_DIVISOR


@pytest.mark.parametrize(("call_s", "in_flight"), [(None, 13), (0.02, 3), (0.15, 5), (0.8, 13)])
def test_pages_in_flight_follow_the_latency(call_s: float | None, in_flight: int) -> None:
    together = threading.Barrier(in_flight, timeout=10)
    shelf = Shelf([1] * 5_000)

    def fetch(cursor: Cursor) -> Page:
        if cursor.last_id is not None:
            together.wait()
        return shelf.page(cursor)

    with prefetcher(fetch, call_s=call_s) as ahead:
        page = ahead.page_at(Cursor()).page
        keys = PageKeys(page.ids, [item["at"] for item in page.items])
        following = next_older(Cursor(), keys)
        ahead.prefetch(following, remaining=page.remaining)

        assert len(ahead._ahead) == in_flight
        assert ahead.page_at(following).page.ids[0] == page.ids[-1]


def test_pages_of_a_list_by_offset_do_not_overlap() -> None:
    shelf = Shelf([1] * (4 * PAGE_LIMIT))

    with prefetcher(shelf.page, call_s=0.8, is_by_offset=True) as ahead:
        first = ahead.page_at(Cursor()).page
        ahead.prefetch(Cursor(offset=PAGE_LIMIT), remaining=first.remaining)
        second = ahead.page_at(Cursor(offset=PAGE_LIMIT)).page

    assert sorted(cursor.offset for cursor in shelf.asked) == [0, 100, 200, 300]
    assert not set(first.ids) & set(second.ids)


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

    with prefetcher(fetch) as ahead:
        page = ahead.page_at(Cursor()).page
        keys = PageKeys(page.ids, [item["at"] for item in page.items])
        following = next_older(Cursor(), keys)
        ahead.prefetch(following, remaining=page.remaining)

        with pytest.raises(EcwidUnavailableError):
            ahead.page_at(following)


def test_page_has_arrived_when_it_can_be_taken_without_a_call_or_an_error() -> None:
    shelf, may_answer = Shelf([1] * 500), threading.Event()

    def fetch(cursor: Cursor) -> Page:
        if cursor.last_id is None:
            return shelf.page(cursor)
        may_answer.wait(10)
        if cursor.offset:
            facts = CallFacts(1003, "GET", "/products", None)
            raise EcwidUnavailableError(facts, "away")
        return shelf.page(cursor)

    with prefetcher(fetch, call_s=0.0) as ahead:
        page = ahead.page_at(Cursor()).page
        following = next_older(Cursor(), PageKeys(page.ids, [item["at"] for item in page.items]))
        assert not ahead.has_arrived(following)
        ahead.prefetch(following, remaining=page.remaining)
        assert not ahead.has_arrived(following)
        requested, failed = list(ahead._ahead)
        may_answer.set()
        wait([requested.future, failed.future])

        assert ahead.has_arrived(following)
        assert ahead.has_arrived(replace(following, offset=7))
        assert not ahead.has_arrived(replace(following, last_id=7))
        assert not ahead.has_arrived(None)
        ahead.page_at(following)
        assert not ahead.has_arrived(failed.start)


def test_only_pages_in_flight_are_returned_after_the_deadline() -> None:
    shelf = Shelf([1] * 500)

    with prefetcher(shelf.page, until_s=0.2, call_s=0.0) as ahead:
        page = ahead.page_at(Cursor()).page
        following = next_older(Cursor(), PageKeys(page.ids, [item["at"] for item in page.items]))
        ahead.prefetch(following, remaining=page.remaining)
        time.sleep(0.25)
        assert not ahead.is_over
        for _ in range(MIN_PAGES):
            page = ahead.page_at(following).page
            keys = PageKeys(page.ids, [item["at"] for item in page.items])
            following = next_older(following, keys)
            ahead.prefetch(following, remaining=page.remaining)

        assert ahead.is_over
    assert len(shelf.asked) == 1 + MIN_PAGES
