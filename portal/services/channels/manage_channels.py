"""Channels of the operator: add, list, pause, resume and close them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from portal.errors import InvalidFieldError
from portal.models import (
    ApiKey,
    AuditLogEntry,
    Channel,
    ChannelConsent,
    Merchant,
    WebhookEndpoint,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.api_keys.key_scopes import KeyScope, store_scopes
from portal.rules.channels.channel_states import (
    ChannelKind,
    ChannelStatus,
    ConsentStatus,
    can_become,
)
from portal.rules.channels.return_urls import is_allowed_entry
from portal.services.pagination import KeyPage, page_by_key
from portal.services.work.row_locks import locked

log = structlog.get_logger(__name__)

NAME_LIMIT = 80
RETURN_URLS_LIMIT = 20
_ACTIONS = {
    ChannelStatus.ACTIVE: AuditAction.CHANNEL_ACTIVATED,
    ChannelStatus.PAUSED: AuditAction.CHANNEL_STOPPED,
    ChannelStatus.CLOSED: AuditAction.CHANNEL_CLOSED,
}


@dataclass(frozen=True)
class ChannelSettings:
    """Settings of a channel of the operator.

    ``logo_url`` may be empty. ``scopes`` is what the channel asks stores for.
    """

    name: str
    contact_email: str
    scopes: Sequence[KeyScope]
    return_urls: Sequence[str] = ()
    logo_url: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > NAME_LIMIT:
            raise InvalidFieldError("name", "out_of_range", f"must have 1 to {NAME_LIMIT} letters")
        if not store_scopes(self.scopes):
            raise InvalidFieldError("scopes", "required", "must have a scope that stores allow")
        if self.logo_url and not is_allowed_entry(self.logo_url):
            raise InvalidFieldError("logo_url", "invalid_format", "must be an https URL")
        if len(self.return_urls) > RETURN_URLS_LIMIT:
            raise InvalidFieldError("return_urls", "too_long", "has at most 20 URLs")
        if not all(map(is_allowed_entry, self.return_urls)):
            raise InvalidFieldError("return_urls", "invalid_format", "must be https URLs")


@dataclass(frozen=True)
class ChannelCounts:
    """Numbers of a channel's active consents, valid keys and endpoints."""

    stores: int
    keys: int
    endpoints: int


def add_channel(channel_settings: ChannelSettings, actor: Merchant | None = None) -> Channel:
    """Create a channel of the operator; ``actor`` is None for a command."""
    with database.atomic():
        channel: Channel = Channel.create(
            name=channel_settings.name.strip(),
            kind=ChannelKind.MARKETPLACE,
            contact_email=channel_settings.contact_email,
            logo_url=channel_settings.logo_url,
            requested_scopes=[scope.value for scope in store_scopes(channel_settings.scopes)],
            return_urls=list(channel_settings.return_urls),
        )
        _audit(AuditAction.CHANNEL_ADDED, channel, actor, after=_facts(channel))
    log.info("channel.added", channel=channel.id)
    return channel


def change_channel(
    channel: Channel, channel_settings: ChannelSettings, actor: Merchant | None = None
) -> bool:
    """Change the settings of a channel; return False if it is closed.

    Stores that have consented keep what they allow: other scopes need another consent.
    """
    with database.atomic():
        held = lock_channel(channel.id)
        if held.status == ChannelStatus.CLOSED:
            return False
        before = _facts(held)
        held.name, held.logo_url = channel_settings.name.strip(), channel_settings.logo_url
        held.contact_email = channel_settings.contact_email
        held.requested_scopes = [scope.value for scope in store_scopes(channel_settings.scopes)]
        held.return_urls = list(channel_settings.return_urls)
        held.save(
            only=[
                Channel.name,
                Channel.logo_url,
                Channel.contact_email,
                Channel.requested_scopes,
                Channel.return_urls,
            ]
        )
        _audit(AuditAction.CHANNEL_CHANGED, held, actor, before=before, after=_facts(held))
    log.info("channel.changed", channel=channel.id)
    return True


def set_channel_status(
    channel: Channel, status: ChannelStatus, actor: Merchant | None = None
) -> bool:
    """Pause, resume or close a channel; return False if its status doesn't allow that.

    While a channel isn't active, its keys are refused and its endpoints get no new events.
    """
    with database.atomic():
        held = lock_channel(channel.id)
        before = ChannelStatus(held.status)
        if not can_become(before, status):
            return False
        held.status, held.status_changed_at = status, utc_now()
        held.save(only=[Channel.status, Channel.status_changed_at])
        _audit(_ACTIONS[status], held, actor, before={"status": before}, after={"status": status})
    log.info("channel.status_changed", channel=channel.id, status=status)
    return True


def set_alert_emails(channel: Channel, *, wanted: bool, actor: Merchant | None = None) -> bool:
    """Turn emails about stores' issues to a channel's contact on or off; False if it is closed."""
    with database.atomic():
        held = lock_channel(channel.id)
        if held.status == ChannelStatus.CLOSED:
            return False
        before = {"alert_emails": held.alert_emails}
        held.alert_emails = wanted
        held.save(only=[Channel.alert_emails])
        after = {"alert_emails": wanted}
        _audit(AuditAction.CHANNEL_CHANGED, held, actor, before=before, after=after)
    log.info("channel.changed", channel=channel.id)
    return True


def list_channels(
    *,
    kind: ChannelKind | None = ChannelKind.MARKETPLACE,
    after: int | None = None,
    before: int | None = None,
) -> KeyPage[Channel]:
    """Return a page of the channels of a kind, or of all, newest first, with their merchants."""
    query = Channel.select(Channel, Merchant).join(Merchant, "LEFT JOIN")
    if kind is not None:
        query = query.where(Channel.kind == kind)
    return page_by_key(query, Channel.id, after=after, before=before)


def find_channel(channel_id: int) -> Channel | None:
    """Return a channel of the operator; None if there is none with this id."""
    found: Channel | None = Channel.get_or_none(
        Channel.id == channel_id, Channel.kind == ChannelKind.MARKETPLACE
    )
    return found


def lock_channel(channel_id: int) -> Channel:
    """Return the channel as it is now, locked until the caller's transaction ends.

    Additions of keys and endpoints lock it, too, so that limits are exact.
    """
    held: Channel = locked(Channel.select().where(Channel.id == channel_id)).get()
    return held


def count_channel(channel: Channel) -> ChannelCounts:
    """Return the numbers of stores, keys and endpoints of a channel."""
    keys = ApiKey.select().where(ApiKey.channel == channel, ApiKey.revoked_at.is_null())
    endpoints = WebhookEndpoint.select().where(WebhookEndpoint.channel == channel)
    return ChannelCounts(count_stores(channel), keys.count(), endpoints.count())


def count_stores(channel: Channel) -> int:
    """Return how many stores allow a channel something now."""
    consents = ChannelConsent.select().where(
        ChannelConsent.channel == channel, ChannelConsent.status == ConsentStatus.ACTIVE
    )
    return int(consents.count())


def _facts(channel: Channel) -> dict[str, Any]:
    """Return the settings for the audit log, without the address of a person."""
    return {
        "name": channel.name,
        "scopes": list(channel.requested_scopes),
        "return_urls": list(channel.return_urls),
    }


def _audit(action: AuditAction, channel: Channel, actor: Merchant | None, **values: Any) -> None:
    AuditLogEntry.record_request(None, action, f"channel {channel.id}", actor=actor, **values)
