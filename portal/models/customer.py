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
    """Keep one customer; ``group_id`` 0 is the general group.

    ``email`` and ``name_key`` are to be searched and sorted by, ``email_as_given`` and ``name`` to
    be shown. A customer without a name has the key "". One that tells no registration counts as
    registered at its update, so that every customer has its place in lists.
    """

    email = TextField(null=True)  # lower case
    email_as_given = TextField(null=True)
    name = TextField(null=True)
    name_key = CharField(default="")  # the name's beginning, case folded
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
            (("store", "name_key", "remote_id"), False),
            (("store", "remote_updated_at", "remote_id"), False),
            (("store", "remote_created_at", "remote_id"), False),
        )
