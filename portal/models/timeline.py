"""Timelines of stores."""

from __future__ import annotations

from typing import Any

from peewee import AutoField, CharField, ForeignKeyField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store


class TimelineEntry(Table):
    """Timeline entry of a store; ``actor`` is None for the portal's own actions.

    ``what`` is a short name such as ``issue_opened``. ``detail`` is a JSON object with the details,
    never a token or customer data.
    """

    id = AutoField()
    store = ForeignKeyField(Store, backref="timeline", on_delete="CASCADE", index=False)
    store_id: int
    what = CharField()
    detail = JsonField(default=dict)
    actor = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    happened_at = UtcDateTimeField(default=utc_now)

    class Meta:
        indexes = ((("store", "id"), False),)

    @classmethod
    def record(cls, store_id: int, what: str, actor: Merchant | None = None, **detail: Any) -> None:
        """Add an entry for something that happened just now."""
        cls.create(store=store_id, what=what, actor=actor, detail=detail)
