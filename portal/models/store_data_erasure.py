"""Erasures of disconnected stores' data, done in batches."""

from __future__ import annotations

from peewee import SQL, AutoField, BigIntegerField, ForeignKeyField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store


class StoreDataErasure(Table):
    """Erasure of a store's mirrored data; a store has at most one unfinished erasure.

    ``requested_by`` is None if the retention period of the settings ended. ``total`` is the number
    of rows at the start, None before it. ``erased`` is the number of erased rows per table.
    """

    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    requested_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    requested_at = UtcDateTimeField(default=utc_now)
    total = BigIntegerField(null=True)
    erased = JsonField(default=dict)
    finished_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "id"), False),)

    @property
    def erased_rows(self) -> int:
        """Number of erased rows."""
        return sum(self.erased.values())

    @classmethod
    def in_progress(cls, store_id: int) -> StoreDataErasure | None:
        """Return the store's unfinished erasure, or None."""
        found: StoreDataErasure | None = cls.get_or_none(
            cls.store == store_id, cls.finished_at.is_null()
        )
        return found


StoreDataErasure.add_index(
    StoreDataErasure.index(
        StoreDataErasure.store,
        name="store_data_erasure_one_unfinished",
        unique=True,
        where=SQL("finished_at IS NULL"),
    )
)
