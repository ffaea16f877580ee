"""Consents are granted and changed; each change is audited, and published to the channel."""

from __future__ import annotations

import pytest

from portal.errors import ConsentRefusedError
from portal.models import (
    AuditLogEntry,
    Channel,
    ChannelConsent,
    Delivery,
    Merchant,
    OutboundEvent,
    Store,
    WebhookEndpoint,
)
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.channels.channel_states import ChannelStatus, ConsentChange
from portal.rules.channels.consent_refusals import ConsentRefusal
from portal.services.channels.consents import (
    change_consent,
    consent_of,
    consents_of_store,
    grant_consent,
)
from portal.services.channels.manage_channels import set_channel_status
from portal.services.outbound_webhooks.attempts import claim_delivery
from portal.services.outbox.publish import find_subscribers
from portal.services.runtime import Runtime

BOTH = (KeyScope.READ_CATALOG, KeyScope.WRITE_ORDERS)


@pytest.fixture
def consent(
    channel: Channel, endpoint: WebhookEndpoint, store: Store, merchant: Merchant
) -> ChannelConsent:
    """The store's consent to both scopes, with the channel's reference."""
    return grant_consent(channel, store, BOTH, merchant, external_reference="shop-7")


def test_every_change_is_audited_and_published_also_the_last_one(
    runtime: Runtime, consent: ChannelConsent, merchant: Merchant, store: Store
) -> None:
    narrowed = change_consent(
        consent, ConsentChange.NARROWED, merchant, scopes=[KeyScope.READ_CATALOG]
    )
    change_consent(narrowed, ConsentChange.PAUSED, merchant)
    change_consent(narrowed, ConsentChange.RESUMED, merchant)
    change_consent(narrowed, ConsentChange.REVOKED, merchant)

    names = [f"channel.{what}" for what in ("consented", "narrowed", "paused", "resumed")]
    names.append("channel.revoked")
    entries = AuditLogEntry.select().order_by(AuditLogEntry.id)
    assert [(row.action, row.store_id) for row in entries] == [(name, 1003) for name in names]
    assert entries[1].before["scopes"] == ["read_catalog", "write_orders"]
    assert entries[1].after == {
        "status": "active",
        "scopes": ["read_catalog"],
        "stock_buffer": 0,
        "selling_paused": False,
        "selling_paused_by": None,
        "selling_pause_reason": None,
    }
    events = list(OutboundEvent.select().order_by(OutboundEvent.id))
    assert [row.type for row in events] == names
    assert {row.detail["external_reference"] for row in events} == {"shop-7"}
    assert [row.detail["status"] for row in events[2:]] == ["paused", "active", "revoked"]
    assert find_subscribers(store.id) == []


def test_last_event_is_delivered_although_the_access_has_ended(
    runtime: Runtime, consent: ChannelConsent, endpoint: WebhookEndpoint, merchant: Merchant
) -> None:
    Delivery.delete().execute()
    change_consent(consent, ConsentChange.REVOKED, merchant)

    request = claim_delivery(runtime, endpoint.id)

    assert request is not None
    assert '"type":"channel.revoked"' in request.body
    assert '"external_reference":"shop-7"' in request.body


@pytest.mark.parametrize("status", [ChannelStatus.PAUSED, ChannelStatus.CLOSED])
def test_channel_that_is_not_active_gets_no_events_about_its_access(
    runtime: Runtime,
    consent: ChannelConsent,
    channel: Channel,
    endpoint: WebhookEndpoint,
    merchant: Merchant,
    status: ChannelStatus,
) -> None:
    assert [row.type for row in OutboundEvent.select()] == ["channel.consented"]
    set_channel_status(channel, status)

    change_consent(consent, ConsentChange.REVOKED, merchant)

    assert OutboundEvent.select().count() == 1
    assert claim_delivery(runtime, endpoint.id) is None
    assert Delivery.get().error == "access_lost"


def test_consent_given_again_is_new_and_keeps_the_reference(
    consent: ChannelConsent, channel: Channel, merchant: Merchant, store: Store
) -> None:
    change_consent(consent, ConsentChange.REVOKED, merchant)
    again = grant_consent(channel, store, [KeyScope.READ_CATALOG], merchant)

    assert again.id == consent.id
    assert (again.status, again.scopes) == ("active", ["read_catalog"])
    assert again.external_reference == "shop-7"
    assert again.granted_at > consent.granted_at
    assert consents_of_store(store) == [again]


@pytest.mark.parametrize(
    "scopes", [[], list(BOTH), [*BOTH, KeyScope.READ_ORDERS], [KeyScope.READ_ORDERS], ["nonsense"]]
)
def test_narrowing_leaves_a_part_of_the_scopes(
    consent: ChannelConsent, merchant: Merchant, scopes: list[str]
) -> None:
    with pytest.raises(ConsentRefusedError) as refused:
        change_consent(consent, ConsentChange.NARROWED, merchant, scopes=scopes)

    assert refused.value.reason is ConsentRefusal.NOT_NARROWER
    assert ChannelConsent.get().scopes == list(BOTH)


def test_change_that_the_status_does_not_allow_is_refused(
    consent: ChannelConsent, merchant: Merchant
) -> None:
    with pytest.raises(ConsentRefusedError) as refused:
        change_consent(consent, ConsentChange.RESUMED, merchant)
    assert refused.value.reason is ConsentRefusal.IS_ACTIVE

    change_consent(consent, ConsentChange.REVOKED, merchant)
    with pytest.raises(ConsentRefusedError) as refused:
        change_consent(consent, ConsentChange.PAUSED, merchant)
    assert refused.value.reason is ConsentRefusal.IS_REVOKED


def test_no_store_can_allow_a_closed_channel_or_nothing(
    channel: Channel, store: Store, merchant: Merchant
) -> None:
    with pytest.raises(ConsentRefusedError) as refused:
        grant_consent(channel, store, [KeyScope.MANAGE_LINKS], merchant)
    assert refused.value.reason is ConsentRefusal.NO_SCOPES

    assert set_channel_status(channel, ChannelStatus.CLOSED)
    closed = Channel.get_by_id(channel.id)
    with pytest.raises(ConsentRefusedError) as refused:
        grant_consent(closed, store, BOTH, merchant)
    assert refused.value.reason is ConsentRefusal.CHANNEL_CLOSED
    assert consent_of(channel, store.id) is None


def test_endpoint_hears_of_records_that_the_consent_includes(
    consent: ChannelConsent, endpoint: WebhookEndpoint, channel: Channel, store: Store
) -> None:
    [subscriber] = find_subscribers(store.id)
    assert subscriber.endpoint_id == endpoint.id
    assert "product.updated" in subscriber.events
    assert "order.updated" not in subscriber.events

    set_channel_status(channel, ChannelStatus.PAUSED)
    assert find_subscribers(store.id) == []
    set_channel_status(channel, ChannelStatus.ACTIVE)
    assert len(find_subscribers(store.id)) == 1
