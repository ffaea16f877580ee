"""Records that an unfinished reconciliation has seen, to find those that the store lacks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from peewee import BigIntegerField, CompositeKey, ForeignKeyField, fn

from portal.models.base import Table
from portal.models.bulk import in_values, insert_rows
from portal.models.mirror import MirrorTable
from portal.models.sync import SyncState


class ReconcileMark(Table):
    """Mark that a reconciliation of a store's resource has seen a record, by remote id.

    A resource has at most one unfinished reconciliation, which starts and ends without marks.

    The marks are not columns of the mirror, for two reasons. Marking a row there would rewrite it
    and all its index entries. It would also count as a read of the whole record, so the result of
    an event's read that started a moment earlier would be discarded.
    """

    state = ForeignKeyField(SyncState, on_delete="CASCADE", index=False)
    state_id: int
    remote_id = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("state", "remote_id")

    @classmethod
    def add(cls, state: SyncState, remote_ids: Iterable[int]) -> None:
        """Mark these records as seen; marking one twice has no effect."""
        rows = [{"state": state.id, "remote_id": remote_id} for remote_id in remote_ids]
        insert_rows(cls, rows, "ON CONFLICT DO NOTHING")

    @classmethod
    def unmarked_ids(
        cls, state: SyncState, table: type[MirrorTable], *, since: datetime, after: int, limit: int
    ) -> list[int]:
        """Return the ids of live rows that are unmarked and were last read before ``since``.

        Returns at most ``limit`` ids in ascending order, starting after the id ``after``.
        """
        is_marked = fn.EXISTS(
            cls.select(1).where(cls.state == state, cls.remote_id == table.remote_id)
        )
        rows = (
            table.select(table.remote_id)
            .where(
                table.store == state.store_id,
                table.remote_id > after,
                table.deleted_at.is_null(),
                table.synced_at < since,
                ~is_marked,
            )
            .order_by(table.remote_id)
            .limit(limit)
        )
        return [row.remote_id for row in rows]

    @classmethod
    def exists_for(cls, state: SyncState) -> bool:
        """Return whether this resource has any marks."""
        found: bool = cls.select().where(cls.state == state).exists()
        return found

    @classmethod
    def marked_among(cls, state: SyncState, remote_ids: Sequence[int]) -> set[int]:
        """Return which of these records are marked."""
        if not remote_ids:
            return set()
        rows = cls.select(cls.remote_id).where(
            cls.state == state, in_values(cls.remote_id, remote_ids)
        )
        return {row.remote_id for row in rows}

    @classmethod
    def nth_id(cls, state: SyncState, number: int) -> int | None:
        """Return the marked id at a position in ascending order, from 0; None after the last."""
        rows = cls.select(cls.remote_id).where(cls.state == state).order_by(cls.remote_id)
        found: int | None = rows.offset(number).limit(1).scalar()
        return found

    @classmethod
    def clear(cls, state: SyncState, *, below: int | None) -> None:
        """Delete the marks of ids below ``below``, or all marks if it is None."""
        erased = cls.delete().where(cls.state == state)
        if below is not None:
            erased = erased.where(cls.remote_id < below)
        erased.execute()
