"""Comparison of new rows with mirrored rows: newer or older, changed or unchanged (promise 4).

Rows are in the database's format: times are UTC texts of fixed width, which sort correctly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from peewee import Model

from portal.models.bulk import (
    StoredRow,
    append_stored_rows,
    insert_stored_rows,
    quote_name,
    select_by_remote_ids,
)
from portal.models.change_feed import add_entries, add_updates
from portal.models.fields import moment_text
from portal.models.same_content import ids_with_same_content
from portal.rules.records.feed_cursor import FeedOperation


class UpsertResult(NamedTuple):
    """Result of writing rows.

    ``written`` is the number of rows written, ``unchanged`` the number that the mirror already had.
    ``created`` are ids of records that were missing or deleted, ``changed`` ids of records that
    were different, ``inserted`` ids of records that had no row, not even a deleted one.
    """

    written: int
    unchanged: int
    created: Sequence[int] = ()
    changed: Sequence[int] = ()
    inserted: Sequence[int] = ()


class ExistingRow(NamedTuple):
    """Columns of a mirrored row for the comparison."""

    updated_at: str
    synced_at: str
    is_live: bool


def merge_results(parts: Iterable[UpsertResult]) -> UpsertResult:
    """Return the sum of several results."""
    found = list(parts)
    return UpsertResult(
        sum(part.written for part in found),
        sum(part.unchanged for part in found),
        [remote_id for part in found for remote_id in part.created],
        [remote_id for part in found for remote_id in part.changed],
        [remote_id for part in found for remote_id in part.inserted],
    )


def write_newer(
    table: type[Model],
    store_id: int,
    rows: Sequence[StoredRow],
    key_names: tuple[str, ...],
    compared_columns: Sequence[str],
) -> tuple[UpsertResult, int]:
    """Insert or update rows of one store that are not older than the mirror's.

    ``compared_columns`` are compared with ``raw`` if the update times are equal. Returns what
    became of the rows, and how many more live records the table has now. Adds what changes to the
    change feed. The caller has locked the table's count of the store.
    """
    existing = existing_rows(table, store_id, rows)
    unchanged = unchanged_ids(table, store_id, rows, existing, compared_columns)
    before = count_live(existing)
    done = classify_rows(rows, existing, unchanged)
    _add_to_feed(table, store_id, rows, done)
    written = append_stored_rows(table, [row for row in rows if row["remote_id"] not in existing])
    known = [row for row in rows if row["remote_id"] in existing]
    written += insert_stored_rows(table, known, last_write_wins_sql(table, key_names))
    # A record that was just read is alive, so if all rows were alive, all still are.
    more_live = 0
    if before < len(rows):
        are_live = written == len(rows) and not any(row.get("deleted_at") for row in rows)
        live = len(rows) if are_live else count_live(existing_rows(table, store_id, rows))
        more_live = live - before
    return done._replace(written=written), more_live


def _add_to_feed(
    table: type[Model], store_id: int, rows: Sequence[StoredRow], done: UpsertResult
) -> None:
    """Add created and changed records to the change feed, before the stored rows are replaced."""
    add_entries(table._meta.table_name, store_id, FeedOperation.CREATED, done.created)
    if done.changed:
        changed = set(done.changed)
        add_updates(table, store_id, [row for row in rows if row["remote_id"] in changed])


def classify_rows(
    rows: Iterable[StoredRow],
    existing: Mapping[int, ExistingRow],
    unchanged: Collection[int],
) -> UpsertResult:
    """Return what writing ``rows`` will do, without the number of written rows."""
    created, changed, inserted = [], [], []
    for row in rows:
        remote_id = row["remote_id"]
        before = existing.get(remote_id)
        if before is None:
            created.append(remote_id)
            inserted.append(remote_id)
        elif remote_id in unchanged or _is_stale(row, before):
            continue
        elif before.is_live:
            changed.append(remote_id)
        else:
            created.append(remote_id)
    return UpsertResult(0, len(unchanged), created, changed, inserted)


def existing_rows(
    table: type[Model], store_id: int, rows: Sequence[StoredRow]
) -> dict[int, ExistingRow]:
    """Return the mirrored versions of these rows by id, deleted ones included."""
    columns = "remote_id, remote_updated_at, synced_at, deleted_at IS NULL AS is_live"
    ids = [row["remote_id"] for row in rows]
    return {
        remote_id: ExistingRow(_as_text(at), _as_text(read_at), bool(is_live))
        for remote_id, at, read_at, is_live in select_by_remote_ids(table, columns, store_id, ids)
    }


def count_live(existing: Mapping[int, ExistingRow]) -> int:
    """Return how many of the records are live."""
    return sum(row.is_live for row in existing.values())


def unchanged_ids(
    table: type[Model],
    store_id: int,
    rows: Iterable[StoredRow],
    existing: Mapping[int, ExistingRow],
    compared_columns: Sequence[str],
) -> Collection[int]:
    """Return the ids of the rows that the mirror already has as live records in this state.

    Another update time is another state. An equal one may be, because it is in whole seconds, so
    the content decides. It also decides if Ecwid sends no update time.
    """
    candidates = [
        row
        for row in rows
        if (before := existing.get(row["remote_id"])) is not None
        and before.is_live
        and (before.updated_at == row["remote_updated_at"] or _has_no_update_time(row))
    ]
    return ids_with_same_content(table, store_id, candidates, compared_columns)


def newest_by_id(rows: Iterable[StoredRow]) -> list[StoredRow]:
    """Return the newest row of each id; PostgreSQL can't update a row twice in one statement."""
    newest: dict[int, StoredRow] = {}
    for row in rows:
        kept = newest.get(row["remote_id"])
        if kept is None or version(row) >= version(kept):
            newest[row["remote_id"]] = row
    return list(newest.values())


@cache
def last_write_wins_sql(table: type[Model], key_names: Sequence[str]) -> str:
    """Return the SQL that replaces all columns of a stored row, unless that row is newer."""
    columns = {name: quote_name(field.column_name) for name, field in table._meta.fields.items()}
    here = quote_name(table._meta.table_name)
    changes = ", ".join(
        f"{column} = EXCLUDED.{column}" for name, column in columns.items() if name not in key_names
    )
    # A deletion doesn't change the record's update time, so only a later read can undo it.
    return (
        f"ON CONFLICT ({', '.join(columns[key] for key in key_names)}) DO UPDATE SET {changes}"
        " WHERE (EXCLUDED.remote_updated_at, EXCLUDED.synced_at)"
        f" >= ({here}.remote_updated_at, {here}.synced_at)"
        f" AND ({here}.deleted_at IS NULL OR EXCLUDED.synced_at > {here}.synced_at)"
    )


def _is_stale(row: StoredRow, existing: ExistingRow) -> bool:
    """Return whether the mirrored row wins; must match the condition in `last_write_wins_sql`."""
    if not existing.is_live and row["synced_at"] <= existing.synced_at:
        return True
    return version(row) < (existing.updated_at, existing.synced_at)


def version(row: StoredRow) -> tuple[str, str]:
    """Return the times that decide which of two states of a record wins: the greater ones."""
    return row["remote_updated_at"], row["synced_at"]


def _has_no_update_time(row: StoredRow) -> bool:
    return bool(row["remote_updated_at"] == row["synced_at"])


def _as_text(at: str | datetime) -> str:
    """Return a time as stored text; PostgreSQL's driver has already parsed it."""
    return moment_text(at) if isinstance(at, datetime) else at
