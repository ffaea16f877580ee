"""Hold which records an audit under way has met, so that in the end it knows which it hasn't."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from peewee import BigIntegerField, CompositeKey, ForeignKeyField, fn

from portal.models.base import Table
from portal.models.bulk import in_values, insert_rows
from portal.models.mirror import MirrorTable
from portal.models.sync import SyncState


class ReconcileMark(Table):
    """Keep that the audit of a store's resource met a record, by its remote id.

    One audit of a resource is unfinished at a time; it begins and ends without any sighting. Apart
    from the mirror, whose rows stay untouched as long as they are like the store's: to note it
    there would write each row anew, in all its indexes, and would pass for a read of the whole
    record, before which an event's own read, begun a moment earlier, had to give way.
    """

    state = ForeignKeyField(SyncState, on_delete="CASCADE", index=False)
    state_id: int
    remote_id = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("state", "remote_id")

    @classmethod
    def add(cls, state: SyncState, remote_ids: Iterable[int]) -> None:
        """Keep that these records were met; meeting one twice is once."""
        rows = [{"state": state.id, "remote_id": remote_id} for remote_id in remote_ids]
        insert_rows(cls, rows, "ON CONFLICT DO NOTHING")

    @classmethod
    def unmarked_ids(
        cls, state: SyncState, table: type[MirrorTable], *, since: datetime, after: int, limit: int
    ) -> list[int]:
        """Return the ids of live rows that were neither met nor read since then, in order.

        At most ``limit`` of them, beginning behind the id ``after``.
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
        """Tell whether sightings are kept of this resource."""
        found: bool = cls.select().where(cls.state == state).exists()
        return found

    @classmethod
    def marked_among(cls, state: SyncState, remote_ids: Sequence[int]) -> set[int]:
        """Return those of these records that were met."""
        if not remote_ids:
            return set()
        rows = cls.select(cls.remote_id).where(
            cls.state == state, in_values(cls.remote_id, remote_ids)
        )
        return {row.remote_id for row in rows}

    @classmethod
    def nth_id(cls, state: SyncState, number: int) -> int | None:
        """Return the ``number``-th id that was met, from 0 and in order; None if there are less."""
        rows = cls.select(cls.remote_id).where(cls.state == state).order_by(cls.remote_id)
        found: int | None = rows.offset(number).limit(1).scalar()
        return found

    @classmethod
    def clear(cls, state: SyncState, *, below: int | None) -> None:
        """Erase the sightings of ids below this one; all of them if it is None."""
        erased = cls.delete().where(cls.state == state)
        if below is not None:
            erased = erased.where(cls.remote_id < below)
        erased.execute()
