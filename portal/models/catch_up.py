"""Catch-ups: outages of stores whose changes must still be read."""

from __future__ import annotations

from peewee import SQL, AutoField, ForeignKeyField

from portal.models.base import Table
from portal.models.fields import UtcDateTimeField
from portal.models.store import Store


class CatchUp(Table):
    """Outage of a store, from the first possibly unseen change until it could be read again.

    ``finished_at`` is when all changes of the outage were read, None before.
    """

    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    outage_from_at = UtcDateTimeField()
    outage_until_at = UtcDateTimeField()
    finished_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "id"), False),)


# For the sweep that looks for open catch-ups, however many finished ones there are.
CatchUp.add_index(
    CatchUp.index(
        CatchUp.store,
        CatchUp.outage_until_at,
        name="catch_up_open",
        where=SQL("finished_at IS NULL"),
    )
)
