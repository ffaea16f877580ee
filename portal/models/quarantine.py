"""Quarantine of records that can't be read, so that none is lost or hidden."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Raw
from peewee import SQL, AutoField, CharField, ForeignKeyField, ModelSelect, TextField, fn

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField, strip_unstorable
from portal.models.store import Store

ENTITY_ID_LIMIT = 255
# A record may be JSON's null; None would be the database's NULL, which means no payload.
JSON_NULL = Raw(b"null")

# Prebuilt SQL, because every page runs it and building it took longer than running it.
ANY_OPEN = """SELECT 1 FROM quarantine
WHERE store_id = ? AND resource = ? AND resolved_at IS NULL LIMIT 1"""


class Quarantine(Table):
    """One unreadable record with its payload and the reason."""

    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE")
    store_id: int
    resource = CharField()
    entity_id = CharField(max_length=ENTITY_ID_LIMIT)  # empty if the record has no readable id
    reason = TextField()
    payload = JsonField()
    first_seen_at = UtcDateTimeField(default=utc_now)
    last_seen_at = UtcDateTimeField(default=utc_now)
    resolved_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "resource", "entity_id"), True),)

    @classmethod
    def put(cls, store_id: int, resource: str, entity_id: str, reason: str, payload: Any) -> None:
        """Add a record, or update the reason and payload of its entry and reopen it.

        Accepts any text as id and reason, because a broken record may have any; both are made
        storable and the id is cut to its limit.
        """
        now = utc_now()
        cls.insert(
            store=store_id,
            resource=resource,
            entity_id=_truncate_id(entity_id),
            reason=strip_unstorable(reason),
            payload=JSON_NULL if payload is None else payload,
        ).on_conflict(
            conflict_target=[cls.store, cls.resource, cls.entity_id],
            preserve=[cls.reason, cls.payload],
            update={cls.last_seen_at: now, cls.resolved_at: None},
        ).execute()

    @classmethod
    def open_of(cls, store: Store) -> ModelSelect[Quarantine]:
        """Return the query of the store's open entries."""
        return cls.select().where(cls.store == store, cls.resolved_at.is_null())

    @classmethod
    def open_counts(cls, store: Store) -> dict[str, int]:
        """Return the number of the store's open entries by resource."""
        counted = cls.open_of(store).select(cls.resource, fn.COUNT(cls.id)).group_by(cls.resource)
        rows: Any = counted.tuples()
        return dict(rows)

    @classmethod
    def resolve(cls, store_id: int, resource: str, entity_ids: list[str], at: datetime) -> int:
        """Mark the open entries of these records as resolved; return how many there were."""
        if not cls._has_open(store_id, resource):
            # True for nearly every page; this lookup costs less than an update with 100 ids.
            return 0
        count: int = (
            cls.update(resolved_at=at)
            .where(
                cls.store == store_id,
                cls.resource == resource,
                cls.resolved_at.is_null(),
                cls.entity_id.in_([_truncate_id(entity_id) for entity_id in entity_ids]),
            )
            .execute()
        )
        return count

    @classmethod
    def _has_open(cls, store_id: int, resource: str) -> bool:
        database = cls._meta.database
        found = database.execute_sql(ANY_OPEN.replace("?", database.param), (store_id, resource))
        return found.fetchone() is not None


# For lists of a store's open entries, newest first, page by page.
Quarantine.add_index(
    Quarantine.index(
        Quarantine.store,
        Quarantine.id,
        name="quarantine_open",
        where=SQL("resolved_at IS NULL"),
    )
)


def _truncate_id(entity_id: str) -> str:
    return strip_unstorable(entity_id)[:ENTITY_ID_LIMIT]
