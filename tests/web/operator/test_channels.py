"""Operators see the marketplace's channels; admins add, change and close them and their keys."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from redis import Redis

from portal.models import (
    ApiKey,
    AuditLogEntry,
    Channel,
    KeyMode,
    Merchant,
    Store,
    WebhookEndpoint,
    utc_now,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.api_keys.key_limits import KeyLimits
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.channels.channel_states import ChannelStatus
from portal.services.api_keys.channel_keys import KEYS_PER_CHANNEL, add_key
from portal.services.api_keys.keys import authenticate_key
from portal.services.channels.consents import grant_consent
from portal.services.channels.deprecated_calls import count_deprecated_call
from portal.services.channels.manage_channels import set_alert_emails, set_channel_status
from portal.services.connection.channel_links import LinkRequest, create_channel_link
from portal.services.connection.mark_test_store import mark_test_store
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.factories import make_channel, make_channel_endpoint
from tests.web.api.conftest import Caller
from tests.web.conftest import PASSWORD, Visitor, let_confirmations_expire, page_text
from tests.web.long_lists import copy_row
from tests.web.operator.conftest import set_role

LIST = "/operator/channels"
SETTINGS: dict[str, Any] = {
    "name": "Sports Market",
    "contact_email": "API@sports.example",
    "scopes": ["read_catalog", "write_orders"],
    "return_urls": "https://sports.example/connected\r\n\r\nhttps://sports.example/shops",
}


@pytest.fixture
def support(browser: Visitor, merchant: Merchant) -> Visitor:
    """The browser of a signed-in operator with the role support."""
    set_role(merchant, OperatorRole.SUPPORT)
    return browser


@pytest.fixture
def channel(runtime: Runtime) -> Channel:
    """A channel of the marketplace."""
    return make_channel()


@pytest.fixture
def endpoint(runtime: Runtime, channel: Channel) -> WebhookEndpoint:
    """An endpoint of the channel whose URL has a secret."""
    url = "https://hooks.example/secret-path"
    return make_channel_endpoint(channel, runtime.sealer, url=url)


def page_of(channel: Channel, action: str = "") -> str:
    """Return the URL of the channel's page, or of an action on it."""
    return f"{LIST}/{channel.id}{action and '/'}{action}"


def test_empty_list_says_what_a_channel_is(support: Visitor) -> None:
    shown = page_text(support.get(LIST))

    assert "No channels yet" in shown
    assert "Add channel" not in shown


def test_list_and_page_show_what_works_with_the_channel(
    support: Visitor,
    channel: Channel,
    endpoint: WebhookEndpoint,
    store: Store,
    merchant: Merchant,
) -> None:
    add_key(channel, "Market key", [KeyScope.READ_CATALOG])
    grant_consent(channel, store, [KeyScope.READ_CATALOG], merchant, external_reference="shop-7")
    create_channel_link(channel, LinkRequest("shop-8"))

    assert "Sports Market" in page_text(support.get(LIST))
    shown = page_text(support.get(page_of(channel)))

    for text in ("api@sports.example", "Market key", "hooks.example", "Clay & Co", "shop-7"):
        assert text in shown
    assert "shop-8" in shown
    assert "secret-path" not in shown
    assert "Issue emails to the contact Off" in shown
    set_alert_emails(channel, wanted=True)
    shown = page_text(support.get(page_of(channel)))
    assert "Issue emails to the contact At most 1 an hour" in shown
    for text in ("Revoke", "Close", "Create key"):
        assert text not in shown


def test_page_of_a_new_channel_says_what_is_missing(support: Visitor, channel: Channel) -> None:
    shown = page_text(support.get(page_of(channel)))

    for text in ("No keys yet", "No endpoints yet", "No stores yet", "No connect links yet"):
        assert text in shown
    assert support.get(f"{LIST}/999").status_code == 404


def test_admin_adds_and_changes_a_channel(operator: Visitor) -> None:
    made = operator.post(f"{LIST}/new", **SETTINGS)
    channel = Channel.get()
    assert made.headers["Location"] == page_of(channel)
    assert channel.contact_email == "api@sports.example"
    assert channel.return_urls == [
        "https://sports.example/connected",
        "https://sports.example/shops",
    ]

    assert "https://sports.example/shops" in operator.get(page_of(channel, "edit")).text
    operator.post(page_of(channel, "edit"), **SETTINGS | {"name": "Sport & More"})

    assert Channel.get().name == "Sport & More"
    last = AuditLogEntry.select().order_by(AuditLogEntry.id.desc()).get()
    assert (last.action, last.target) == ("channel.changed", f"channel {channel.id}")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"name": " "}, "Enter the name"),
        ({"name": "x" * 81}, "at most 80 characters"),
        ({"contact_email": "nobody"}, "Enter a valid email address"),
        ({"scopes": []}, "Select at least one"),
        ({"logo_url": "http://sports.example/logo.png"}, "starts with https://"),
        ({"return_urls": "https://a.example\nhttp://b.example"}, "Line 2: enter a URL"),
        ({"return_urls": "https://a.example\n" * 21}, "up to 20 URLs"),
    ],
)
def test_wrong_settings_are_explained(
    operator: Visitor, channel: Channel, changes: dict[str, Any], text: str
) -> None:
    for address in (f"{LIST}/new", page_of(channel, "edit")):
        refused = operator.post(address, **SETTINGS | changes)
        assert refused.status_code == 422
        assert text in page_text(refused)
    assert Channel.get().name == "Sports Market"


def test_channel_is_paused_resumed_and_closed_for_good(operator: Visitor, channel: Channel) -> None:
    for action, status in (("pause", "paused"), ("resume", "active")):
        operator.post(page_of(channel, action))
        assert Channel.get().status == status
    operator.post(page_of(channel, "resume"))
    assert "status is already: Active" in page_text(operator.get(page_of(channel)))

    assert "Permanently close" in page_text(operator.get(page_of(channel, "close")))
    operator.post(page_of(channel, "close"))

    shown = page_text(operator.get(page_of(channel)))
    assert "permanently closed" in shown
    assert "Create key" not in shown
    assert "Send issue emails" not in shown
    for address, fields in (
        ("edit", SETTINGS),
        (
            "keys/new",
            {"name": "Key", "scopes": ["read_catalog"], "mode": "live", "password": PASSWORD},
        ),
        ("alert-emails/on", {}),
    ):
        operator.post(page_of(channel, address), **fields)
        assert "is closed" in page_text(operator.get(page_of(channel)))
    for address in ("edit", "keys/new", "close"):
        refused = operator.get(page_of(channel, address))
        assert refused.headers["Location"] == page_of(channel)
        assert "is closed" in page_text(operator.get(page_of(channel)))
    assert ApiKey.select().count() == 0


def test_admin_turns_the_emails_about_issues_on_and_off(
    operator: Visitor, channel: Channel, app: Flask
) -> None:
    made = add_key(channel, "Market key", [KeyScope.READ_CATALOG])
    assert made is not None
    program = Caller(app, made.text)

    for switch, button in (("on", "Stop issue emails"), ("off", "Send issue emails")):
        done = operator.post(page_of(channel, f"alert-emails/{switch}"))
        assert done.headers["Location"] == page_of(channel)
        assert button in page_text(operator.get(page_of(channel)))
        assert program.get("/me").json["channel"]["alert_emails"] is (switch == "on")
    last = AuditLogEntry.select().order_by(AuditLogEntry.id.desc()).get()
    assert (last.before, last.after) == ({"alert_emails": True}, {"alert_emails": False})


def test_key_is_shown_once_and_revoked(operator: Visitor, channel: Channel) -> None:
    fields = {"name": "Market key", "scopes": ["read_catalog"], "mode": "test"}
    limits = {"last_day": "2099-12-31", "networks": "127.0.0.1"}
    address = page_of(channel, "keys/new")
    made = operator.see_secret(address, **fields, **limits)
    let_confirmations_expire()
    assert operator.post(address, **fields, **limits).status_code == 422
    (text,) = set(re.findall(r"mp_test_[0-9a-f]+_[\w-]+", made.text))
    key = ApiKey.get()
    assert authenticate_key(text, "127.0.0.1") is not None
    assert (key.mode, key.scopes, key.expires_at.year) == ("test", ["read_catalog"], 2099)
    assert key.allowed_networks == ["127.0.0.1/32"]
    page = operator.get(page_of(channel)).text
    assert f"{key.shown_prefix}_…" in page
    assert "Expires in" in page_text(operator.get(page_of(channel)))
    assert text not in page

    address = page_of(channel, f"keys/{key.id}/revoke")
    assert "Market key" in page_text(operator.get(address))
    operator.post(address)
    assert authenticate_key(text) is None
    assert "revoked" in page_text(operator.get(page_of(channel)))
    assert operator.post(address).status_code == 404


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"name": ""}, "Enter a name"),
        ({"scopes": []}, "Select at least one"),
        ({"last_day": "2020-01-01"}, "today or a later day"),
        ({"last_day": "tomorrow"}, "Not a valid date"),
        ({"mode": "both"}, "Not a valid choice"),
        ({"networks": "::ffff:192.0.2.1"}, "Line 1: this range contains"),
    ],
)
def test_wrong_key_is_explained(
    operator: Visitor, channel: Channel, changes: dict[str, Any], text: str
) -> None:
    fields = {"name": "Key", "scopes": ["read_catalog"], "mode": "live", "password": PASSWORD}

    refused = operator.post(page_of(channel, "keys/new"), **fields | changes)

    assert refused.status_code == 422
    assert text in page_text(refused)


def test_channel_has_a_limited_number_of_keys(operator: Visitor, channel: Channel) -> None:
    made = add_key(channel, "first", [KeyScope.READ_CATALOG])
    assert made is not None
    copy_row(made.key, KEYS_PER_CHANNEL - 1, prefix=lambda n: f"p{n}")

    fields = {"name": "Key", "scopes": ["read_catalog"], "mode": "live", "password": PASSWORD}
    operator.post(page_of(channel, "keys/new"), **fields)

    assert "the maximum number of keys" in page_text(operator.get(page_of(channel)))


def test_test_stores_and_programs_are_marked(
    support: Visitor,
    channel: Channel,
    endpoint: WebhookEndpoint,
    store: Store,
    merchant: Merchant,
) -> None:
    grant_consent(channel, store, [KeyScope.READ_CATALOG], merchant)
    before = page_text(support.get(page_of(channel)))

    assert mark_test_store(store, is_test=True)
    WebhookEndpoint.update(mode=KeyMode.TEST).execute()  # as of an endpoint made with a test key
    after = page_text(support.get(page_of(channel)))

    assert ("Test store" in before, "Test store" in after) == (False, True)
    assert after.count("Test ") == before.count("Test ") + 2


def test_endpoint_is_deleted(
    operator: Visitor, channel: Channel, endpoint: WebhookEndpoint
) -> None:
    address = page_of(channel, f"endpoints/{endpoint.id}/delete")
    assert "Market" in page_text(operator.get(address))

    operator.post(address)

    assert WebhookEndpoint.select().count() == 0
    assert operator.get(address).status_code == 404


def test_expired_and_limited_keys_say_so(support: Visitor, channel: Channel) -> None:
    add_key(channel, "old", [KeyScope.READ_CATALOG], limits=KeyLimits(utc_now()))
    set_channel_status(channel, ChannelStatus.PAUSED)

    shown = page_text(support.get(page_of(channel)))

    assert "Expired" in shown
    assert "its keys don't work" in shown


def test_page_of_a_channel_shows_its_calls_of_deprecated_parts(
    support: Visitor, runtime: Runtime, channel: Channel, merchant: Merchant
) -> None:
    page = page_of(channel)
    assert "Deprecated API features" not in page_text(support.get(page))
    for _ in range(2):
        count_deprecated_call(runtime, "old_orders.page", channel.id)
    count_deprecated_call(runtime, "of_another", make_channel().id)

    shown = page_text(support.get(page))
    with Redis.from_url("redis://127.0.0.1:1/0") as unreachable:
        offline = Visitor(create_app(replace(runtime, redis=unreachable)))
        offline.force_login(merchant)
        without = page_text(offline.get(page))

    assert f"old_orders.page 2 {utc_now().date().isoformat()}" in " ".join(shown.split())
    assert "of_another" not in shown
    assert "aren't available right now" in without
