"""Submissions of orders to stores, with the history of their states."""

from __future__ import annotations

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    CharField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from portal.models.api_key import KeyMode
from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store
from portal.rules.orders.submission_states import FINAL_STATES, SubmissionState


class OrderSubmission(Table):
    """Order to create in a store; the row is saved before anything is sent (promises 1, 7).

    ``sender`` is ``merchant 3`` or ``channel 7``; a sender uses an idempotency key for one order
    only, and for another one with test keys. ``mode`` is that of the key. ``reference`` is the
    value to find the order by in the store, ``channel_reference`` the sender's own number of the
    order. ``request`` and ``email`` are None after the customer was erased. ``quote`` is the latest
    one; ``validation_errors`` are the validation errors of a rejected order, and ``failure_code``
    is the one by which it is a failure. ``coupon_claim`` is unique, so that only one order uses a
    coupon that allows a single use; ``new_customer_claim`` is unique, so that a customer orders as
    a new one only once.
    ``waits_for`` is the submission in flight whose outcome decides about this one. ``sent_at`` is
    when the order was last sent. ``due_at`` is None when nothing is left to do.
    """

    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    sender = CharField()
    mode = CharField(default=KeyMode.LIVE)
    actor = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    actor_id: int | None
    idempotency_key = CharField()
    fingerprint = CharField()
    reference = CharField(unique=True)
    request = JsonField(null=True)
    email = TextField(null=True)  # lower case
    state = CharField(default=SubmissionState.RECEIVED)
    quote = JsonField(null=True)
    validation_errors = JsonField(default=list)
    failure_code = CharField(null=True)
    error = TextField(null=True)
    coupon_claim = CharField(null=True)
    new_customer_claim = CharField(null=True)
    customer_id = BigIntegerField(null=True)
    attempts = IntegerField(default=0)
    searches = IntegerField(default=0)
    channel_reference = CharField(null=True)
    waits_for = IntegerField(null=True)
    order_number = CharField(null=True)
    order_id = BigIntegerField(null=True)
    received_at = UtcDateTimeField(default=utc_now)
    due_at = UtcDateTimeField(null=True, default=utc_now)
    sent_at = UtcDateTimeField(null=True)
    finished_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = (
            (("sender", "mode", "idempotency_key"), True),
            (("store", "id"), False),
            (("store", "coupon_claim"), True),
            (("store", "new_customer_claim"), True),
            (("store", "email"), False),
            (("due_at",), False),
        )

    @property
    def is_finished(self) -> bool:
        """Whether the outcome is certain."""
        return self.state in FINAL_STATES


# A literal, because a database may not use the partial index below for bound values.
IS_UNKNOWN_OR_REJECTED = SQL("state IN ('unknown', 'rejected')")

# For the number of each store's failing orders, in a list of all stores.
OrderSubmission.add_index(
    OrderSubmission.index(
        OrderSubmission.store,
        OrderSubmission.state,
        OrderSubmission.finished_at,
        name="order_submission_failing",
        where=IS_UNKNOWN_OR_REJECTED,
    )
)

# For the failing work of all stores.
IS_FAILING_SUBMISSION = SQL("(error IS NOT NULL AND (due_at IS NOT NULL OR state = 'rejected'))")
OrderSubmission.add_index(
    OrderSubmission.index(
        OrderSubmission.id, name="order_submission_failing_ids", where=IS_FAILING_SUBMISSION
    )
)

# For the number of each store's orders that were lately rejected without a fault of the channel.
OrderSubmission.add_index(
    OrderSubmission.index(
        OrderSubmission.finished_at,
        OrderSubmission.store,
        OrderSubmission.sender,
        OrderSubmission.failure_code,
        name="order_submission_failures",
        where=SQL("failure_code IS NOT NULL"),
    )
)
# For the list of a store's orders of this kind.
OrderSubmission.add_index(
    OrderSubmission.index(
        OrderSubmission.store,
        OrderSubmission.id,
        name="order_submission_failed_ids",
        where=SQL("failure_code IS NOT NULL"),
    )
)

# For look-ups by the names that a sender or the store gives to an order.
OrderSubmission.add_index(
    OrderSubmission.index(
        OrderSubmission.store, OrderSubmission.idempotency_key, name="order_submission_keys"
    )
)
OrderSubmission.add_index(
    OrderSubmission.index(
        OrderSubmission.store,
        OrderSubmission.channel_reference,
        name="order_submission_references",
        where=SQL("channel_reference IS NOT NULL"),
    )
)
OrderSubmission.add_index(
    OrderSubmission.index(
        OrderSubmission.store,
        OrderSubmission.order_number,
        name="order_submission_numbers",
        where=SQL("order_number IS NOT NULL"),
    )
)
# For those that wait for another one.
OrderSubmission.add_index(
    OrderSubmission.index(
        OrderSubmission.waits_for,
        name="order_submission_waiting",
        where=SQL("waits_for IS NOT NULL"),
    )
)


class SubmissionStep(Table):
    """State that a submission reached; ``detail`` is the reason from Ecwid or the portal."""

    id = AutoField()
    submission = ForeignKeyField(OrderSubmission, on_delete="CASCADE", backref="steps")
    submission_id: int
    state = CharField()
    detail = TextField(null=True)
    happened_at = UtcDateTimeField(default=utc_now)
