"""Hold by what erased persons' records are known, so that none of them comes back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from peewee import CharField, CompositeKey, ForeignKeyField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.store import Store

# Written out, for every page asks it and putting it together took longer than running it.
EXISTS_SQL = "SELECT 1 FROM suppression_entry WHERE store_id = ? LIMIT 1"


class SuppressionEntry(Table):
    """Keep one key of an erased person: ``customer:12``, or ``email:`` and a digest.

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
        """Tell whether anybody of the store was erased; a look at the primary key."""
        database = cls._meta.database
        found = database.execute_sql(EXISTS_SQL.replace("?", database.param), (store_id,))
        return found.fetchone() is not None

    @classmethod
    def matching(cls, store_id: int, keys: Iterable[str]) -> dict[str, datetime]:
        """Return those of at most some thousand keys that are erased, and since when."""
        unique_keys = sorted(set(keys))
        if not unique_keys:
            return {}
        rows = cls.select(cls.key, cls.erased_at).where(
            cls.store == store_id, cls.key.in_(unique_keys)
        )
        return {row.key: row.erased_at for row in rows}

    @classmethod
    def add(cls, store_id: int, keys: Iterable[str]) -> None:
        """Keep these keys as erased from now on."""
        now = utc_now()
        for key in sorted(set(keys)):
            cls.insert(store=store_id, key=key, erased_at=now).on_conflict(
                conflict_target=[cls.store, cls.key], preserve=[cls.erased_at]
            ).execute()
