"""Owners are emailed about the access to their stores, except about their own keys."""

from __future__ import annotations

import pytest

from portal.models import Channel, Merchant, Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.channels.channel_states import ConsentChange
from portal.services.api_keys.keys import create_key
from portal.services.channels.consent_emails import STORES_NAMED, email_consents
from portal.services.channels.consents import change_consent, grant_consent
from portal.services.runtime import Runtime
from tests.factories import make_store
from tests.web.emails import sent_emails, text_of


def test_owner_reads_what_a_channel_may_do(
    runtime: Runtime, channel: Channel, merchant: Merchant, store: Store
) -> None:
    scopes = [KeyScope.READ_CATALOG, KeyScope.WRITE_ORDERS]
    consent = grant_consent(channel, store, scopes, merchant)

    email_consents(runtime, ConsentChange.CONSENTED, [consent], merchant)

    [email] = sent_emails(runtime)
    assert email["To"] == merchant.email
    text = text_of(email)
    assert "Sports Market can now access your stores." in text
    assert "Permissions: View products, variations, categories and coupons" in text
    assert "Permissions: Get quotes, place orders and change their status" in text
    assert f"{runtime.settings.portal_url}/stores/1003/channels" in text


def test_owner_hears_of_keys_of_staff_and_not_of_their_own(
    runtime: Runtime, merchant: Merchant, store: Store, bob: Merchant
) -> None:
    for person in (merchant, bob):
        made = create_key(person, "ERP", [KeyScope.READ_CATALOG])
        assert made is not None
        email_consents(runtime, ConsentChange.CONSENTED, made.granted, person)

    [email] = sent_emails(runtime)
    assert email["To"] == merchant.email
    assert "Apps of bob@example.com, a member of your team, can now access your stores" in text_of(
        email
    )


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (ConsentChange.PAUSED, "Access to your stores is paused for Sports Market."),
        (ConsentChange.REVOKED, "Sports Market can no longer access your stores."),
    ],
)
def test_owner_of_many_stores_gets_one_email(
    runtime: Runtime, channel: Channel, merchant: Merchant, change: ConsentChange, text: str
) -> None:
    stores = [make_store(merchant, id=5000 + n, name=f"No. {n}") for n in range(STORES_NAMED + 2)]
    consents = [grant_consent(channel, one, [KeyScope.READ_CATALOG], merchant) for one in stores]
    changed = [change_consent(consent, change, None) for consent in consents]

    email_consents(runtime, change, changed, None)
    email_consents(runtime, change, [], None)

    [email] = sent_emails(runtime)
    assert text in text_of(email)
    assert f"Showing the first of {STORES_NAMED + 2} stores." in text_of(email)
    assert "Permissions:" not in text_of(email)
