"""Security events: refused tries and changed credentials, counted by hour and network."""

from __future__ import annotations

from peewee import AutoField, CharField, ForeignKeyField, IntegerField

from portal.models.base import Table
from portal.models.fields import UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store


class SecurityEvent(Table):
    """Count of the events of one kind in the hour that starts at ``hour_at``.

    ``merchant`` is the account that was tried or changed, None if there is none. ``store`` is the
    store that was asked for. ``network`` contains the client's address, see
    `portal.rules.accounts.networks`; it is empty for all networks that have no row of their own.
    ``endpoint`` is the name of the route, such as ``accounts.open_session``, never its path.
    ``key`` is a digest of all that the row counts, because a unique index ignores NULL.
    """

    id = AutoField()
    key = CharField(unique=True)
    hour_at = UtcDateTimeField()
    kind = CharField()
    merchant = ForeignKeyField(Merchant, null=True, on_delete="CASCADE", index=False)
    merchant_id: int | None
    store = ForeignKeyField(Store, null=True, on_delete="SET NULL", backref="+")
    store_id: int | None
    network = CharField()
    endpoint = CharField()
    count = IntegerField()
    first_at = UtcDateTimeField()
    last_at = UtcDateTimeField()

    class Meta:
        indexes = (
            (("hour_at", "id"), False),
            (("merchant", "id"), False),
            (("kind", "id"), False),
            (("network", "id"), False),
        )
