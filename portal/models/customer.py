"""Mirrored customers."""

from __future__ import annotations

from peewee import (
    SQL,
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    IntegerField,
    TextField,
)

from portal.models.fields import MoneyField, UtcDateTimeField
from portal.models.mirror import MirrorTable

# Value of an index and conditions on it, as the statements have to spell them.
ORDER_COUNT = "COALESCE(order_count, -1)"
HAS_ORDERS = {"yes": f"{ORDER_COUNT} > 0", "no": f"{ORDER_COUNT} = 0"}
# SQLite sorts all records of one value, instead of reading them in the index's order.
ORDER_COUNT_RANGES = {"yes": HAS_ORDERS["yes"], "no": f"{ORDER_COUNT} BETWEEN 0 AND 0"}


class Customer(MirrorTable):
    """One customer; ``group_id`` 0 is the general group.

    ``email`` is for comparison, ``email_as_given`` for display. A missing registration time is
    replaced by the update time, so that every customer has a position in lists.
    """

    search_columns = ("name", "email", "phone")

    email = TextField(null=True)  # lower case
    email_as_given = TextField(null=True)
    name = TextField(null=True)
    phone = TextField(null=True)
    country_code = CharField(null=True)
    group_id = BigIntegerField(null=True)
    group_name = TextField(null=True)
    order_count = IntegerField(null=True)
    sales_value = MoneyField(null=True)
    accepts_marketing = BooleanField(default=False)
    remote_created_at = UtcDateTimeField()

    class Meta:
        primary_key = CompositeKey("store", "remote_id")
        indexes = (
            (("store", "email", "remote_id"), False),
            (("store", "remote_updated_at", "remote_id"), False),
            (("store", "remote_created_at", "remote_id"), False),
        )


Customer.add_index(
    Customer.index(
        Customer.store,
        SQL(ORDER_COUNT),
        Customer.remote_id,
        name="customer_store_id_order_count",
    )
)
