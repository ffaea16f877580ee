"""Hold what every mirrored table shares: the columns, and the upsert in which the newer wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from peewee import BigIntegerField, CompositeKey, Expression, ForeignKeyField, chunked

from portal.models.base import Table, utc_now
from portal.models.bulk import ROWS_PER_STATEMENT, among, insert_rows, live_among, quoted
from portal.models.fields import JsonField, JsonText, UtcDateTimeField, load_json
from portal.models.mirror_count import MirrorCount
from portal.models.store import Store


class MirrorTable(Table):
    """Keep one record of a store as Ecwid last told it.

    ``remote_updated_at`` is the store's own update time (or the read's, where Ecwid gives none);
    ``synced_at`` is when the read began that brought the row; ``deleted_at`` is when its absence
    was confirmed.
    """

    # Every table's key begins with the store.
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    remote_id = BigIntegerField()
    raw = JsonField()
    remote_updated_at = UtcDateTimeField()
    synced_at = UtcDateTimeField()
    deleted_at = UtcDateTimeField(null=True)

    @classmethod
    def key_fields(cls) -> Sequence[str]:
        """Return the names of the fields that identify a record."""
        key = cls._meta.primary_key
        if not isinstance(key, CompositeKey):
            raise TypeError(f"{cls.__name__} must be identified by its store and remote id")
        names: Sequence[str] = key.field_names
        return names

    @classmethod
    def upsert(cls, rows: Iterable[Mapping[str, Any]]) -> int:
        """Insert or update ``rows``; return how many were written.

        A row loses against a stored one that is newer at the store, or as new and read later: a
        page read before an event never overwrites what the event brought (promise 4). A record
        that comes back after its deletion was confirmed is alive again, if this read is the later.
        Runs inside the caller's transaction, which then holds the table's count of the store.
        """
        key_names = cls.key_fields()
        return sum(
            cls._write(_newest_of_each(batch, key_names))
            for batch in chunked(rows, ROWS_PER_STATEMENT)
        )

    @classmethod
    def _write(cls, rows: Sequence[Mapping[str, Any]]) -> int:
        ids: dict[int, list[int]] = {}
        for row in rows:
            ids.setdefault(row["store"], []).append(row["remote_id"])
        for store_id in sorted(ids):
            MirrorCount.hold(store_id, cls._meta.table_name)
        before = {store_id: cls._live_among(store_id, some) for store_id, some in ids.items()}
        written = insert_rows(cls, rows, _unless_newer(cls))
        are_live = written == len(rows) and not any(row.get("deleted_at") for row in rows)
        for store_id, some in ids.items():
            # What is read is alive, so there is nothing to look for where all were.
            if before[store_id] < len(some):
                live = len(some) if are_live else cls._live_among(store_id, some)
                MirrorCount.add(store_id, cls._meta.table_name, live - before[store_id])
        return written

    @classmethod
    def _live_among(cls, store_id: int, remote_ids: Sequence[int]) -> int:
        ((count,),) = live_among(cls, "count(*)", store_id, remote_ids)
        return int(count)

    @classmethod
    def live_count(cls, store_id: int) -> int:
        """Return how many records of the store are here and not deleted, without counting them."""
        return cls.live_counts([store_id]).get(store_id, 0)

    @classmethod
    def live_counts(cls, store_ids: Sequence[int]) -> dict[int, int]:
        """Return the same of several stores; those without any record may be missing."""
        kept = MirrorCount.select().where(
            MirrorCount.store.in_(list(store_ids)), MirrorCount.mirrored == cls._meta.table_name
        )
        return {count.store_id: count.live for count in kept}

    @classmethod
    def step_back(
        cls, store_id: int, where: Expression, *, updated_at: datetime, read_before: datetime
    ) -> None:
        """Give rows of the store an earlier update time, so that they take their record of then.

        Only those that match and were read before that; the caller knows that the store has taken
        a newer state back.
        """
        # First, as whoever writes rows does: else two could wait for each other for ever.
        MirrorCount.hold(store_id, cls._meta.table_name)
        cls.update(remote_updated_at=updated_at).where(
            cls.store == store_id, where, cls.synced_at < read_before
        ).execute()

    @classmethod
    def recount(cls, store_id: int) -> int:
        """Count the live records of the store one by one, keep the number and return it.

        Runs inside the caller's transaction; takes about a second for a million records.
        """
        MirrorCount.hold(store_id, cls._meta.table_name)
        live = cls.select().where(cls.store == store_id, cls.deleted_at.is_null())
        count: int = live.count()
        MirrorCount.put(store_id, cls._meta.table_name, count)
        return count

    @classmethod
    def of(cls, store_id: int, remote_ids: Sequence[int]) -> Expression:
        """Return the condition that matches these records of one store."""
        matches: Expression = (cls.store == store_id) & among(cls.remote_id, remote_ids)
        return matches

    @classmethod
    def count_unchanged(cls, rows: Sequence[Mapping[str, Any]]) -> int:
        """Return how many of ``rows``, all of one store, the mirror shows just like that.

        The store's update time tells; where it gives none, so that the read's stands for it, the
        whole record does.
        """
        if not rows:
            return 0
        store_id, ids = rows[0]["store"], [row["remote_id"] for row in rows]
        if any(row["remote_updated_at"] == row["synced_at"] for row in rows):
            alike = cls.select(cls.remote_id, cls.raw, cls.remote_updated_at).where(
                cls.of(store_id, ids), cls.deleted_at.is_null()
            )
            known = {row.remote_id: row for row in alike}
            return sum(_is_unchanged(row, known.get(row["remote_id"])) for row in rows)
        read = cls.remote_updated_at.python_value
        columns = "remote_id, remote_updated_at"
        updated = {key: read(at) for key, at in live_among(cls, columns, store_id, ids)}
        return sum(updated.get(row["remote_id"]) == row["remote_updated_at"] for row in rows)

    @classmethod
    def unseen(cls, store_id: int, *, since: datetime, after: int, limit: int) -> list[int]:
        """Return the ids of live rows that no read since then has brought, in order.

        At most ``limit`` of them, beginning behind the id ``after``.
        """
        rows = (
            cls.select(cls.remote_id)
            .where(
                cls.store == store_id,
                cls.remote_id > after,
                cls.deleted_at.is_null(),
                cls.synced_at < since,
            )
            .order_by(cls.remote_id)
            .limit(limit)
        )
        return [row.remote_id for row in rows]

    @classmethod
    def mark_deleted(cls, where: Expression, *, read_at: datetime) -> int:
        """Mark the live rows that match as deleted, unless a later read brought them.

        Returns how many; those that were deleted already are only known to be so for longer.
        """
        is_outdated = (where, cls.deleted_at.is_null(), cls.synced_at <= read_at)
        found = cls.select(cls.store).where(*is_outdated).distinct()
        count = 0
        for store_id in sorted(row.store_id for row in found):
            MirrorCount.hold(store_id, cls._meta.table_name)
            marked: int = (
                cls.update(deleted_at=utc_now(), synced_at=read_at)
                .where(*is_outdated, cls.store == store_id)
                .execute()
            )
            MirrorCount.add(store_id, cls._meta.table_name, -marked)
            count += marked
        # Else a read from between the two deletions could still revive the row.
        cls.update(synced_at=read_at).where(
            where, cls.deleted_at.is_null(is_null=False), cls.synced_at < read_at
        ).execute()
        return count


def _is_unchanged(row: Mapping[str, Any], held: Any) -> bool:
    if held is None:
        return False
    if row["remote_updated_at"] == row["synced_at"]:
        raw = row["raw"]
        return bool(held.raw == (load_json(raw) if isinstance(raw, JsonText) else raw))
    return bool(held.remote_updated_at == row["remote_updated_at"])


@cache
def _unless_newer(table: type[MirrorTable]) -> str:
    """Return the SQL that replaces every column of a stored row, unless that one is newer."""
    fields = table._meta.fields
    keys = table.key_fields()
    columns = {name: quoted(field.column_name) for name, field in fields.items()}
    here = quoted(table._meta.table_name)
    changes = ", ".join(
        f"{column} = EXCLUDED.{column}" for name, column in columns.items() if name not in keys
    )
    # A deletion keeps the record's update time, so only a later read can overrule it.
    return (
        f"ON CONFLICT ({', '.join(columns[key] for key in keys)}) DO UPDATE SET {changes}"
        " WHERE (EXCLUDED.remote_updated_at, EXCLUDED.synced_at)"
        f" >= ({here}.remote_updated_at, {here}.synced_at)"
        f" AND ({here}.deleted_at IS NULL OR EXCLUDED.synced_at > {here}.synced_at)"
    )


def _newest_of_each(
    rows: Iterable[Mapping[str, Any]], key_names: Sequence[str]
) -> list[Mapping[str, Any]]:
    """Return one row for each key: PostgreSQL refuses to update a row twice in one statement."""
    newest: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for row in rows:
        key = tuple(row[name] for name in key_names)
        kept = newest.get(key)
        if kept is None or _version(row) >= _version(kept):
            newest[key] = row
    return list(newest.values())


def _version(row: Mapping[str, Any]) -> tuple[datetime, datetime]:
    return row["remote_updated_at"], row["synced_at"]
