"""Mirrored categories."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, CompositeKey, IntegerField, TextField

from portal.models.mirror import MirrorTable


class Category(MirrorTable):
    """One category; ``parent_id`` is None for a top-level category."""

    parent_id = BigIntegerField(null=True)
    name = TextField()
    is_enabled = BooleanField(default=True)
    product_count = IntegerField(null=True)
    position = IntegerField(null=True)
    url = TextField(null=True)

    class Meta:
        primary_key = CompositeKey("store", "remote_id")
