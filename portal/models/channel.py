"""Channels: parties whose programs read stores and send orders."""

from __future__ import annotations

from peewee import AutoField, BooleanField, CharField, ForeignKeyField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.rules.channels.channel_states import ChannelKind, ChannelStatus
from portal.rules.records.sellable import SellablePolicy


class Channel(Table):
    """Channel with its keys, endpoints and connect links.

    A channel of the kind ``marketplace`` belongs to the operator and has no ``merchant``. A channel
    of the kind ``own`` has the keys and endpoints of one merchant. ``requested_scopes`` is what
    stores are asked to consent to. ``return_urls`` lists the URLs that merchants may be sent back
    to; see `portal.rules.channels.return_urls`. ``alert_emails`` says whether the contact gets
    emails about issues of stores. ``ignored_reasons`` are codes of `UnsellableReason` that don't
    prevent a sale, None for none. ``option_types`` are the types of required options that the
    channel supports, None for all that can be ordered.
    """

    id = AutoField()
    name = CharField()
    kind = CharField(default=ChannelKind.MARKETPLACE)
    merchant = ForeignKeyField(
        Merchant, null=True, unique=True, backref="channels", on_delete="CASCADE"
    )
    merchant_id: int | None
    logo_url = TextField(default="")
    contact_email = CharField(default="")
    status = CharField(default=ChannelStatus.ACTIVE)
    status_changed_at = UtcDateTimeField(default=utc_now)
    requested_scopes = JsonField(default=list)
    return_urls = JsonField(default=list)
    alert_emails = BooleanField(default=False)
    ignored_reasons = JsonField(null=True)
    option_types = JsonField(null=True)
    created_at = UtcDateTimeField(default=utc_now)

    @property
    def is_own(self) -> bool:
        """Whether the channel belongs to a merchant."""
        return bool(self.kind == ChannelKind.OWN)

    @property
    def sellable_policy(self) -> SellablePolicy:
        """Rules of what the channel can sell."""
        return SellablePolicy.of(self.ignored_reasons or (), self.option_types)
