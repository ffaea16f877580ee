"""Requests of people to fetch single records again."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from peewee import SQL, AutoField, CharField, ForeignKeyField, IntegerField, TextField, fn

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.quarantine import ENTITY_ID_LIMIT
from portal.models.store import Store


class ResyncState(StrEnum):
    """Progress of a resync request."""

    WAITING = "waiting"
    SAVED = "saved"  # fetched, and stored in the mirror
    UNREADABLE = "unreadable"  # fetched, and in quarantine with the reason
    GONE = "gone"  # the store has no such record: it is marked as deleted
    FAILED = "failed"  # could not be fetched; ``error`` says why


class RecordResync(Table):
    """Request to fetch one record again, with its result.

    A record has at most one unfinished request, enforced by a partial unique index.
    """

    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE")
    store_id: int
    resource = CharField()
    entity_id = CharField(max_length=ENTITY_ID_LIMIT)
    state = CharField(default=ResyncState.WAITING)
    attempts = IntegerField(default=0)
    error = TextField(null=True)
    due_at = UtcDateTimeField(default=utc_now)
    requested_at = UtcDateTimeField(default=utc_now)
    finished_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "resource", "entity_id", "id"), False),)

    @classmethod
    def latest_of(
        cls, store_id: int, resource: str, entity_ids: Sequence[str]
    ) -> dict[str, RecordResync]:
        """Return the latest request for each of these records; records without one are missing."""
        newest = (
            cls.select(fn.MAX(cls.id))
            .where(
                cls.store == store_id,
                cls.resource == resource,
                cls.entity_id.in_(list(entity_ids)),
            )
            .group_by(cls.entity_id)
        )
        return {resync.entity_id: resync for resync in cls.select().where(cls.id.in_(newest))}


RecordResync.add_index(
    RecordResync.index(
        RecordResync.store,
        RecordResync.resource,
        RecordResync.entity_id,
        name="record_resync_one_unfinished",
        unique=True,
        where=SQL("finished_at IS NULL"),
    )
)
