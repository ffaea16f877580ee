"""Reading of the change feed: the entries of some stores after a cursor, in commit order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Raw

from portal.models import MirrorTable, Product, Variation, utc_now
from portal.rules.channels.product_selection import FeedReason
from portal.rules.records.feed_cursor import FeedCursor, FeedOperation, FeedPosition, digest
from portal.services.records.feed_statements import (
    SQLITE,
    FeedRow,
    make_durable,
    read_changed_fields,
    read_end,
    read_rows,
    sqlite_entry_at,
)
from portal.services.records.selected_records import hidden_ids

# Entries that one call looks at; a page then ends early, and its cursor leads on.
SCAN_LIMIT = 5_000

# Mirror tables that a reader may read, by store.
Readable = Mapping[int, Collection[str]]
# Consents whose product selections limit what the reader gets, by store.
Selections = Mapping[int, int]
_SELECTED: Mapping[str, type[MirrorTable]] = {"product": Product, "variation": Variation}
_REASONS = {
    FeedOperation.CREATED: FeedReason.ENTERED_SELECTION,
    FeedOperation.DELETED: FeedReason.LEFT_SELECTION,
}


class CursorExpiredError(ValueError):
    """The cursor is too old, or from another state of the database: read everything again."""


class FeedEntry(NamedTuple):
    """One entry of the feed with its cursor; ``changed_fields`` is JSON.

    ``reason`` is None unless the record has entered or left the reader's product selection.
    """

    cursor: FeedCursor
    store_id: int
    mirror_table: str
    remote_id: int
    operation: FeedOperation
    changed_fields: Raw | None
    at: datetime
    reason: FeedReason | None = None


@dataclass(frozen=True)
class FeedPage:
    """Entries of one page; ``next`` is the cursor after them, ``has_more`` whether to go on."""

    entries: Sequence[FeedEntry]
    next: FeedCursor
    has_more: bool


def feed_end(readable: Readable) -> FeedCursor:
    """Return the cursor at the present end of the feed that a reader of these stores gets."""
    parts = [(store_id, *sorted(tables)) for store_id, tables in sorted(readable.items())]
    end, issued_at = read_end(), int(utc_now().timestamp())
    return FeedCursor(end.database, end.position, end.entry_at, issued_at, digest(parts))


def read_feed(
    readable: Readable,
    after: FeedCursor,
    *,
    limit: int,
    keep: timedelta,
    mirror_table: str | None = None,
    selections: Selections | None = None,
) -> FeedPage:
    """Return the entries of these stores and tables after a cursor, or those of one table.

    ``keep`` is for how long tombstones are kept. With a selection, entries of other products are
    left out, except that of leaving the selection. Raises CursorExpiredError if entries after the
    cursor may be missing.
    """
    end = feed_end(readable)
    _check(after, end, keep)
    store_ids = list(readable)
    found: list[FeedRow] = []
    position, size, scanned = after.position, limit + 1, 0
    while True:
        rows = read_rows(store_ids, position, end.position, size)
        found += _visible(_readable_rows(rows, readable, mirror_table), selections or {})
        scanned += len(rows)
        is_end = len(rows) < size
        if len(found) > limit or is_end or scanned >= SCAN_LIMIT:
            break
        position, size = rows[-1].position, SCAN_LIMIT
    page = found[:limit]
    fields = read_changed_fields([row.entry_id for row in page])
    entries = [_entry(end, row, fields.get(row.entry_id)) for row in page]
    if len(found) > limit:
        following = entries[-1].cursor
    elif is_end:
        following = end
    else:
        following = end.at(rows[-1].position, rows[-1].micros)
    make_durable()
    return FeedPage(entries, following, following is not end)


def stores_changed_after(
    position: FeedPosition, limit: int = SCAN_LIMIT
) -> tuple[FeedPosition, frozenset[int]]:
    """Return the stores with entries after a position, and the position up to which that is known.

    One cheap look for all readers that wait. Of many entries only the first ``limit`` are seen.
    """
    end = feed_end({}).position
    rows = read_rows((), position, end, limit)
    seen = rows[-1].position if len(rows) == limit else max(end, position)
    return seen, frozenset(row.store_id for row in rows)


def _check(cursor: FeedCursor, end: FeedCursor, keep: timedelta) -> None:
    if cursor.database != end.database or cursor.position > end.position:
        raise CursorExpiredError("the database was restored")
    if cursor.issued_at < end.issued_at - keep.total_seconds():
        raise CursorExpiredError("deletions after this cursor may be forgotten")
    if cursor.database == SQLITE and cursor.entry_at:
        entry_at = sqlite_entry_at(cursor.position.entry_id)
        if entry_at not in (None, cursor.entry_at):
            raise CursorExpiredError("the database was restored")


def _readable_rows(
    rows: Sequence[FeedRow], readable: Readable, mirror_table: str | None
) -> list[FeedRow]:
    return [
        row
        for row in rows
        if row.mirror_table in readable.get(row.store_id, ())
        and mirror_table in (None, row.mirror_table)
    ]


def _visible(rows: Sequence[FeedRow], selections: Selections) -> list[FeedRow]:
    """Return the entries that the reader gets, by what is selected now.

    Call it after the scan: an entry is visible together with the selection of its transaction. If
    the record leaves or enters the selection later, a later entry says so.
    """
    ids: dict[tuple[int, str], set[int]] = {}
    for row in rows:
        if row.store_id in selections and row.mirror_table in _SELECTED:
            ids.setdefault((row.store_id, row.mirror_table), set()).add(row.remote_id)
    hidden = {
        (store_id, name): hidden_ids(_SELECTED[name], selections[store_id], store_id, sorted(some))
        for (store_id, name), some in ids.items()
    }
    return [row for row in rows if _is_visible(row, selections, hidden)]


def _is_visible(
    row: FeedRow, selections: Selections, hidden: Mapping[tuple[int, str], set[int]]
) -> bool:
    if row.consent_id is not None:
        if selections.get(row.store_id) != row.consent_id:
            return False
        if row.operation == FeedOperation.DELETED:
            return True
    return row.remote_id not in hidden.get((row.store_id, row.mirror_table), ())


def _entry(end: FeedCursor, row: FeedRow, changed_fields: Raw | None) -> FeedEntry:
    operation = FeedOperation(row.operation)
    return FeedEntry(
        end.at(row.position, row.micros),
        row.store_id,
        row.mirror_table,
        row.remote_id,
        operation,
        changed_fields,
        row.happened_at,
        None if row.consent_id is None else _REASONS[operation],
    )
