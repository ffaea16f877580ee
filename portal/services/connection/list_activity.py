"""Activity of a store, newest first: webhook events, sync runs, orders placed, connection.

Each source has its own ids, so a page's cursor has the last shown id of each. A page reads at most
a page of rows from each source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from peewee import AutoField

from portal.models import (
    EVENT_SUMMARY_COLUMNS,
    OrderSubmission,
    Store,
    SyncRun,
    Table,
    TimelineEntry,
    WebhookEvent,
)
from portal.services.pagination import PAGE_SIZE


class ActivityKind(StrEnum):
    """Source of activity, and the letter that its ids have in a cursor."""

    EVENTS = "events"
    SYNC = "sync"
    ORDERS = "orders"
    CONNECTION = "connection"


# The last shown id of each kind; the first page has none.
ActivityCursor = Mapping[ActivityKind, int]


@dataclass(frozen=True)
class ActivityRow:
    """One thing that happened, with the row that it is known from."""

    kind: ActivityKind
    at: datetime
    row: Any


@dataclass(frozen=True)
class ActivityPage:
    """A page, newest first; ``later`` is the cursor of the next one, None at the end."""

    rows: Sequence[ActivityRow]
    later: ActivityCursor | None


@dataclass(frozen=True)
class _Source:
    columns: tuple[Any, ...]
    store: Any
    key: AutoField
    time_of: Callable[[Any], datetime]


_SOURCES = {
    ActivityKind.EVENTS: _Source(
        EVENT_SUMMARY_COLUMNS,
        WebhookEvent.store_id,
        WebhookEvent.id,
        lambda event: event.received_at,
    ),
    ActivityKind.SYNC: _Source(
        (
            SyncRun.id,
            SyncRun.resource,
            SyncRun.kind,
            SyncRun.state,
            SyncRun.saved,
            SyncRun.deleted,
            SyncRun.created_at,
        ),
        SyncRun.store,
        SyncRun.id,
        lambda run: run.created_at,
    ),
    ActivityKind.ORDERS: _Source(
        (
            OrderSubmission.id,
            OrderSubmission.state,
            OrderSubmission.order_number,
            OrderSubmission.received_at,
        ),
        OrderSubmission.store,
        OrderSubmission.id,
        lambda sent: sent.received_at,
    ),
    ActivityKind.CONNECTION: _Source(
        (TimelineEntry.id, TimelineEntry.what, TimelineEntry.detail, TimelineEntry.happened_at),
        TimelineEntry.store,
        TimelineEntry.id,
        lambda entry: entry.happened_at,
    ),
}


def list_activity(
    store: Store,
    kinds: Iterable[ActivityKind] = tuple(ActivityKind),
    after: ActivityCursor | None = None,
    size: int = PAGE_SIZE,
) -> ActivityPage:
    """Return a page of these kinds; one statement for each of them.

    Rows of one kind stay in the order of their ids, so that a cursor neither repeats nor skips one,
    whatever their times are.
    """
    cursor = dict(after or {})
    heads = {kind: _read(store, kind, cursor.get(kind), size + 1) for kind in kinds}
    shown: list[ActivityRow] = []
    while len(shown) < size and any(heads.values()):
        newest = max((rows[0] for rows in heads.values() if rows), key=lambda each: each.at)
        shown.append(heads[newest.kind].pop(0))
        cursor[newest.kind] = newest.row.id
    return ActivityPage(shown, cursor if any(heads.values()) else None)


def _read(store: Store, kind: ActivityKind, after_id: int | None, limit: int) -> list[ActivityRow]:
    source = _SOURCES[kind]
    table: type[Table] = source.key.model
    rows = table.select(*source.columns).where(source.store == store.id)
    if after_id is not None:
        rows = rows.where(source.key < after_id)
    found = rows.order_by(source.key.desc()).limit(limit)
    return [ActivityRow(kind, source.time_of(row), row) for row in found]
