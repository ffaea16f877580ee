"""Onboardings of merchants: the way from an invitation to a connected store."""

from __future__ import annotations

from datetime import datetime

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    CharField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from portal.i18n import DEFAULT_LANGUAGE
from portal.models.api_key import KeyMode
from portal.models.base import Table, utc_now
from portal.models.channel import Channel
from portal.models.fields import UtcDateTimeField
from portal.models.merchant import Merchant
from portal.rules.connection.connect_failures import ConnectStep
from portal.rules.connection.onboarding_steps import OnboardingStatus


class Onboarding(Table):
    """Onboarding started by an operator's link or by the merchant.

    A link has ``expires_at`` and, in ``invitee``, the name of the person it was created for.
    ``merchant`` is None until a link is claimed. ``store_id`` is the store to reconnect or, when
    finished, the connected store; no row with that id need exist. ``failure_reason`` is the reason
    of the last failure, a key of `FAILURE_REASONS`. ``incomplete_consents`` counts consecutive
    consents that lacked permissions.

    ``channel`` is the channel that the merchant consents to by a link, else None. It named the
    merchant ``external_reference``, and the merchant returns to ``return_url`` if there is one.
    ``mode`` is that of the channel's key that made the link; keys of the other mode don't see it.
    ``expiry_published_at`` is when the channel was informed that nobody used the link.

    ``email``, ``locale`` and ``note`` are for the emails with the link and for its page; ``email``
    is empty if nobody is to be reminded. Each time of a step is that of the first time, except
    ``refused_at``: the last failure. All are None until the step is reached.
    """

    id = AutoField()
    invitee = CharField(default="")
    email = CharField(default="")
    locale = CharField(default=DEFAULT_LANGUAGE)
    note = TextField(default="")
    channel = ForeignKeyField(Channel, null=True, on_delete="CASCADE", backref="+")
    channel_id: int | None
    external_reference = CharField(default="")
    return_url = TextField(default="")
    mode = CharField(default=KeyMode.LIVE)
    created_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    merchant = ForeignKeyField(Merchant, null=True, on_delete="CASCADE", backref="+")
    merchant_id: int | None
    store_id = BigIntegerField(null=True)
    step = CharField(default=ConnectStep.INVITED)
    failure_reason = CharField(null=True)
    incomplete_consents = IntegerField(default=0)
    started_at = UtcDateTimeField(default=utc_now)
    step_changed_at = UtcDateTimeField(default=utc_now, index=True)
    opened_at = UtcDateTimeField(null=True)
    claimed_at = UtcDateTimeField(null=True)
    consented_at = UtcDateTimeField(null=True)
    refused_at = UtcDateTimeField(null=True)
    finished_at = UtcDateTimeField(null=True)
    imported_at = UtcDateTimeField(null=True)
    expires_at = UtcDateTimeField(null=True)
    renewed_at = UtcDateTimeField(null=True)
    withdrawn_at = UtcDateTimeField(null=True)
    reminders_stopped_at = UtcDateTimeField(null=True)
    expiry_published_at = UtcDateTimeField(null=True)

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

    @property
    def status(self) -> OnboardingStatus:
        """Status for operators; `portal.services.operator.list_onboardings` selects by it."""
        is_finished = self.finished_at is not None
        statuses = (
            (OnboardingStatus.WITHDRAWN, self.withdrawn_at is not None),
            (OnboardingStatus.IMPORTED, is_finished and self.imported_at is not None),
            (OnboardingStatus.CONNECTED, is_finished),
            (OnboardingStatus.EXPIRED, self.is_expired),
            (OnboardingStatus.REFUSED, self.step == ConnectStep.REFUSED),
            (OnboardingStatus.CONSENT, self.consented_at is not None),
            (OnboardingStatus.ACCOUNT, self.merchant_id is not None),
            (OnboardingStatus.OPENED, self.opened_at is not None),
        )
        return next((status for status, applies in statuses if applies), OnboardingStatus.INVITED)


# Onboardings that the sweep for reminders reads.
Onboarding.add_index(
    Onboarding.index(
        Onboarding.started_at,
        name="onboarding_remindable",
        where=SQL("email <> '' AND finished_at IS NULL AND withdrawn_at IS NULL"),
    )
)
# The onboardings of one address, which gets one reminder at a time.
Onboarding.add_index(
    Onboarding.index(Onboarding.email, name="onboarding_emails", where=SQL("email <> ''"))
)
# Onboardings that the sweep for expired links of channels reads.
Onboarding.add_index(
    Onboarding.index(
        Onboarding.expires_at,
        name="onboarding_expiring",
        where=SQL(
            "channel_id IS NOT NULL AND merchant_id IS NULL AND withdrawn_at IS NULL "
            "AND expiry_published_at IS NULL"
        ),
    )
)
# Onboardings that the sweep for finished imports reads.
Onboarding.add_index(
    Onboarding.index(
        Onboarding.finished_at,
        name="onboarding_importing",
        where=SQL("finished_at IS NOT NULL AND imported_at IS NULL"),
    )
)
