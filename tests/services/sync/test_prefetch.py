"""Reading ahead brings the pages that reading one after the other would bring, only sooner."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ecwid.errors import CallFacts, EcwidUnavailableError
from portal.ecwid.page import PAGE_LIMIT, Page
from portal.services.mirror.map_records import Mapped
from portal.services.sync.cursor import PageKeys, Position, step_down
from portal.services.sync.prefetch import FETCHERS, ReadAhead

Record = dict[str, int]
NEVER = float("inf")
# Runs of records that share a second: some longer than a page.
seconds = st.lists(st.integers(1, 250), min_size=1, max_size=6)


def id_of(item: Record) -> int:
    return item["id"]


def unmapped(items: Sequence[Record], read_at: datetime) -> Mapped:
    return Mapped(1003, items, read_at, [], [])


class Shelf:
    """A store's list, the latest change first, that may change with every page that is read."""

    def __init__(self, runs: list[int], meanwhile: Callable[[Shelf], object] = len) -> None:
        self._lock = threading.Lock()
        self._meanwhile = meanwhile
        self.asked: list[Position] = []
        at = [second for second, count in enumerate(runs) for _ in range(count)]
        self.records = [{"id": number, "at": second} for number, second in enumerate(at)]

    def __len__(self) -> int:
        return len(self.records)

    def page(self, here: Position) -> Page:
        with self._lock:
            self.asked.append(here)
            bound = here.second
            found = [r for r in reversed(self.records) if bound is None or r["at"] < bound]
            items = found[here.offset : here.offset + PAGE_LIMIT]
            self._meanwhile(self)
            return Page(len(found), here.offset, PAGE_LIMIT, items)


def walk(shelf: Shelf) -> tuple[list[int], int]:
    """Return the ids in the order in which they were met, and how many pages were looked at."""
    met, pages = [], 0
    with ReadAhead(shelf.page, unmapped, id_of, NEVER) as ahead:
        here: Position | None = Position()
        while here is not None:
            page = ahead.page_at(here).page
            pages += 1
            keys = PageKeys(page.ids, [item["at"] for item in page.items])
            met += [item["id"] for item in page.items[here.anchor is not None :]]
            if here.has_slid(keys.ids):
                here = here.restarted()
            else:
                here = None if page.is_last else step_down(here, keys)
            if here is not None:
                ahead.look_ahead(here, left=page.left)
    return met, pages


@given(seconds)
def test_a_quiet_list_is_met_once_and_in_order(runs: list[int]) -> None:
    shelf = Shelf(runs)

    met, pages = walk(shelf)

    assert met == [record["id"] for record in reversed(shelf.records)]
    assert len(shelf.asked) == pages


@given(seconds, st.lists(st.integers(0, 1499), max_size=12))
def test_nothing_is_missed_when_records_vanish_between_the_pages(
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
def test_what_did_not_change_is_met_though_others_change_between_the_pages(
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

    def fetch(here: Position) -> Page:
        if here.anchor is not None:
            together.wait()
        return shelf.page(here)

    with ReadAhead(fetch, unmapped, id_of, NEVER) as ahead:
        page = ahead.page_at(Position()).page
        keys = PageKeys(page.ids, [item["at"] for item in page.items])
        following = step_down(Position(), keys)
        ahead.look_ahead(following, left=page.left)

        assert ahead.page_at(following).page.ids[0] == page.ids[-1]


def test_no_page_is_asked_for_behind_the_end() -> None:
    shelf = Shelf([1] * (2 * PAGE_LIMIT))

    walk(shelf)

    assert [here.offset for here in shelf.asked] == [0, 0, PAGE_LIMIT - 1]


def test_what_reading_ahead_raised_is_raised_where_the_page_is_wanted() -> None:
    shelf = Shelf([1] * 300)

    def fetch(here: Position) -> Page:
        if here.anchor is not None:
            facts = CallFacts(1003, "GET", "/products", None)
            raise EcwidUnavailableError(facts, "away")
        return shelf.page(here)

    with ReadAhead(fetch, unmapped, id_of, NEVER) as ahead:
        page = ahead.page_at(Position()).page
        keys = PageKeys(page.ids, [item["at"] for item in page.items])
        following = step_down(Position(), keys)
        ahead.look_ahead(following, left=page.left)

        with pytest.raises(EcwidUnavailableError):
            ahead.page_at(following)


def test_when_the_time_is_over_only_what_is_under_way_still_comes() -> None:
    shelf = Shelf([1] * 500)

    with ReadAhead(shelf.page, unmapped, id_of, time.monotonic() + 0.2) as ahead:
        page = ahead.page_at(Position()).page
        following = step_down(Position(), PageKeys(page.ids, [item["at"] for item in page.items]))
        ahead.look_ahead(following, left=page.left)
        time.sleep(0.25)
        assert not ahead.is_over
        for _ in range(FETCHERS):
            page = ahead.page_at(following).page
            keys = PageKeys(page.ids, [item["at"] for item in page.items])
            following = step_down(following, keys)
            ahead.look_ahead(following, left=page.left)

        assert ahead.is_over
    assert len(shelf.asked) == 1 + FETCHERS
