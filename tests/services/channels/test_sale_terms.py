"""Owners and channels change the terms of sale; each change is audited and published."""

from __future__ import annotations

import pytest

from portal.errors import ConsentRefusedError, InvalidFieldError
from portal.models import (
    AuditLogEntry,
    Channel,
    ChannelConsent,
    Merchant,
    OutboundEvent,
    Store,
    WebhookEndpoint,
)
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.channels.channel_states import ConsentChange
from portal.rules.channels.consent_refusals import ConsentRefusal
from portal.rules.orders.sale_terms import OWN_TERMS, SaleTerms, SellingPauseReason, SellingSide
from portal.services.channels.consents import change_consent, grant_consent
from portal.services.channels.sale_terms import (
    pause_selling,
    resume_selling,
    set_stock_buffer,
    terms_by_store,
    terms_of,
    terms_of_sender,
)

STORE, CHANNEL = SellingSide.STORE, SellingSide.CHANNEL
CHANGES = ["channel.selling_paused", "channel.selling_resumed", "channel.stock_buffer_changed"]


@pytest.fixture
def consent(
    channel: Channel, endpoint: WebhookEndpoint, store: Store, merchant: Merchant
) -> ChannelConsent:
    """The store's consent to a channel whose endpoint gets all changes of the terms."""
    WebhookEndpoint.update(event_types=CHANGES).execute()
    return grant_consent(channel, store, [KeyScope.WRITE_ORDERS], merchant)


def test_changes_are_audited_and_published_and_repeated_ones_are_not(
    consent: ChannelConsent, merchant: Merchant
) -> None:
    for _ in range(2):
        pause_selling(consent, SellingPauseReason.STOCK_CHECK, merchant, STORE)
    for _ in range(2):
        resume_selling(consent, merchant, STORE)
    for _ in range(2):
        set_stock_buffer(consent, 3, merchant, STORE)

    entries = list(AuditLogEntry.select().order_by(AuditLogEntry.id))[1:]
    assert [row.action for row in entries] == CHANGES
    assert (entries[0].before["selling_paused"], entries[0].after["selling_paused"]) == (
        False,
        True,
    )
    events = list(OutboundEvent.select().order_by(OutboundEvent.id))
    assert [row.type for row in events] == CHANGES
    assert (events[0].detail["selling_paused_by"], events[0].detail["selling_pause_reason"]) == (
        "store",
        "stock_check",
    )
    assert events[2].detail["stock_buffer"] == 3
    assert terms_of(ChannelConsent.get()) == SaleTerms(3, is_selling_paused=False)


def test_program_restricts_its_own_sale_and_takes_back_only_its_own_pause(
    consent: ChannelConsent, merchant: Merchant
) -> None:
    paused = pause_selling(consent, None, None, CHANNEL)
    assert paused.selling_paused_by == "channel"
    assert resume_selling(consent, None, CHANNEL).selling_paused_at is None
    assert set_stock_buffer(consent, 3, None, CHANNEL).stock_buffer == 3

    with pytest.raises(ConsentRefusedError) as refused:
        set_stock_buffer(consent, 2, None, CHANNEL)
    assert refused.value.reason is ConsentRefusal.BUFFER_NOT_HIGHER
    assert set_stock_buffer(consent, 2, merchant, STORE).stock_buffer == 2


def test_pause_by_the_owner_replaces_that_of_the_channel_and_only_the_owner_ends_it(
    consent: ChannelConsent, merchant: Merchant
) -> None:
    pause_selling(consent, None, None, CHANNEL)
    pause_selling(consent, SellingPauseReason.TIME_OFF, merchant, STORE)
    assert pause_selling(consent, None, None, CHANNEL).selling_paused_by == "store"

    with pytest.raises(ConsentRefusedError) as refused:
        resume_selling(consent, None, CHANNEL)
    assert refused.value.reason is ConsentRefusal.SELLING_PAUSED_BY_STORE
    assert resume_selling(consent, merchant, STORE).selling_paused_at is None


@pytest.mark.parametrize("pieces", [-1, 1001])
def test_buffer_has_limits(consent: ChannelConsent, merchant: Merchant, pieces: int) -> None:
    with pytest.raises(InvalidFieldError):
        set_stock_buffer(consent, pieces, merchant, STORE)


def test_terms_of_an_access_that_has_ended_stay(
    consent: ChannelConsent, merchant: Merchant
) -> None:
    change_consent(consent, ConsentChange.REVOKED, merchant)

    for change in (
        lambda: set_stock_buffer(consent, 3, merchant, STORE),
        lambda: pause_selling(consent, None, merchant, STORE),
        lambda: resume_selling(consent, merchant, STORE),
    ):
        with pytest.raises(ConsentRefusedError):
            change()


def test_terms_are_found_by_sender_and_by_store(
    consent: ChannelConsent, channel: Channel, merchant: Merchant
) -> None:
    set_stock_buffer(consent, 3, merchant, STORE)

    assert terms_of_sender(1003, f"channel {channel.id}") == SaleTerms(3)
    assert terms_of_sender(1003, "channel 999") == OWN_TERMS
    assert terms_of_sender(1003, f"merchant {merchant.id}") == OWN_TERMS
    assert terms_by_store(channel.id, [1003, 7]) == {1003: SaleTerms(3)}
    assert terms_by_store(channel.id, []) == {}
