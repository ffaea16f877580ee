"""Privacy requests: to erase or export the data of a person."""

from __future__ import annotations

from enum import StrEnum

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.store import Store
from portal.models.webhook_event import WebhookEvent


class PrivacyRequestKind(StrEnum):
    """Kind of a privacy request."""

    ERASURE = "erasure"
    ACCESS = "access"


class PrivacyRequestState(StrEnum):
    """Progress of a privacy request."""

    WAITING = "waiting"
    DONE = "done"
    STOPPED = "stopped"  # by the owner, while the erasure was held
    UNCLEAR = "unclear"  # names no customer: a person must check it


class PrivacyRequest(Table):
    """Privacy request of a store about one customer, by the customer's id.

    ``emails`` are the addresses used to find the customer's orders; they are kept until the request
    is done. An erasure doesn't begin before ``held_until``; None once it has begun, or if it isn't
    held. ``counts`` has the number of rows erased or exported per kind. ``is_at_ecwid`` is
    whether Ecwid had the customer at the time, None if Ecwid couldn't be asked. ``document`` is the
    JSON text of an export, None after it expired.
    """

    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    event = ForeignKeyField(WebhookEvent, null=True, unique=True, on_delete="SET NULL")
    event_id: int | None
    kind = CharField()
    customer_id = BigIntegerField(null=True)
    state = CharField(default=PrivacyRequestState.WAITING)
    emails = JsonField(null=True)
    counts = JsonField(default=dict)
    is_at_ecwid = BooleanField(null=True)
    attempts = IntegerField(default=0)
    error = TextField(null=True)
    requested_at = UtcDateTimeField(default=utc_now)
    due_at = UtcDateTimeField(default=utc_now)
    held_until = UtcDateTimeField(null=True)
    finished_at = UtcDateTimeField(null=True)
    document = TextField(null=True)
    expires_at = UtcDateTimeField(null=True)

    @property
    def is_held(self) -> bool:
        """Return whether this is an erasure that may still be stopped."""
        is_waiting = self.state == PrivacyRequestState.WAITING
        return is_waiting and self.held_until is not None and self.held_until > utc_now()

    class Meta:
        indexes = (
            (("store", "id"), False),
            (("state", "due_at"), False),
        )
