"""Hold whether a store's API may be asked for its events just now."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField, TextField

from portal.models.base import Table, database
from portal.models.fields import UtcDateTimeField
from portal.models.store import Store


class CircuitBreaker(Table):
    """Keep until when a store's events wait, and why; no row means that they don't.

    Open since ``opened_at``: the API has failed for a call that names no entity, too. Another such
    call at ``resume_at`` tries whether it works again; ``failed_trials`` of them have failed so far.
    Without ``opened_at`` Ecwid has asked us to wait (429). ``topic`` is what was asked for.
    """

    store = ForeignKeyField(Store, primary_key=True, on_delete="CASCADE")
    store_id: int
    topic = CharField()
    failed_trials = IntegerField(default=0)
    opened_at = UtcDateTimeField(null=True)
    resume_at = UtcDateTimeField()
    error = TextField()

    @classmethod
    def replace_with(cls, store_id: int, **values: object) -> None:
        """Write the store's row anew; who calls holds the lease of its drain."""
        with database.atomic():
            cls.delete_by_id(store_id)
            cls.create(store=store_id, **values)
