"""Hold the ways of merchants to a connected store, finished and unfinished."""

from __future__ import annotations

from datetime import datetime

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, IntegerField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.merchant import Merchant
from portal.rules.connection.connect_failures import ConnectStep


class Onboarding(Table):
    """Keep one way to a connected store: by an operator's link, or begun by the merchant.

    A link has ``expires_at``, and ``invitee`` is whom the operator made it for; ``merchant`` is
    who goes this way, None until a link is taken up. ``store_id`` is the store to reconnect, or
    what came of it; there may be no row of that number. ``failure_reason`` is why the last try failed, a
    key of `FAILURE_REASONS`; ``incomplete_consents`` counts consents in a row that left permissions out.
    """

    id = AutoField()
    invitee = CharField(default="")
    created_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    merchant = ForeignKeyField(Merchant, null=True, on_delete="CASCADE", backref="+")
    merchant_id: int | None
    store_id = BigIntegerField(null=True)
    step = CharField(default=ConnectStep.INVITED)
    failure_reason = CharField(null=True)
    incomplete_consents = IntegerField(default=0)
    started_at = UtcDateTimeField(default=utc_now)
    step_changed_at = UtcDateTimeField(default=utc_now, index=True)
    expires_at = UtcDateTimeField(null=True)
    finished_at = UtcDateTimeField(null=True)
    withdrawn_at = UtcDateTimeField(null=True)

    @property
    def is_invite_link(self) -> bool:
        """Tell whether an operator made it."""
        return self.expires_at is not None

    @property
    def is_open(self) -> bool:
        """Tell whether it can still be gone on with; who took a link up may take longer."""
        if self.finished_at is not None or self.withdrawn_at is not None:
            return False
        return self.merchant_id is not None or not self.is_expired

    @property
    def is_expired(self) -> bool:
        """Tell whether it is a link that nobody took up in time."""
        expires_at: datetime | None = self.expires_at
        return self.merchant_id is None and expires_at is not None and expires_at <= utc_now()
