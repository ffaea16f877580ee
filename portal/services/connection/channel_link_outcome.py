"""Outcome of a connect link of a channel: the store's consent, and the channel's events."""

from __future__ import annotations

from typing import Any

from portal.errors import ConsentRefusedError
from portal.models import (
    Channel,
    ChannelConsent,
    Membership,
    Onboarding,
    Role,
    Store,
    database,
    utc_now,
)
from portal.rules.channels.return_urls import is_on_allow_list, with_outcome
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.services.channels.consents import grant_consent
from portal.services.outbox.publish import EventDraft, find_channel_subscribers, publish_events
from portal.services.runtime import Runtime

# A merchant who isn't the owner can connect a store again, but not allow a channel to use it.
NOT_OWNER = "not_owner"
COMPLETED, REFUSED = "completed", "refused"
LINKS_PER_ROUND = 500


def allow_channel(onboarding: Onboarding, store_id: int) -> ChannelConsent | None:
    """Grant the consent of a finished link to its channel, and publish the outcome.

    Call it in the transaction that finishes the onboarding. Return None for a link without a
    channel, and if the merchant doesn't own the store or the channel is closed.
    """
    channel: Channel | None = onboarding.channel
    merchant = onboarding.merchant
    if channel is None or merchant is None:
        return None
    if Membership.role_of(merchant, store_id) is not Role.OWNER:
        publish_refused(onboarding, NOT_OWNER)
        return None
    try:
        consent = grant_consent(
            channel,
            Store.get_by_id(store_id),
            channel.requested_scopes,
            merchant,
            external_reference=onboarding.external_reference or None,
        )
    except ConsentRefusedError as refused:
        publish_refused(onboarding, refused.reason)
        return None
    _publish(onboarding, OutboundEventType.CONNECT_LINK_COMPLETED, store_id)
    return consent


def publish_refused(onboarding: Onboarding, reason: str) -> None:
    """Publish that a connect attempt of a channel's link failed; the link may still be open."""
    _publish(onboarding, OutboundEventType.CONNECT_LINK_REFUSED, reason=reason)


def publish_expired_links(_runtime: Runtime) -> int:
    """Publish the links of channels that have expired unclaimed, once each; return how many."""
    now = utc_now()
    expired = Onboarding.select().where(
        Onboarding.channel.is_null(is_null=False),
        Onboarding.merchant.is_null(),
        Onboarding.withdrawn_at.is_null(),
        Onboarding.expiry_published_at.is_null(),
        Onboarding.expires_at <= now,
    )
    published = 0
    for onboarding in expired.order_by(Onboarding.expires_at).limit(LINKS_PER_ROUND):
        with database.atomic():
            is_first = (
                Onboarding.update(expiry_published_at=now)
                .where(
                    Onboarding.id == onboarding.id,
                    Onboarding.expiry_published_at.is_null(),
                    Onboarding.expires_at <= now,
                )
                .execute()
            )
            if is_first:
                _publish(onboarding, OutboundEventType.CONNECT_LINK_EXPIRED)
                published += 1
    return published


def return_address(onboarding: Onboarding, outcome: str) -> str | None:
    """Return the URL at the channel that the merchant is sent back to; None if there is none.

    The URL must still be on the channel's allow list.
    """
    channel: Channel | None = onboarding.channel
    url: str = onboarding.return_url
    if channel is None or not url or not is_on_allow_list(url, channel.return_urls):
        return None
    return with_outcome(url, outcome, onboarding.external_reference)


def _publish(
    onboarding: Onboarding, event: OutboundEventType, store_id: int | None = None, **detail: Any
) -> None:
    if onboarding.channel_id is None:
        return
    facts = {"reference": onboarding.external_reference, **detail}
    publish_events(
        store_id,
        [EventDraft(event, onboarding.id, facts)],
        find_channel_subscribers(onboarding.channel_id, store_id, onboarding.mode),
    )
