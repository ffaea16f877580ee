"""SQL statements of the change feed: its end, and its entries after a position.

On PostgreSQL only entries below `pg_snapshot_xmin` are read. All transactions with smaller numbers
have ended, so no entry can appear before the cursor later. See docs/decisions/change-feed.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from msgspec import Raw

from portal.models import database
from portal.models.bulk import is_postgresql
from portal.models.fields import to_micros
from portal.rules.records.feed_cursor import LARGEST_ID, FeedPosition, digest

# On PostgreSQL each of so many stores is read by index. For more stores, and on SQLite, the whole
# feed is read.
STORES_BY_INDEX = 50
# SQLite has no identity of a file; there the time of the cursor's entry shows a restored backup.
SQLITE = "00000000"

_SELECT = """SELECT transaction_id, id, store_id, mirror_table, remote_id, operation, at, consent_id
FROM change_feed_entry WHERE"""
# A dump is restored to another cluster or database, a backup of the cluster to another timeline.
_POSTGRESQL_END = """SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1,
(pg_control_system()).system_identifier, (pg_control_checkpoint()).timeline_id,
(SELECT oid FROM pg_database WHERE datname = current_database())"""
_SQLITE_END = "SELECT id, at FROM change_feed_entry ORDER BY id DESC LIMIT 1"


class FeedRow(NamedTuple):
    """One stored entry without its changed fields; ``at`` is a text on SQLite."""

    transaction_id: int
    entry_id: int
    store_id: int
    mirror_table: str
    remote_id: int
    operation: str
    at: str | datetime
    consent_id: int | None

    @property
    def position(self) -> FeedPosition:
        """Position of the entry in the feed."""
        return FeedPosition(self.transaction_id, self.entry_id)

    @property
    def happened_at(self) -> datetime:
        """Time of the entry in UTC."""
        return _moment(self.at)

    @property
    def micros(self) -> int:
        """Time of the entry in microseconds."""
        return to_micros(self.happened_at)


class FeedEnd(NamedTuple):
    """Present end of the feed; ``entry_at`` is 0 on PostgreSQL, and in an empty feed."""

    database: str
    position: FeedPosition
    entry_at: int


def read_end() -> FeedEnd:
    """Return the end of the feed, up to which no entry can be added any more."""
    if is_postgresql(database):
        last, *identity = database.execute_sql(_POSTGRESQL_END).fetchone()
        return FeedEnd(digest(identity), FeedPosition(last, LARGEST_ID), 0)
    newest = database.execute_sql(_SQLITE_END).fetchone()
    entry_id, entry_at = (newest[0], to_micros(_moment(newest[1]))) if newest else (0, 0)
    return FeedEnd(SQLITE, FeedPosition(0, entry_id), entry_at)


def sqlite_entry_at(entry_id: int) -> int | None:
    """Return the time of an entry on SQLite in microseconds, None if it was pruned."""
    found = database.execute_sql(
        "SELECT at FROM change_feed_entry WHERE id = ?", (entry_id,)
    ).fetchone()
    return None if found is None else to_micros(_moment(found[0]))


def read_rows(
    store_ids: Sequence[int], after: FeedPosition, upto: FeedPosition, limit: int
) -> list[FeedRow]:
    """Return the next entries; those of other stores, too, if there are many stores or none."""
    values: list[int]
    if not is_postgresql(database):
        statement = f"{_SELECT} id > ? AND id <= ? ORDER BY id LIMIT {int(limit)}"
        values = [after.entry_id, upto.entry_id]
        return [FeedRow(*row) for row in database.execute_sql(statement, values).fetchall()]
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
    return [FeedRow(*row) for row in database.execute_sql(statement, values).fetchall()]


def read_changed_fields(entry_ids: Sequence[int]) -> dict[int, Raw]:
    """Return the changed fields of these entries as JSON, by entry; others have none."""
    if not entry_ids:
        return {}
    marks = ", ".join([database.param] * len(entry_ids))
    rows = database.execute_sql(
        f"SELECT id, CAST(changed_fields AS TEXT) FROM change_feed_entry WHERE id IN ({marks})"  # noqa: S608
        " AND changed_fields IS NOT NULL",
        list(entry_ids),
    ).fetchall()
    return {entry_id: Raw(text.encode()) for entry_id, text in rows}


def make_durable() -> None:
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
