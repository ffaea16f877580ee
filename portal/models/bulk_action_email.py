"""Emails that an operator sends to the merchants of many stores."""

from __future__ import annotations

from peewee import SQL, AutoField, CharField, ForeignKeyField, IntegerField, TextField

from portal.models.base import Table, utc_now
from portal.models.bulk_action import BulkAction
from portal.models.fields import UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.notification import IS_FAILING_EMAIL, NotificationState


class BulkActionEmail(Table):
    """Email of a bulk action to one merchant, however many of its stores are theirs.

    ``sending_at`` is set while the mail server takes the email: a row that a worker finds in this
    state may have been sent. ``error`` has the codes of a failed attempt.
    """

    id = AutoField()
    bulk_action = ForeignKeyField(BulkAction, on_delete="CASCADE", index=False)
    bulk_action_id: int
    merchant = ForeignKeyField(Merchant, on_delete="CASCADE", backref="+")
    merchant_id: int
    state = CharField(default=NotificationState.WAITING)
    attempts = IntegerField(default=0)
    error = TextField(null=True)
    created_at = UtcDateTimeField(default=utc_now)
    due_at = UtcDateTimeField(default=utc_now)
    sending_at = UtcDateTimeField(null=True)
    sent_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = (
            (("bulk_action", "merchant"), True),
            (("bulk_action", "state"), False),
        )


BulkActionEmail.add_index(
    BulkActionEmail.index(
        BulkActionEmail.due_at,
        BulkActionEmail.bulk_action,
        name="bulk_action_email_waiting",
        where=SQL("state = 'waiting'"),
    )
)
BulkActionEmail.add_index(
    BulkActionEmail.index(
        BulkActionEmail.id, name="bulk_action_email_failing_ids", where=IS_FAILING_EMAIL
    )
)
