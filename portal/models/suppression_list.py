"""Suppression list: keys of erased people, so that a sync doesn't bring their data back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from peewee import CharField, CompositeKey, ForeignKeyField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.store import Store

# Prebuilt SQL, because every page runs it and building it took longer than running it.
EXISTS_SQL = "SELECT 1 FROM suppression_entry WHERE store_id = ? LIMIT 1"


class SuppressionEntry(Table):
    """Key of an erased person: ``customer:12``, or ``email:`` and a digest.

    The digest can't be reversed; see `portal.rules.privacy.data_subject_keys`. Records with that
    key that are not newer than ``erased_at`` stay erased.
    """

    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    key = CharField()
    erased_at = UtcDateTimeField(default=utc_now)

    class Meta:
        primary_key = CompositeKey("store", "key")

    @classmethod
    def exists_for(cls, store_id: int) -> bool:
        """Return whether the store has any erased person; a single lookup by primary key."""
        database = cls._meta.database
        found = database.execute_sql(EXISTS_SQL.replace("?", database.param), (store_id,))
        return found.fetchone() is not None

    @classmethod
    def matching(cls, store_id: int, keys: Iterable[str]) -> dict[str, datetime]:
        """Return which of these keys are erased, and when; accepts up to some thousand keys."""
        unique_keys = sorted(set(keys))
        if not unique_keys:
            return {}
        rows = cls.select(cls.key, cls.erased_at).where(
            cls.store == store_id, cls.key.in_(unique_keys)
        )
        return {row.key: row.erased_at for row in rows}

    @classmethod
    def add(cls, store_id: int, keys: Iterable[str]) -> None:
        """Add these keys to the list, erased as of now."""
        now = utc_now()
        for key in sorted(set(keys)):
            cls.insert(store=store_id, key=key, erased_at=now).on_conflict(
                conflict_target=[cls.store, cls.key], preserve=[cls.erased_at]
            ).execute()
