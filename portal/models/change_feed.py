"""Change feed: a log of all changes of mirrored records, written in the transaction of the change.

See docs/decisions/change-feed.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from msgspec import Raw, json
from peewee import SQL, BigAutoField, BigIntegerField, CharField, ForeignKeyField, Model

from portal.models.base import Table, utc_now
from portal.models.bulk import StoredRow, is_postgresql, quote_name
from portal.models.fields import JsonField, UtcDateTimeField, moment_text
from portal.models.store import Store
from portal.rules.records.feed_cursor import FeedOperation

# The id of this transaction, or of the newest one that has ended, whichever is greater. The former
# makes the number of an invisible entry at least `pg_snapshot_xmin`. The latter gives a record's
# entries the order of its writes: a transaction may have got its id before the one it waited for.
_TRANSACTION_SQL = (
    "greatest(pg_current_xact_id()::text::bigint,"
    " pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1)"
)
_COLUMNS = (
    "transaction_id, store_id, mirror_table, remote_id, operation, changed_fields, at, consent_id"
)
_INSERT = f"INSERT INTO change_feed_entry ({_COLUMNS})"


class ChangeFeedEntry(Table):
    """One change of one record; entries are read in the order of ``transaction_id`` and ``id``.

    ``transaction_id`` is 0 on SQLite, where the ids alone have the order of the commits.
    ``changed_fields`` are the names of the record's fields at Ecwid that changed, None if unknown.
    An entry with ``consent_id`` is only for the channel of that consent: the record has entered or
    left its product selection.
    """

    id = BigAutoField()
    transaction_id = BigIntegerField()
    # Without a foreign key, whose check would take longer than the insert.
    store_id = BigIntegerField()
    mirror_table = CharField()
    remote_id = BigIntegerField()
    operation = CharField()
    changed_fields = JsonField(null=True)
    at = UtcDateTimeField()
    consent_id = BigIntegerField(null=True)


# Empty on SQLite, where the key alone has the order of the commits.
_IS_POSTGRESQL = SQL("transaction_id > 0")
ChangeFeedEntry.add_index(
    ChangeFeedEntry.index(
        ChangeFeedEntry.transaction_id,
        ChangeFeedEntry.id,
        name="change_feed_entry_order",
        where=_IS_POSTGRESQL,
    )
)
ChangeFeedEntry.add_index(
    ChangeFeedEntry.index(
        ChangeFeedEntry.store_id,
        ChangeFeedEntry.transaction_id,
        ChangeFeedEntry.id,
        name="change_feed_entry_store",
        where=_IS_POSTGRESQL,
    )
)


class ChangeFeedPruning(Table):
    """Time when superseded entries of a store were last deleted."""

    store = ForeignKeyField(Store, on_delete="CASCADE", primary_key=True)
    store_id: int
    pruned_at = UtcDateTimeField()


def add_store_erasure(store_id: int) -> None:
    """Add that the portal's whole copy of a store was erased."""
    add_entries(Store._meta.table_name, store_id, FeedOperation.ERASED, [store_id])


def add_entries(
    mirror_table: str,
    store_id: int,
    operation: FeedOperation,
    remote_ids: Sequence[int],
    *,
    consent_id: int | None = None,
) -> None:
    """Add one entry for each of these records; the caller holds the lock of the table's count.

    With ``consent_id``, only the channel of that consent reads them.
    """
    if not remote_ids:
        return
    database = ChangeFeedEntry._meta.database
    at = moment_text(utc_now())
    if is_postgresql(database):
        database.execute_sql(
            f"{_INSERT} SELECT {_TRANSACTION_SQL}, %s::bigint, %s::text, given.id, %s::text, NULL,"  # noqa: S608
            " %s::timestamptz, %s::bigint FROM unnest(%s::bigint[]) AS given(id)",
            [store_id, mirror_table, operation.value, at, consent_id, list(remote_ids)],
        )
    else:
        ids = json.encode(list(remote_ids)).decode()
        database.execute_sql(
            f"{_INSERT} SELECT 0, ?, ?, value, ?, NULL, ?, ? FROM json_each(?)",  # noqa: S608
            [store_id, mirror_table, operation.value, at, consent_id, ids],
        )


def add_updates(table: type[Model], store_id: int, rows: Iterable[StoredRow]) -> None:
    """Add an entry for each of these rows, which are about to replace rows of ``table``.

    The database compares the records, because decoding each record here would take much longer.
    """
    given = [{"id": row["remote_id"], "raw": Raw(row["raw"].encode())} for row in rows]
    if not given:
        return
    database, name = ChangeFeedEntry._meta.database, table._meta.table_name
    at, operation = moment_text(utc_now()), FeedOperation.UPDATED.value
    text = json.encode(given).decode()
    values: list[Any] = [store_id, name, operation, at, text, store_id]
    insert = _postgresql_updates if is_postgresql(database) else _sqlite_updates
    database.execute_sql(insert(name), values)


@cache
def _postgresql_updates(mirror_table: str) -> str:
    # A LATERAL join looks each id up in the key, as in `select_by_remote_ids`.
    return (
        f"{_INSERT} SELECT {_TRANSACTION_SQL}, %s::bigint, %s::text, given.id, %s::text,"  # noqa: S608
        " changed.names, %s::timestamptz, NULL"
        " FROM json_to_recordset(%s) AS given(id bigint, raw jsonb)"
        f" CROSS JOIN LATERAL (SELECT raw FROM {quote_name(mirror_table)}"
        " WHERE store_id = %s AND remote_id = given.id LIMIT 1) AS stored"
        " CROSS JOIN LATERAL (SELECT jsonb_agg(key ORDER BY key) AS names"
        " FROM jsonb_each(stored.raw) AS old FULL JOIN jsonb_each(given.raw) AS new USING (key)"
        " WHERE old.value IS DISTINCT FROM new.value) AS changed"
    )


@cache
def _sqlite_updates(mirror_table: str) -> str:
    old = "SELECT key, type, value FROM json_each(stored.raw)"
    new = "SELECT key, type, value FROM json_each(given.value, '$.raw')"
    names = (
        f"SELECT DISTINCT key FROM (SELECT * FROM ({old} EXCEPT {new})"  # noqa: S608
        f" UNION ALL SELECT * FROM ({new} EXCEPT {old})) ORDER BY key"
    )
    return (
        f"{_INSERT} SELECT 0, ?, ?, stored.remote_id, ?,"  # noqa: S608
        f" (SELECT nullif(json_group_array(key), '[]') FROM ({names})), ?, NULL"
        f" FROM json_each(?) AS given JOIN {quote_name(mirror_table)} AS stored"
        " ON stored.store_id = ? AND stored.remote_id = json_extract(given.value, '$.id')"
    )
