"""Hold the requests to erase or to hand out what is known of a person."""

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
    """Name what is asked for."""

    ERASURE = "erasure"
    ACCESS = "access"


class PrivacyRequestState(StrEnum):
    """Name how far a request is."""

    WAITING = "waiting"
    DONE = "done"
    UNCLEAR = "unclear"  # names no customer: a person has to look at it


class PrivacyRequest(Table):
    """Keep one request of a store about one customer, by the customer's id.

    ``emails`` are the addresses that the customer's orders are looked for by; they are there only
    until the request is done. ``counts`` tells how many rows of each kind were erased or handed
    out. ``is_at_ecwid`` is whether Ecwid had the customer when we asked, None if it couldn't be
    asked. ``document`` is an export's JSON text, None once it has expired.
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
    finished_at = UtcDateTimeField(null=True)
    document = TextField(null=True)
    expires_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = (
            (("store", "id"), False),
            (("state", "due_at"), False),
        )
