"""Changes of orders that are sent to stores."""

from __future__ import annotations

from enum import StrEnum

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    CharField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store


class OrderUpdateState(StrEnum):
    """Progress of an order update."""

    WAITING = "waiting"
    SENT = "sent"
    UNCHANGED = "unchanged"  # the store already had these values
    CONFLICT = "conflict"  # the store changed the same fields: a person must decide
    FAILED = "failed"
    DROPPED = "dropped"


class OrderUpdate(Table):
    """Change of one order; the row is saved before anything is sent (promise 1).

    ``changes`` are the new values by field, ``expected`` the values at the time of the request, and
    ``remote`` the store's values at the last attempt. After the customer was erased, all three lack
    private notes. ``attempts`` counts failures so far. ``sent_at`` is when the update was last
    sent, whatever the result. ``due_at`` is None when nothing is left to do. ``notes`` are parcels
    and a refund that the store doesn't keep, as in `OrderNotes.document`, None without any.
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
    notes = JsonField(null=True)

    class Meta:
        indexes = (
            (("store", "id"), False),
            (("store", "order_id", "id"), False),
            (("due_at",), False),
        )


UNDECIDED_STATES = (OrderUpdateState.CONFLICT, OrderUpdateState.FAILED)
# A literal, because a database may not use the partial index below for bound values.
IS_UNDECIDED = SQL("state IN ('conflict', 'failed')")

# For the number of each store's order updates that a person has to decide.
OrderUpdate.add_index(
    OrderUpdate.index(OrderUpdate.store, name="order_update_undecided", where=IS_UNDECIDED)
)

# For the failing work of all stores.
IS_FAILING_UPDATE = SQL("(state = 'failed' OR (state = 'waiting' AND attempts > 0))")
OrderUpdate.add_index(
    OrderUpdate.index(OrderUpdate.id, name="order_update_failing_ids", where=IS_FAILING_UPDATE)
)

# For the notes of the orders on a page.
HAS_NOTES = SQL("notes IS NOT NULL")
OrderUpdate.add_index(
    OrderUpdate.index(
        OrderUpdate.store,
        OrderUpdate.order_id,
        OrderUpdate.id,
        name="order_update_notes",
        where=HAS_NOTES,
    )
)
