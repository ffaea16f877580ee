"""Hold how the copies of disconnected stores are erased, a part at a time."""

from __future__ import annotations

from peewee import SQL, AutoField, BigIntegerField, ForeignKeyField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store


class StoreDataErasure(Table):
    """Keep one erasure of all that was copied of a store; at most one of a store is under way.

    Without ``requested_by`` the copy was kept for as long as the settings say. ``total`` is how many
    rows there were when it began, None before; ``erased`` how many of each table are gone.
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
        """Return how many rows are gone."""
        return sum(self.erased.values())

    @classmethod
    def in_progress(cls, store_id: int) -> StoreDataErasure | None:
        """Return the store's erasure that has not finished, or None."""
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
