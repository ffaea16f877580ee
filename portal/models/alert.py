"""Alerts to operators, from detection to resolution."""

from __future__ import annotations

from peewee import SQL, AutoField, CharField, ForeignKeyField, IntegerField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.store import Store


class Alert(Table):
    """One alert; at most one of each kind and subject is open.

    ``kind`` is an `IssueKind` or a `PortalAlertKind`. ``subject`` is, for example, ``store 1003``
    or ``endpoint 5``; it is empty if the kind concerns the portal as a whole. ``count`` is how many
    things are affected now, such as stores with late events.
    """

    id = AutoField()
    kind = CharField()
    subject = CharField(default="")
    store = ForeignKeyField(Store, null=True, on_delete="CASCADE", index=False)
    store_id: int | None
    severity = CharField()
    count = IntegerField(default=1)
    opened_at = UtcDateTimeField(default=utc_now)
    resolved_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("resolved_at",), False), (("store",), False))


Alert.add_index(
    Alert.index(
        Alert.kind,
        Alert.subject,
        name="alert_one_open",
        unique=True,
        where=SQL("resolved_at IS NULL"),
    )
)
