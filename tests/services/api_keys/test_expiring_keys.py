"""Makers of keys get one email a week before a key expires."""

from __future__ import annotations

from datetime import timedelta

from portal.models import ApiKey, utc_now
from portal.models.merchant import Merchant
from portal.rules.api_keys.key_limits import KeyLimits
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.channel_keys import add_key
from portal.services.api_keys.expiring_keys import remind_of_expiry, remind_of_expiry_at
from portal.services.api_keys.keys import create_key, revoke_key
from portal.services.runtime import Runtime
from tests.factories import make_channel, make_merchant, make_store
from tests.web.emails import sent_emails, text_of

DAY = timedelta(days=1)
SCOPES = [KeyScope.READ_HEALTH]


def expiring_key(merchant: Merchant, days: int) -> ApiKey:
    """Return a key of the merchant that expires after so many days."""
    made = create_key(merchant, f"{days} days", SCOPES, limits=KeyLimits(utc_now() + days * DAY))
    assert made is not None
    return made.key


def test_maker_gets_one_email_a_week_before_the_end(runtime: Runtime) -> None:
    merchant = make_merchant(locale="de")
    make_store(merchant)
    for days in (8, 5, 30):
        expiring_key(merchant, days)
    revoke_key(merchant, expiring_key(merchant, 9).id)

    assert remind_of_expiry(runtime) == 0
    counts = [remind_of_expiry_at(runtime, utc_now() + days * DAY) for days in (2, 3, 40)]

    # The key for five days was made for a shorter time, so its maker knows.
    assert counts == [1, 0, 0]
    [email] = sent_emails(runtime)
    assert email["To"] == merchant.email
    assert "8 days" in str(email["Subject"])


def test_contact_of_a_channel_gets_the_email_of_its_key(runtime: Runtime) -> None:
    channel = make_channel()
    add_key(channel, "Feed", SCOPES, limits=KeyLimits(utc_now() + 10 * DAY))

    remind_of_expiry_at(runtime, utc_now() + 4 * DAY)

    [email] = sent_emails(runtime)
    assert email["To"] == channel.contact_email
    assert "Feed" in str(email["Subject"])
    assert "contact for the channel Sports Market" in text_of(email)
