"""Mirrored categories."""

from __future__ import annotations

from collections.abc import Sequence

from peewee import BigIntegerField, BooleanField, CompositeKey, IntegerField, TextField

from portal.models.bulk import StoredRow
from portal.models.channel_selection import ChannelSelection
from portal.models.last_write_wins import UpsertResult
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

    @classmethod
    def after_write(cls, store_id: int, _: Sequence[StoredRow], done: UpsertResult) -> None:
        """Schedule a check of the product selections by categories if a category has changed."""
        if done.created or done.changed:
            ChannelSelection.check_categories(store_id)

    @classmethod
    def after_deletion(cls, store_id: int, _: Sequence[int]) -> None:
        """Schedule a check of the product selections by categories."""
        ChannelSelection.check_categories(store_id)
