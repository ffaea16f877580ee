"""Mirrored discount coupons."""

from __future__ import annotations

from peewee import SQL, CharField, CompositeKey, IntegerField, TextField

from portal.models.fields import JsonField, MoneyField, UtcDateTimeField
from portal.models.mirror import MirrorTable


class Coupon(MirrorTable):
    """One coupon. Its code is not unique, because the code of a deleted coupon can be used again.

    ``code`` is the store's spelling; ``code_key`` is for comparison, see `coupon_code_key`.
    ``discount`` is an amount or a percentage, depending on ``type``; ``expires_at`` None means
    never.
    """

    search_columns = ("code", "name")

    code = CharField()
    code_key = CharField()
    name = TextField(null=True)
    type = CharField(null=True)
    status = CharField(null=True)
    discount = MoneyField(null=True)
    minimum_subtotal = MoneyField(null=True)
    launches_at = UtcDateTimeField(null=True)
    expires_at = UtcDateTimeField(null=True)
    uses_limit = CharField(null=True)
    application_limit = CharField(null=True)
    order_count = IntegerField(null=True)
    catalog_limit = JsonField(null=True)  # {"products": [5], "categories": [7]}
    shipping_limit = JsonField(null=True)  # {"shippingMethods": [...]}
    remote_created_at = UtcDateTimeField(null=True)

    class Meta:
        primary_key = CompositeKey("store", "remote_id")
        indexes = (
            (("store", "code_key", "remote_id"), False),
            (("store", "remote_updated_at", "remote_id"), False),
        )


Coupon.add_index(
    Coupon.index(
        Coupon.store,
        SQL("COALESCE(order_count, -1)"),
        Coupon.remote_id,
        name="coupon_store_id_order_count",
    )
)
