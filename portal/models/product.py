"""Hold the mirrored products and their variations."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, CharField, CompositeKey, IntegerField, TextField

from portal.models.fields import JsonField, MoneyField, UtcDateTimeField
from portal.models.mirror import MirrorTable


class Product(MirrorTable):
    """Keep one product; ``quantity`` is None when stock is unlimited."""

    name = TextField()
    sku = CharField(null=True)
    price = MoneyField(null=True)
    compare_to_price = MoneyField(null=True)
    quantity = IntegerField(null=True)
    is_in_stock = BooleanField(default=True)
    is_enabled = BooleanField(default=True)
    url = TextField(null=True)
    thumbnail_url = TextField(null=True)
    category_ids = JsonField(default=list)
    remote_created_at = UtcDateTimeField(null=True)

    class Meta:
        primary_key = CompositeKey("store", "remote_id")
        indexes = (
            (("store", "sku"), False),
            (("store", "remote_updated_at", "remote_id"), False),
        )


class Variation(MirrorTable):
    """Keep one combination of a product's options (Ecwid calls it a combination)."""

    product_id = BigIntegerField()
    number = IntegerField(null=True)
    sku = CharField(null=True)
    options = JsonField(default=list)  # [{"name": "Size", "value": "M"}, …]
    price = MoneyField(null=True)
    quantity = IntegerField(null=True)
    is_in_stock = BooleanField(default=True)

    class Meta:
        primary_key = CompositeKey("store", "remote_id")
        indexes = ((("store", "product_id"), False), (("store", "sku"), False))
