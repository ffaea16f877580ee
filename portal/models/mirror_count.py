"""Stored numbers of live records, one for each mirrored table of a store."""

from __future__ import annotations

from hashlib import blake2b

from peewee import CharField, CompositeKey, ForeignKeyField, IntegerField

from portal.models.base import Table
from portal.models.bulk import is_postgresql
from portal.models.store import Store


class MirrorCount(Table):
    """Number of live records of one store in the table named ``mirror_table``; no row means none.

    Counting a million rows takes SQLite 110 ms along an index made for it, and PostgreSQL 430 ms
    until the table was vacuumed: too long for pages that poll every two seconds. So the transaction
    that changes rows of the mirror also updates the count. See docs/decisions/mirror-counts.md.
    """

    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    mirror_table = CharField()
    live = IntegerField(default=0)

    class Meta:
        primary_key = CompositeKey("store", "mirror_table")

    @classmethod
    def of_store(cls, store_id: int) -> dict[str, int]:
        """Return the store's counts by table; tables without live records may be missing."""
        rows = cls.select(cls.mirror_table, cls.live).where(cls.store == store_id)
        return {count.mirror_table: count.live for count in rows}

    @classmethod
    def lock(cls, store_id: int, mirror_table: str) -> None:
        """Lock this count until the caller's transaction ends.

        Lock it before changing rows: otherwise two transactions that write the same new record
        would both count it, or deadlock. (SQLite has only one writer anyway.)
        """
        if is_postgresql(cls._meta.database):
            # Not the row itself: locking it would write it again for every page.
            name = f"{mirror_table}:{store_id}".encode()
            number = int.from_bytes(blake2b(name, digest_size=8).digest(), signed=True)
            cls._meta.database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (number,))

    @classmethod
    def add(cls, store_id: int, mirror_table: str, delta: int) -> None:
        """Add to the number of live records; ``delta`` may be negative."""
        if not delta:
            return
        database = cls._meta.database
        placeholder = database.param
        database.execute_sql(
            "INSERT INTO mirror_count (store_id, mirror_table, live)"  # noqa: S608 - placeholders
            f" VALUES ({placeholder}, {placeholder}, {placeholder})"
            " ON CONFLICT (store_id, mirror_table)"
            " DO UPDATE SET live = mirror_count.live + EXCLUDED.live",
            (store_id, mirror_table, delta),
        )

    @classmethod
    def set(cls, store_id: int, mirror_table: str, live: int) -> None:
        """Replace the count by one that was taken while it was locked."""
        cls.insert(store=store_id, mirror_table=mirror_table, live=live).on_conflict(
            conflict_target=[cls.store, cls.mirror_table], preserve=[cls.live]
        ).execute()
