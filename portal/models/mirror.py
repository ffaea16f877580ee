"""Hold what every mirrored table shares: the columns, and the upsert in which the newer wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from peewee import (
    EXCLUDED,
    BigIntegerField,
    CompositeKey,
    Expression,
    ForeignKeyField,
    Tuple,
    chunked,
)

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.store import Store

# SQLite takes at most 32,766 variables in one statement; PostgreSQL 65,535.
ROWS_PER_STATEMENT = 200


class MirrorTable(Table):
    """Keep one record of a store as Ecwid last told it.

    ``remote_updated_at`` is the store's own update time (or the read's, where Ecwid gives none);
    ``synced_at`` is when the read began that brought the row; ``deleted_at`` is when its absence
    was confirmed.
    """

    store = ForeignKeyField(Store, on_delete="CASCADE")
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
        """
        key_names = cls.key_fields()
        keys = [cls._meta.fields[name] for name in key_names]
        columns = [field for name, field in cls._meta.fields.items() if name not in key_names]
        changed = 0
        for batch in chunked(rows, ROWS_PER_STATEMENT):
            changed += (
                cls.insert_many(_newest_of_each(batch, key_names))
                .on_conflict(conflict_target=keys, preserve=columns, where=cls._is_newer())
                .as_rowcount()
                .execute()
            )
        return changed

    @classmethod
    def _is_newer(cls) -> Expression:
        incoming = Tuple(EXCLUDED.remote_updated_at, EXCLUDED.synced_at)
        stored = Tuple(cls.remote_updated_at, cls.synced_at)
        # A deletion keeps the record's update time, so only a later read can overrule it.
        was_read_later = cls.deleted_at.is_null() | (EXCLUDED.synced_at > cls.synced_at)
        newer: Expression = (incoming >= stored) & was_read_later
        return newer

    @classmethod
    def of(cls, store_id: int, remote_ids: Sequence[int]) -> Expression:
        """Return the condition that matches these records of one store."""
        matches: Expression = (cls.store == store_id) & cls.remote_id.in_(remote_ids)
        return matches

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
        count: int = (
            cls.update(deleted_at=utc_now(), synced_at=read_at)
            .where(where, cls.deleted_at.is_null(), cls.synced_at <= read_at)
            .execute()
        )
        # Else a read from between the two deletions could still revive the row.
        cls.update(synced_at=read_at).where(
            where, cls.deleted_at.is_null(is_null=False), cls.synced_at < read_at
        ).execute()
        return count


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
