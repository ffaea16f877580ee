"""Circuit breakers that stop event processing of a store while its API fails."""

from __future__ import annotations

from peewee import SQL, CharField, ForeignKeyField, IntegerField, TextField

from portal.models.base import Table, database
from portal.models.fields import UtcDateTimeField
from portal.models.store import Store


class CircuitBreaker(Table):
    """State of a store's circuit breaker; no row means that it is closed.

    It is open since ``opened_at``, when a call that concerns no single entity failed, too. The same
    call is tried again at ``resume_at``; ``failed_trials`` of these trials have failed so far.
    Without ``opened_at``, Ecwid asked the portal to wait (429). ``topic`` is the resource of the
    failed call.
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
        """Replace the store's row; the caller must have the lease of the store's drain."""
        with database.atomic():
            cls.delete_by_id(store_id)
            cls.create(store=store_id, **values)


# A literal, because a database may not use the partial index for bound values.
IS_OPEN_CIRCUIT = SQL("opened_at IS NOT NULL")
CircuitBreaker.add_index(
    CircuitBreaker.index(
        CircuitBreaker.store, name="circuit_breaker_failing_ids", where=IS_OPEN_CIRCUIT
    )
)
