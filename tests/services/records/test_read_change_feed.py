"""A reader of the change feed loses no entry, whatever the order in which transactions end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import Database

from portal.models import ChangeFeedEntry, utc_now
from portal.models.change_feed import _TRANSACTION_SQL, add_entries
from portal.rules.records.feed_cursor import FeedCursor, FeedOperation, FeedPosition
from portal.services.records import feed_statements
from portal.services.records import read_change_feed as module
from portal.services.records.read_change_feed import (
    CursorExpiredError,
    FeedPage,
    feed_end,
    read_feed,
    stores_changed_after,
)

YEAR = timedelta(days=365)
TABLES = ("product", "order")
INSERT = f"""INSERT INTO change_feed_entry
(transaction_id, store_id, mirror_table, remote_id, operation, at)
VALUES ({_TRANSACTION_SQL}, 1, 'product', %s, 'updated', now())"""


@pytest.fixture(autouse=True)
def opened(database: Database) -> Database:
    """The database, once of each kind."""
    return database


def change(remote_id: int, store_id: int = 1, mirror_table: str = "product") -> None:
    """Add an entry."""
    add_entries(mirror_table, store_id, FeedOperation.UPDATED, [remote_id])


def readable(*store_ids: int) -> dict[int, tuple[str, ...]]:
    """Return what a reader of these stores may read."""
    return dict.fromkeys(store_ids, TABLES)


def read(
    after: FeedCursor, stores: Sequence[int] = (1,), limit: int = 100, **options: Any
) -> FeedPage:
    """Return the page after a cursor."""
    return read_feed(readable(*stores), after, limit=limit, **{"keep": YEAR} | options)


def ids(page: FeedPage) -> list[int]:
    """Return the record ids of a page."""
    return [entry.remote_id for entry in page.entries]


def read_all(after: FeedCursor, stores: Sequence[int] = (1,), limit: int = 2) -> list[int]:
    """Return the record ids of all pages."""
    found: list[int] = []
    while True:
        page = read(after, stores, limit)
        found += ids(page)
        after = page.next
        if not page.has_more:
            return found


def test_entries_after_the_cursor_are_read_once_and_in_order() -> None:
    change(1)
    start = feed_end(readable(1))
    for number in (5, 3, 4, 3):
        change(number)

    page = read(start, limit=3)

    assert (ids(page), page.has_more) == ([5, 3, 4], True)
    last = read(page.next)
    assert (ids(last), last.has_more) == ([3], False)
    assert ids(read(last.next)) == []
    assert ids(read(page.entries[0].cursor)) == [3, 4, 3]


def test_cursor_at_the_end_of_an_empty_feed_leads_to_the_first_entry() -> None:
    start = feed_end(readable(1))
    assert ids(read(start)) == []

    change(7)

    assert read_all(read(start).next) == []
    assert read_all(start) == [7]


def test_changes_of_other_stores_and_tables_are_left_out() -> None:
    start = feed_end(readable(1))
    for number in range(4):
        change(number, store_id=2)
        change(number, mirror_table="customer")
    change(9)

    assert read_all(start) == [9]
    assert read_all(start, (1, 2)) == [0, 1, 2, 3, 9]
    assert read_all(start, (3,)) == []


def test_tables_of_each_store_and_the_chosen_table_decide() -> None:
    start = feed_end({})
    change(1)
    change(2, mirror_table="order")
    change(3, store_id=2)
    change(4, store_id=2, mirror_table="order")

    page = read_feed({1: ["product"], 2: ["order"]}, start, limit=9, keep=YEAR)
    assert ids(page) == [1, 4]
    assert ids(read(start, (1, 2), mirror_table="order")) == [2, 4]


def test_page_ends_early_if_most_entries_are_not_the_readers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "SCAN_LIMIT", 4)
    start = feed_end(readable(1))
    for number in range(10):
        change(number, mirror_table="customer")
    change(99)

    page = read(start, limit=2)

    assert (ids(page), page.has_more) == ([], True)
    assert read_all(page.next) == [99]


@pytest.mark.parametrize("by_index", [0, 50])
def test_many_stores_are_read_in_the_same_order_as_few(
    monkeypatch: pytest.MonkeyPatch, by_index: int
) -> None:
    monkeypatch.setattr(feed_statements, "STORES_BY_INDEX", by_index)
    start = feed_end(readable(1, 2))
    for number in range(9):
        change(number, store_id=number % 3)

    assert read_all(start, (1, 2)) == [1, 2, 4, 5, 7, 8]


def test_entry_has_its_fields_and_a_digest_of_the_stores_is_in_the_cursor() -> None:
    start = feed_end(readable(1))
    change(7)

    (entry,) = read(start).entries

    assert (entry.store_id, entry.mirror_table, entry.operation) == (1, "product", "updated")
    assert entry.changed_fields is None
    assert utc_now() - entry.at < timedelta(minutes=1)
    assert FeedCursor.read(str(entry.cursor)) == entry.cursor
    assert (
        feed_end(readable(1)).stores
        != feed_end(readable(1, 2)).stores
        == read(start, (1, 2)).next.stores
    )


def test_cursor_of_another_database_or_from_the_future_has_expired() -> None:
    change(1)
    end = feed_end(readable(1))
    ahead = replace(end, position=FeedPosition(end.position.transaction_id + 1_000, 1))

    for cursor in (replace(end, database="0000000f"), ahead):
        with pytest.raises(CursorExpiredError, match="restored"):
            read(cursor)


def test_cursor_from_before_forgotten_deletions_has_expired() -> None:
    old = replace(feed_end(readable(1)), issued_at=int((utc_now() - 2 * YEAR).timestamp()))

    with pytest.raises(CursorExpiredError, match="deletions"):
        read(old)
    assert ids(read(old, keep=3 * YEAR)) == []


def test_one_look_finds_the_stores_with_new_entries() -> None:
    start = feed_end({}).position
    assert stores_changed_after(start)[1] == frozenset()
    for store_id in (1, 2, 2, 3):
        change(5, store_id)

    seen, changed = stores_changed_after(start, limit=3)

    assert changed == {1, 2}
    seen, changed = stores_changed_after(seen)
    assert changed == {3}
    assert stores_changed_after(seen)[1] == frozenset()


class TestRestoredSqliteFile:
    @pytest.fixture
    def database_url(self, sqlite_database_url: str) -> str:
        return sqlite_database_url

    def test_cursor_has_expired_even_if_the_feed_has_grown_beyond_it(self) -> None:
        change(1)
        change(2)
        cursor = feed_end(readable(1))
        ChangeFeedEntry.delete().where(ChangeFeedEntry.remote_id == 2).execute()

        for _ in range(2):
            with pytest.raises(CursorExpiredError):
                read(cursor)
            change(3)

    def test_cursor_whose_entry_was_pruned_is_still_valid(self) -> None:
        change(1)
        cursor = feed_end(readable(1))
        change(2)
        ChangeFeedEntry.delete().where(ChangeFeedEntry.remote_id == 1).execute()

        assert ids(read(cursor)) == [2]


class TestConcurrentTransactions:
    @pytest.fixture
    def database_url(self, postgresql_database_url: str) -> str:
        return postgresql_database_url

    @pytest.fixture
    def writers(self, postgresql_url: str) -> Iterator[list[psycopg.Connection]]:
        """Three connections, each with a transaction that other tests don't see."""
        opened = [psycopg.connect(postgresql_url) for _ in range(3)]
        yield opened
        for connection in opened:
            connection.close()

    def test_entry_that_commits_late_is_not_skipped(
        self, writers: list[psycopg.Connection]
    ) -> None:
        start, (early, late, _) = feed_end(readable(1)), writers
        early.execute(INSERT, [1])
        late.execute(INSERT, [2])
        late.commit()

        page = read(start)
        assert ids(page) == []
        early.commit()

        assert ids(read(page.next)) == [1, 2]

    def test_entries_of_a_record_have_the_order_of_its_writes(
        self, writers: list[psycopg.Connection]
    ) -> None:
        """A transaction may have got its id long before it gets the lock of a record."""
        start, (waiting, first, other) = feed_end(readable(1)), writers
        waiting.execute("SELECT pg_current_xact_id()")
        first.execute(INSERT, [1])
        first.commit()
        waiting.execute(INSERT, [2])
        other.execute(INSERT, [3])
        other.commit()
        waiting.commit()

        assert ids(read(start)) == [1, 2, 3]

    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(steps=st.lists(st.tuples(st.integers(0, 2), st.sampled_from("wwcr")), max_size=14))
    def test_no_interleaving_loses_repeats_or_reorders_an_entry(
        self, writers: list[psycopg.Connection], steps: list[tuple[int, str]]
    ) -> None:
        after, seen, number = feed_end(readable(1)), list[int](), 0
        for writer, step in steps:
            if step == "w":
                number += 1
                writers[writer].execute(INSERT, [number])
            elif step == "c":
                writers[writer].commit()
            else:
                page = read(after, limit=2)
                seen += ids(page)
                after = page.next
        for connection in writers:
            connection.commit()

        seen += read_all(after)

        assert sorted(seen) == list(range(1, number + 1))
