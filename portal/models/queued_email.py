"""Emails about accounts, teams and consents, which wait for the daemon with their content."""

from __future__ import annotations

from peewee import SQL, AutoField, CharField, ForeignKeyField, IntegerField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.notification import IS_FAILING_EMAIL, NotificationState
from portal.models.store import Store


class QueuedEmail(Table):
    """One rendered email to one address.

    ``kind`` is the name of its template. ``sealed_content`` is a `RenderedEmail` as JSON; it and
    the ``recipient`` are deleted when the email is sent or its link expires. ``merchant`` and
    ``store`` are those that it is about; it is deleted with them. ``sending_at`` is set while the
    mail server takes the email: a row that a worker finds in this state may have been sent.
    ``error`` has the codes of a failed attempt.
    """

    id = AutoField()
    kind = CharField()
    recipient = CharField()
    merchant = ForeignKeyField(Merchant, null=True, on_delete="CASCADE", backref="+")
    merchant_id: int | None
    store = ForeignKeyField(Store, null=True, on_delete="CASCADE", backref="+")
    store_id: int | None
    sealed_content = TextField(null=True)
    state = CharField(default=NotificationState.WAITING)
    attempts = IntegerField(default=0)
    error = TextField(null=True)
    created_at = UtcDateTimeField(default=utc_now, index=True)
    due_at = UtcDateTimeField(default=utc_now)
    expires_at = UtcDateTimeField()
    sending_at = UtcDateTimeField(null=True)
    sent_at = UtcDateTimeField(null=True)


QueuedEmail.add_index(
    QueuedEmail.index(
        QueuedEmail.due_at, name="queued_email_waiting", where=SQL("state = 'waiting'")
    )
)
QueuedEmail.add_index(
    QueuedEmail.index(
        QueuedEmail.expires_at,
        name="queued_email_expiring",
        where=SQL("sealed_content IS NOT NULL"),
    )
)
QueuedEmail.add_index(
    QueuedEmail.index(QueuedEmail.id, name="queued_email_failing_ids", where=IS_FAILING_EMAIL)
)

# A person without an account gave an address that doesn't exist; no operator can do anything.
IS_MISTYPED = QueuedEmail.merchant.is_null() & (QueuedEmail.state == NotificationState.BOUNCED)
