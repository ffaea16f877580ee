"""Stores of bulk actions, with the result for each."""

from __future__ import annotations

from enum import StrEnum

from peewee import AutoField, CharField, ForeignKeyField

from portal.models.base import Table
from portal.models.bulk_action import BulkAction
from portal.models.store import Store


class BulkActionItemState(StrEnum):
    """Result for one store; ``waiting`` remains if the action is canceled."""

    WAITING = "waiting"
    DONE = "done"
    SKIPPED = "skipped"  # the action makes no sense for the store in its state
    FAILED = "failed"


class BulkActionItem(Table):
    """One store of a bulk action; ``reason`` is a key of `BULK_ACTION_REASONS` or None."""

    id = AutoField()
    bulk_action = ForeignKeyField(BulkAction, on_delete="CASCADE", index=False)
    bulk_action_id: int
    store = ForeignKeyField(Store, on_delete="CASCADE")
    store_id: int
    state = CharField(default=BulkActionItemState.WAITING)
    reason = CharField(null=True)

    class Meta:
        indexes = (
            (("bulk_action", "store"), True),
            (("bulk_action", "state", "id"), False),
        )
