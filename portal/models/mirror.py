"""Base of all mirrored tables: shared columns and the last-write-wins upsert."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from peewee import SQL, BigIntegerField, CompositeKey, Expression, Field, ForeignKeyField

from portal.models.base import Table, utc_now
from portal.models.bulk import StoredRow, chunked_rows, in_values, to_stored_row
from portal.models.change_feed import add_entries
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.last_write_wins import UpsertResult, merge_results, newest_by_id, write_newer
from portal.models.mirror_count import MirrorCount
from portal.models.search_document import drop_deleted, index_written
from portal.models.store import Store
from portal.rules.records.feed_cursor import FeedOperation


class MirrorTable(Table):
    """One record of a store in its latest known version.

    ``remote_updated_at`` is the store's update time, or the read time if Ecwid sends none.
    ``synced_at`` is when the read that brought the row started. ``deleted_at`` is when the record's
    absence was confirmed. ``search_columns`` are the columns whose texts a search looks through;
    without any, the table's records have no search texts. ``compared_columns`` decide, with
    ``raw``, whether a record with the same update time has changed. Every change is added to the
    change feed.
    """

    search_columns: ClassVar[tuple[str, ...]] = ()
    compared_columns: ClassVar[tuple[str, ...]] = ()

    # No index of its own, because every table's key starts with the store.
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    remote_id = BigIntegerField()
    raw = JsonField()
    remote_updated_at = UtcDateTimeField()
    synced_at = UtcDateTimeField()
    deleted_at = UtcDateTimeField(null=True)

    @classmethod
    def index_deleted(cls) -> None:
        """Declare the index that finds deleted records; live ones cost nothing there."""
        is_deleted, name = SQL("deleted_at IS NOT NULL"), f"{cls._meta.table_name}_deleted"
        cls.add_index(cls.index(cls.deleted_at, name=name, where=is_deleted))

    @classmethod
    def key_fields(cls) -> Sequence[str]:
        """Return the names of the primary key's fields."""
        key = cls._meta.primary_key
        if not isinstance(key, CompositeKey):
            raise TypeError(f"{cls.__name__} must be identified by its store and remote id")
        names: Sequence[str] = key.field_names
        return names

    @classmethod
    def listed_fields(cls) -> Sequence[Field]:
        """Return the columns that a list reads: all but the record itself, which is long."""
        return [field for field in cls._meta.sorted_fields if field is not cls.raw]

    @classmethod
    def upsert(cls, rows: Iterable[Mapping[str, Any]]) -> int:
        """Insert or update ``rows`` by field name, as `write` does; return how many were written.

        The rows may belong to several stores.
        """
        of_store: dict[int, list[StoredRow]] = {}
        for row in rows:
            of_store.setdefault(row["store"], []).append(to_stored_row(cls, row))
        # Sorted, so that concurrent transactions lock the counts in the same order.
        return sum(cls.write(of_store[store_id]).written for store_id in sorted(of_store))

    @classmethod
    def write(cls, rows: Iterable[StoredRow]) -> UpsertResult:
        """Insert or update ``rows`` of one store; return the result.

        A stored row wins if it is newer at the store, or equally new and read later. A page that
        was read before an event therefore never overwrites the event's changes (promise 4). A row
        marked as deleted becomes live again only if this read is later. Runs in the caller's
        transaction, which locks the store's count of this table until its end.
        """
        parts = [cls._write(batch) for batch in chunked_rows(cls, newest_by_id(rows))]
        return parts[0] if len(parts) == 1 else merge_results(parts)

    @classmethod
    def _write(cls, rows: Sequence[StoredRow]) -> UpsertResult:
        store_id, name = rows[0]["store_id"], cls._meta.table_name
        # Before the lookup, so nobody writes the same records between lookup and write.
        MirrorCount.lock(store_id, name)
        key_names = tuple(cls.key_fields())
        done, more_live = write_newer(cls, store_id, rows, key_names, cls.compared_columns)
        MirrorCount.add(store_id, name, more_live)
        if cls.search_columns and done.written:
            index_written(cls, store_id, rows, done)
        cls.after_write(store_id, rows, done)
        return done

    @classmethod
    def after_write(cls, store_id: int, rows: Sequence[StoredRow], done: UpsertResult, /) -> None:
        """Do what depends on the rows that were just written, in the same transaction."""

    @classmethod
    def after_deletion(cls, store_id: int, remote_ids: Sequence[int], /) -> None:
        """Do what depends on records that were just marked as deleted, in the same transaction."""

    @classmethod
    def record_erasure(cls, store_id: int, remote_ids: Sequence[int]) -> None:
        """Add to the change feed that a person's data were erased from these records.

        The caller holds the lock of `lock`.
        """
        add_entries(cls._meta.table_name, store_id, FeedOperation.ERASED, remote_ids)

    @classmethod
    def record_update(cls, store_id: int, remote_ids: Sequence[int]) -> None:
        """Add to the change feed that facts about these records changed which the portal keeps.

        The caller holds the lock of `lock`.
        """
        add_entries(cls._meta.table_name, store_id, FeedOperation.UPDATED, remote_ids)

    @classmethod
    def lock(cls, store_id: int) -> None:
        """Block other writers of the store's rows until the caller's transaction ends."""
        MirrorCount.lock(store_id, cls._meta.table_name)

    @classmethod
    def live_count(cls, store_id: int) -> int:
        """Return the stored number of the store's live records."""
        return cls.live_counts([store_id]).get(store_id, 0)

    @classmethod
    def live_in(cls, counts: Mapping[str, int]) -> int:
        """Return the same from the store's `MirrorCount.of_store`."""
        return counts.get(cls._meta.table_name, 0)

    @classmethod
    def live_counts(cls, store_ids: Sequence[int]) -> dict[int, int]:
        """Return the same for several stores; stores without live records may be missing."""
        kept = MirrorCount.select().where(
            MirrorCount.store.in_(list(store_ids)), MirrorCount.mirror_table == cls._meta.table_name
        )
        return {count.store_id: count.live for count in kept}

    @classmethod
    def roll_back_update_time(
        cls, store_id: int, where: Expression, *, updated_at: datetime, read_before: datetime
    ) -> None:
        """Set an earlier update time, so that rows accept the record in its state of that time.

        For a store that was reverted to an older state. Affects only matching rows that were read
        before ``read_before``.
        """
        # Lock the count first, like every writer, to avoid a deadlock.
        MirrorCount.lock(store_id, cls._meta.table_name)
        cls.update(remote_updated_at=updated_at).where(
            cls.store == store_id, where, cls.synced_at < read_before
        ).execute()

    @classmethod
    def recount(cls, store_id: int) -> int:
        """Count the store's live records row by row; store and return the number.

        Runs in the caller's transaction and takes about a second per million records.
        """
        MirrorCount.lock(store_id, cls._meta.table_name)
        live = cls.select().where(cls.store == store_id, cls.deleted_at.is_null())
        count: int = live.count()
        MirrorCount.set(store_id, cls._meta.table_name, count)
        return count

    @classmethod
    def matching(cls, store_id: int, remote_ids: Sequence[int]) -> Expression:
        """Return the condition that matches these records of one store."""
        matches: Expression = (cls.store == store_id) & in_values(cls.remote_id, remote_ids)
        return matches

    @classmethod
    def ids_not_read_since(
        cls, store_id: int, *, since: datetime, after: int, limit: int
    ) -> list[int]:
        """Return the ids of live rows that were last read before ``since``.

        Returns at most ``limit`` ids in ascending order, starting after the id ``after``.
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
        """Mark the matching live rows as deleted, unless they were read after ``read_at``.

        Returns the number of rows marked. For rows that are already deleted, only the confirmation
        time is updated.
        """
        is_live = cls.deleted_at.is_null()
        is_outdated = (where, is_live, cls.synced_at <= read_at)
        found = cls.select(cls.store, is_live).where(where, cls.synced_at <= read_at).distinct()
        outdated: list[tuple[int, bool]] = list(found.tuples().execute())
        count = 0
        for store_id in sorted(store_id for store_id, is_any_live in outdated if is_any_live):
            MirrorCount.lock(store_id, cls._meta.table_name)
            marked = [
                row.remote_id
                for row in cls.update(deleted_at=utc_now(), synced_at=read_at)
                .where(*is_outdated, cls.store == store_id)
                .returning(cls.remote_id)
                .execute()
            ]
            MirrorCount.add(store_id, cls._meta.table_name, -len(marked))
            add_entries(cls._meta.table_name, store_id, FeedOperation.DELETED, sorted(marked))
            if cls.search_columns:
                drop_deleted(cls, store_id, where)
            if marked:
                cls.after_deletion(store_id, marked)
            count += len(marked)
        if outdated:
            # Otherwise a read made between the two confirmations could make the row live again.
            cls.update(synced_at=read_at).where(where, ~is_live, cls.synced_at < read_at).execute()
        return count


def mirrored_tables() -> list[type[MirrorTable]]:
    """Return the tables of mirrored records; `portal.models` imports the modules of all."""
    known = MirrorTable.__subclasses__()
    return [table for table in known if table.__module__.startswith("portal.models.")]
