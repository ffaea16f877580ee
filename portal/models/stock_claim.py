"""Pieces of stock that submissions take before the store's search shows it."""

from __future__ import annotations

from peewee import AutoField, BigIntegerField, ForeignKeyField, IntegerField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.order_submission import OrderSubmission


class StockClaim(Table):
    """Pieces of one stock that a submission takes; written when its order begins to be sent.

    ``variation_id`` is 0 for the stock of the product itself. ``stock`` is what the store reported
    when the order was quoted. The claim counts while its submission is in flight, and until the
    search lag after it is over.
    """

    id = AutoField()
    submission = ForeignKeyField(OrderSubmission, on_delete="CASCADE", backref="stock_claims")
    submission_id: int
    product_id = BigIntegerField(index=True)
    variation_id = BigIntegerField(default=0)
    quantity = IntegerField()
    stock = BigIntegerField()
    made_at = UtcDateTimeField(default=utc_now)
