"""Hold the mirrored customers."""

from __future__ import annotations

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    IntegerField,
    TextField,
)

from portal.models.fields import MoneyField, UtcDateTimeField
from portal.models.mirror import MirrorTable


class Customer(MirrorTable):
    """Keep one customer; ``group_id`` 0 is the general group."""

    email = TextField(null=True)  # lower case
    name = TextField(null=True)
    phone = TextField(null=True)
    country_code = CharField(null=True)
    group_id = BigIntegerField(null=True)
    group_name = TextField(null=True)
    order_count = IntegerField(null=True)
    sales_value = MoneyField(null=True)
    accepts_marketing = BooleanField(default=False)
    remote_created_at = UtcDateTimeField(null=True)

    class Meta:
        primary_key = CompositeKey("store", "remote_id")
        indexes = (
            (("store", "email"), False),
            (("store", "synced_at"), False),
            (("store", "remote_updated_at", "remote_id"), False),
            (("store", "remote_created_at", "remote_id"), False),
        )
