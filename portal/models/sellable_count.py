"""Stored numbers of a store's products that can be sold, and that can't by each reason."""

from __future__ import annotations

from peewee import BigIntegerField, ForeignKeyField, IntegerField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.store import Store


class SellableCount(Table):
    """Counts of the last complete pass over a store's live products, which ended at ``counted_at``.

    ``reasons`` are numbers of products by `UnsellableReason`; a product may have several.
    ``cursor_id`` is the last product of the pass in progress, None between passes, and ``counting``
    has its counts so far. ``seen_live`` and ``seen_change_at`` are the number of products and the
    newest update time when the last pass began: while they are the same, no pass is needed.
    """

    store = ForeignKeyField(Store, primary_key=True, on_delete="CASCADE", backref="+")
    store_id: int
    sellable = IntegerField(default=0)
    unsellable = IntegerField(default=0)
    reasons = JsonField(default=dict)
    counted_at = UtcDateTimeField(null=True)
    seen_live = IntegerField(default=0)
    seen_change_at = UtcDateTimeField(null=True)
    cursor_id = BigIntegerField(null=True)
    counting = JsonField(default=dict)
    due_at = UtcDateTimeField(default=utc_now, index=True)
