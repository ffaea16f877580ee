"""Reading of the change feed: the entries of some stores after a cursor, in commit order.

On PostgreSQL only entries below `pg_snapshot_xmin` are read. All transactions with smaller numbers
have ended, so no entry can appear before the cursor later. See docs/decisions/change-feed.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from msgspec import Raw

from portal.models import MirrorTable, Product, Variation, database, utc_now
from portal.models.bulk import is_postgresql
from portal.models.fields import to_micros
from portal.rules.channels.product_selection import FeedReason
from portal.rules.records.feed_cursor import (
    LARGEST_ID,
    FeedCursor,
    FeedOperation,
    FeedPosition,
    digest,
)
from portal.services.records.selected_records import hidden_ids

# Entries that one call looks at; a page then ends early, and its cursor leads on.
SCAN_LIMIT = 5_000
# On PostgreSQL each of so many stores is read by index. For more stores, and on SQLite, the whole
# feed is read.
STORES_BY_INDEX = 50
# SQLite has no identity of a file; there the time of the cursor's entry shows a restored backup.
SQLITE = "00000000"

# Mirror tables that a reader may read, by store.
Readable = Mapping[int, Collection[str]]
# Consents whose product selections limit what the reader gets, by store.
Selections = Mapping[int, int]
_SELECTED: Mapping[str, type[MirrorTable]] = {"product": Product, "variation": Variation}

_SELECT = """SELECT transaction_id, id, store_id, mirror_table, remote_id, operation, at, consent_id
FROM change_feed_entry WHERE"""
# A dump is restored to another cluster or database, a backup of the cluster to another timeline.
_POSTGRESQL_END = """SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1,
(pg_control_system()).system_identifier, (pg_control_checkpoint()).timeline_id,
(SELECT oid FROM pg_database WHERE datname = current_database())"""
_REASONS = {
    FeedOperation.CREATED: FeedReason.ENTERED_SELECTION,
    FeedOperation.DELETED: FeedReason.LEFT_SELECTION,
}
_SQLITE_END = "SELECT id, at FROM change_feed_entry ORDER BY id DESC LIMIT 1"


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
    stores, issued_at = digest(parts), int(utc_now().timestamp())
    if is_postgresql(database):
        last, *identity = database.execute_sql(_POSTGRESQL_END).fetchone()
        return FeedCursor(digest(identity), FeedPosition(last, LARGEST_ID), 0, issued_at, stores)
    newest = database.execute_sql(_SQLITE_END).fetchone()
    entry_id, entry_at = (newest[0], _micros(newest[1])) if newest else (0, 0)
    return FeedCursor(SQLITE, FeedPosition(0, entry_id), entry_at, issued_at, stores)


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
    found: list[tuple[Any, ...]] = []
    position, size, scanned = after.position, limit + 1, 0
    while True:
        rows = _scan(store_ids, position, end.position, size)
        of_reader = [
            row
            for row in rows
            if row[3] in readable.get(row[2], ()) and mirror_table in (None, row[3])
        ]
        found += _visible(of_reader, selections or {})
        scanned += len(rows)
        is_end = len(rows) < size
        if len(found) > limit or is_end or scanned >= SCAN_LIMIT:
            break
        position, size = FeedPosition(*rows[-1][:2]), SCAN_LIMIT
    page = found[:limit]
    fields = _changed_fields([row[1] for row in page])
    entries = [_entry(end, row, fields.get(row[1])) for row in page]
    if len(found) > limit:
        following = entries[-1].cursor
    elif is_end:
        following = end
    else:
        following = end.at(FeedPosition(*rows[-1][:2]), _micros(rows[-1][6]))
    _make_durable()
    return FeedPage(entries, following, following is not end)


def stores_changed_after(
    position: FeedPosition, limit: int = SCAN_LIMIT
) -> tuple[FeedPosition, frozenset[int]]:
    """Return the stores with entries after a position, and the position up to which that is known.

    One cheap look for all readers that wait. Of many entries only the first ``limit`` are seen.
    """
    end = feed_end({}).position
    rows = _scan((), position, end, limit)
    seen = FeedPosition(*rows[-1][:2]) if len(rows) == limit else max(end, position)
    return seen, frozenset(row[2] for row in rows)


def _check(cursor: FeedCursor, end: FeedCursor, keep: timedelta) -> None:
    if cursor.database != end.database or cursor.position > end.position:
        raise CursorExpiredError("the database was restored")
    if cursor.issued_at < end.issued_at - keep.total_seconds():
        raise CursorExpiredError("deletions after this cursor may be forgotten")
    if cursor.database == SQLITE and cursor.entry_at:
        entry = database.execute_sql(
            "SELECT at FROM change_feed_entry WHERE id = ?", (cursor.position.entry_id,)
        ).fetchone()
        if entry is not None and _micros(entry[0]) != cursor.entry_at:
            raise CursorExpiredError("the database was restored")


def _scan(
    store_ids: Sequence[int], after: FeedPosition, upto: FeedPosition, limit: int
) -> list[tuple[Any, ...]]:
    """Return the next entries; those of other stores, too, if there are many stores or none."""
    values: list[int]
    if not is_postgresql(database):
        statement = f"{_SELECT} id > ? AND id <= ? ORDER BY id LIMIT {int(limit)}"
        values = [after.entry_id, upto.entry_id]
        return list(database.execute_sql(statement, values).fetchall())
    # The first condition is that of the index.
    one = (
        f"{_SELECT} transaction_id > 0 AND {{store}} (transaction_id, id) > (%s, %s)"
        f" AND (transaction_id, id) <= (%s, %s) ORDER BY transaction_id, id LIMIT {int(limit)}"
    )
    bounds = [*after, *upto]
    if not 0 < len(store_ids) <= STORES_BY_INDEX:
        statement, values = one.format(store=""), bounds
    else:
        by_store = f"SELECT * FROM ({one.format(store='store_id = %s AND')}) AS entry"  # noqa: S608
        statement = " UNION ALL ".join([by_store] * len(store_ids))
        statement = f"{statement} ORDER BY transaction_id, id LIMIT {int(limit)}"
        values = [value for store_id in store_ids for value in (store_id, *bounds)]
    return list(database.execute_sql(statement, values).fetchall())


def _visible(rows: Sequence[tuple[Any, ...]], selections: Selections) -> list[tuple[Any, ...]]:
    """Return the entries that the reader gets, by what is selected now.

    Call it after the scan: an entry is visible together with the selection of its transaction. If
    the record leaves or enters the selection later, a later entry says so.
    """
    ids: dict[tuple[int, str], set[int]] = {}
    for row in rows:
        if row[2] in selections and row[3] in _SELECTED:
            ids.setdefault((row[2], row[3]), set()).add(row[4])
    hidden = {
        (store_id, name): hidden_ids(_SELECTED[name], selections[store_id], store_id, sorted(some))
        for (store_id, name), some in ids.items()
    }
    return [row for row in rows if _is_visible(row, selections, hidden)]


def _is_visible(
    row: tuple[Any, ...], selections: Selections, hidden: Mapping[tuple[int, str], set[int]]
) -> bool:
    store_id, mirror_table, remote_id, operation, _, consent_id = row[2:]
    if consent_id is not None:
        if selections.get(store_id) != consent_id:
            return False
        if operation == FeedOperation.DELETED:
            return True
    return remote_id not in hidden.get((store_id, mirror_table), ())


def _changed_fields(ids: Sequence[int]) -> dict[int, Raw]:
    """Return the changed fields of these entries as JSON, by entry; others have none."""
    if not ids:
        return {}
    marks = ", ".join([database.param] * len(ids))
    rows = database.execute_sql(
        f"SELECT id, CAST(changed_fields AS TEXT) FROM change_feed_entry WHERE id IN ({marks})"  # noqa: S608
        " AND changed_fields IS NOT NULL",
        list(ids),
    ).fetchall()
    return {entry_id: Raw(text.encode()) for entry_id, text in rows}


def _entry(end: FeedCursor, row: tuple[Any, ...], changed_fields: Raw | None) -> FeedEntry:
    transaction_id, entry_id, store_id, mirror_table, remote_id, operation, at, consent_id = row
    cursor = end.at(FeedPosition(transaction_id, entry_id), _micros(at))
    return FeedEntry(
        cursor,
        store_id,
        mirror_table,
        remote_id,
        FeedOperation(operation),
        changed_fields,
        _moment(at),
        None if consent_id is None else _REASONS[operation],
    )


def _make_durable() -> None:
    """Wait until all that was read is on disk, so that a crash doesn't take it back.

    Transactions of a sync don't wait for the disk. A crash may lose the last ones, and the server
    then uses their numbers again, which a reader would have behind it.
    """
    if not is_postgresql(database):
        return
    statement = "SELECT pg_current_wal_flush_lsn() < pg_current_wal_insert_lsn()"
    if database.execute_sql(statement).fetchone()[0]:
        # A transaction that writes something waits for everything before it.
        database.execute_sql("SELECT pg_logical_emit_message(true, 'change_feed', '')")


def _moment(at: str | datetime) -> datetime:
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.astimezone(UTC)


def _micros(at: str | datetime) -> int:
    return to_micros(_moment(at))
