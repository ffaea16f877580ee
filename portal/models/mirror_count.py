"""Hold how many live records each mirrored table has of each store.

Counting a million rows takes SQLite 110 ms along an index made for it, and PostgreSQL 430 ms until
the table was vacuumed: too long for pages that ask every two seconds. So whatever changes rows of
the mirror keeps the count, in the same transaction. See docs/decisions/mirror-counts.md.
"""

from __future__ import annotations

from peewee import CharField, CompositeKey, ForeignKeyField, IntegerField

from portal.models.base import Table
from portal.models.store import Store


class MirrorCount(Table):
    """Keep the live records of one store in the table named ``mirrored``; no row means none."""

    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    mirrored = CharField()
    live = IntegerField(default=0)

    class Meta:
        primary_key = CompositeKey("store", "mirrored")

    @classmethod
    def hold(cls, store_id: int, mirrored: str) -> None:
        """Keep others from changing this count until the caller's transaction ends.

        Who changes rows holds their count first: else two that write the same new record at once
        would both count it, or wait for each other for ever.
        """
        held = cls.update(live=cls.live).where(cls.store == store_id, cls.mirrored == mirrored)
        if not held.execute():
            cls.insert(store=store_id, mirrored=mirrored).on_conflict_ignore().execute()
            held.execute()

    @classmethod
    def add(cls, store_id: int, mirrored: str, more: int) -> None:
        """Count so many live records more, or fewer if it is below zero."""
        if more:
            cls.update(live=cls.live + more).where(
                cls.store == store_id, cls.mirrored == mirrored
            ).execute()

    @classmethod
    def put(cls, store_id: int, mirrored: str, live: int) -> None:
        """Replace the count by one that was taken while it was held."""
        cls.update(live=live).where(cls.store == store_id, cls.mirrored == mirrored).execute()
