"""Hold how many live records each mirror_table table has of each store.

Counting a million rows takes SQLite 110 ms along an index made for it, and PostgreSQL 430 ms until
the table was vacuumed: too long for pages that ask every two seconds. So whatever changes rows of
the mirror keeps the count, in the same transaction. See docs/decisions/mirror-counts.md.
"""

from __future__ import annotations

from hashlib import blake2b

from peewee import CharField, CompositeKey, ForeignKeyField, IntegerField

from portal.models.base import Table
from portal.models.bulk import is_postgresql
from portal.models.store import Store


class MirrorCount(Table):
    """Keep the live records of one store in the table named ``mirror_table``; no row means none."""

    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    mirror_table = CharField()
    live = IntegerField(default=0)

    class Meta:
        primary_key = CompositeKey("store", "mirror_table")

    @classmethod
    def lock(cls, store_id: int, mirror_table: str) -> None:
        """Keep others from changing this count until the caller's transaction ends.

        Who changes rows holds their count first: else two that write the same new record at once
        would both count it, or wait for each other for ever. (On SQLite only one writes anyway.)
        """
        if is_postgresql(cls._meta.database):
            # Not the row itself: taking it would write it once more for every page.
            name = f"{mirror_table}:{store_id}".encode()
            number = int.from_bytes(blake2b(name, digest_size=8).digest(), signed=True)
            cls._meta.database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (number,))

    @classmethod
    def add(cls, store_id: int, mirror_table: str, delta: int) -> None:
        """Count so many live records more, or fewer if it is below zero."""
        if not delta:
            return
        database = cls._meta.database
        placeholder = database.param
        database.execute_sql(
            f"INSERT INTO mirror_count (store_id, mirror_table, live) VALUES ({placeholder}, {placeholder}, {placeholder})"  # noqa: S608
            " ON CONFLICT (store_id, mirror_table)"
            " DO UPDATE SET live = mirror_count.live + EXCLUDED.live",
            (store_id, mirror_table, delta),
        )

    @classmethod
    def set(cls, store_id: int, mirror_table: str, live: int) -> None:
        """Replace the count by one that was taken while it was held."""
        cls.insert(store=store_id, mirror_table=mirror_table, live=live).on_conflict(
            conflict_target=[cls.store, cls.mirror_table], preserve=[cls.live]
        ).execute()
