"""Superseded entries and old deletions leave the change feed; each record stays in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.models import ChangeFeedEntry, ChangeFeedPruning, utc_now
from portal.models.change_feed import add_entries
from portal.rules.records.feed_cursor import FeedOperation
from portal.services.records.read_change_feed import feed_end, read_feed
from portal.services.retention import prune_change_feed as module
from portal.services.retention.prune_change_feed import prune_change_feed
from portal.services.runtime import Runtime
from tests.factories import make_store

YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def stores(runtime: Runtime) -> None:
    """Two stores."""
    make_store()
    make_store(id=2002)


def entry(remote_id: int, days_ago: int, operation: str = "updated", store_id: int = 1003) -> None:
    """Add an entry of a product that is so many days old."""
    add_entries("product", store_id, FeedOperation(operation), [remote_id])
    newest = ChangeFeedEntry.select().order_by(ChangeFeedEntry.id.desc()).get()
    ChangeFeedEntry.update(at=utc_now() - timedelta(days=days_ago)).where(
        ChangeFeedEntry.id == newest.id
    ).execute()


def kept() -> list[tuple[int, str]]:
    """Return record and operation of the remaining entries."""
    rows = ChangeFeedEntry.select().order_by(ChangeFeedEntry.id)
    return [(row.remote_id, row.operation) for row in rows]


def test_newest_entry_of_each_record_and_young_ones_are_kept(runtime: Runtime) -> None:
    entry(5, 50, "created")
    entry(6, 45, "created")
    entry(5, 40)
    entry(5, 2)
    entry(5, 1)
    entry(5, 40, store_id=2002)

    assert prune_change_feed(runtime) == 2
    assert kept() == [(6, "created"), (5, "updated"), (5, "updated"), (5, "updated")]


def test_reader_with_an_old_cursor_still_learns_of_every_record(runtime: Runtime) -> None:
    start = feed_end({})
    for record, days_ago in ((5, 50), (6, 49), (5, 48), (6, 47), (7, 46)):
        entry(record, days_ago)
    prune_change_feed(runtime)

    page = read_feed({1003: ["product"]}, start, limit=10, keep=YEAR)

    assert [one.remote_id for one in page.entries] == [5, 6, 7]


def test_deletions_are_forgotten_with_their_tombstones(runtime: Runtime) -> None:
    entry(5, 400, "deleted")
    entry(6, 200, "deleted")
    entry(7, 400, "created")

    assert prune_change_feed(runtime) == 1
    assert kept() == [(6, "deleted"), (7, "created")]

    ChangeFeedPruning.delete().execute()
    sooner = replace(runtime, settings=replace(runtime.settings, tombstone_days=100))
    assert prune_change_feed(sooner) == 1
    assert kept() == [(7, "created")]


def test_each_store_is_looked_at_once_a_day(runtime: Runtime) -> None:
    assert prune_change_feed(runtime) == 0
    entry(5, 50)
    entry(5, 40)
    assert prune_change_feed(runtime) == 0

    yesterday = utc_now() - timedelta(hours=25)
    ChangeFeedPruning.update(pruned_at=yesterday).execute()

    assert prune_change_feed(runtime) == 1


def test_many_entries_are_pruned_in_several_rounds(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FOUND_LIMIT", 2)
    monkeypatch.setattr(module, "BATCH", 1)
    monkeypatch.setattr(module, "TIME_BUDGET_S", -1)
    for _ in range(6):
        entry(5, 50)

    assert [prune_change_feed(runtime) for _ in range(4)] == [2, 2, 1, 0]
    assert kept() == [(5, "updated")]
