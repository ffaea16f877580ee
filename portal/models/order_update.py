"""Hold the changes of orders that are on their way to stores, or didn't get there."""

from __future__ import annotations

from enum import StrEnum

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, IntegerField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store


class OrderUpdateState(StrEnum):
    """Name how a change stands."""

    WAITING = "waiting"
    SENT = "sent"
    UNCHANGED = "unchanged"  # the store had it so already
    CONFLICT = "conflict"  # the store has changed the same: somebody has to decide
    FAILED = "failed"
    DROPPED = "dropped"


class OrderUpdate(Table):
    """Keep one change of an order; the row is there before anything is sent (promise 1).

    ``changes`` are the new values by field, ``expected`` how the fields were when it was asked for,
    ``remote`` how the store had them when it was tried last. All three lack private notes once the
    customer was erased. ``attempts`` have failed so far. ``sent_at`` is when it was sent last,
    whatever came of that. ``due_at`` None: nothing is left to do.
    """

    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    order_id = BigIntegerField()  # the order's remote_id
    order_number = CharField()
    sender = CharField()
    actor = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    changes = JsonField()
    expected = JsonField()
    remote = JsonField(null=True)
    state = CharField(default=OrderUpdateState.WAITING)
    attempts = IntegerField(default=0)
    error = TextField(null=True)
    requested_at = UtcDateTimeField(default=utc_now)
    due_at = UtcDateTimeField(null=True, default=utc_now)
    sent_at = UtcDateTimeField(null=True)
    finished_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = (
            (("store", "id"), False),
            (("store", "order_id", "id"), False),
            (("due_at",), False),
        )
