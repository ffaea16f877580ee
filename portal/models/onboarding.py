"""Onboardings of merchants: the way from an invitation to a connected store."""

from __future__ import annotations

from datetime import datetime

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, IntegerField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.merchant import Merchant
from portal.rules.connection.connect_failures import ConnectStep


class Onboarding(Table):
    """Onboarding started by an operator's link or by the merchant.

    A link has ``expires_at`` and, in ``invitee``, the name of the person it was created for.
    ``merchant`` is None until a link is claimed. ``store_id`` is the store to reconnect or, when
    finished, the connected store; no row with that id need exist. ``failure_reason`` is the reason
    of the last failure, a key of `FAILURE_REASONS`. ``incomplete_consents`` counts consecutive
    consents that lacked permissions.
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
        """Whether an operator created it as a link."""
        return self.expires_at is not None

    @property
    def is_open(self) -> bool:
        """Whether it can be continued; the expiry applies only to links that nobody has claimed."""
        if self.finished_at is not None or self.withdrawn_at is not None:
            return False
        return self.merchant_id is not None or not self.is_expired

    @property
    def is_expired(self) -> bool:
        """Whether it is a link that nobody claimed in time."""
        expires_at: datetime | None = self.expires_at
        return self.merchant_id is None and expires_at is not None and expires_at <= utc_now()
