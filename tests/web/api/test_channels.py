"""Channels manage their keys, endpoints and connect links by the API."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.config import Settings
from portal.models import (
    ApiKey,
    AuditLogEntry,
    Channel,
    ChannelConsent,
    Merchant,
    Store,
    WebhookEndpoint,
    utc_now,
)
from portal.rules.api_keys.key_limits import KeyLimits
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.channels.channel_states import ConsentChange
from portal.services.api_keys.channel_keys import KEYS_PER_CHANNEL, add_key
from portal.services.channels.consents import change_consent
from portal.services.outbound_webhooks.endpoints import ENDPOINTS_PER_CHANNEL
from portal.services.runtime import Runtime
from tests.factories import make_channel, make_store
from tests.web.api.conftest import Caller, make_key_text
from tests.web.emails import sent_emails

CALLS = 40
HOOK = {"name": "W", "url": "https://hooks.example/", "event_types": ["store.connected"]}
LINK = {"reference": "shop-9"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with few calls at once, and no more of them during a test."""
    return replace(settings, api_requests_per_minute=1, api_burst=CALLS)


def errors(caller: Caller, path: str, body: dict[str, Any], method: str = "POST") -> Any:
    """Return status, code and field of a refused call."""
    answer = caller.send(method, path, json=body)
    return answer.status_code, answer.json["code"], answer.json.get("field")


def limited_key(app: Flask, channel: Channel, *scopes: KeyScope) -> Caller:
    """Return a client with a key of the channel that has these scopes only."""
    made = add_key(channel, "limited", scopes)
    assert made is not None
    return Caller(app, made.text)


def test_key_of_a_channel_sees_a_store_by_its_consent(
    app: Flask, market: Caller, channel: Channel, store: Store, merchant: Merchant
) -> None:
    make_store(merchant, id=1004)

    [listed] = market.get("/stores").json["items"]
    assert (listed["id"], listed["external_reference"]) == (1003, "shop-7")
    assert market.get("/stores/1004").status_code == 404
    assert market.get("/stores/1003/health").json["external_reference"] == "shop-7"
    consent = change_consent(
        ChannelConsent.get(channel=channel), ConsentChange.NARROWED, merchant,
        scopes=[KeyScope.READ_CATALOG],
    )  # fmt: skip
    refused = market.get("/stores/1003/orders")
    assert (refused.status_code, refused.json["code"]) == (403, "scope_missing")
    assert refused.json["detail"] == "The store does not allow the channel read_orders."
    change_consent(consent, ConsentChange.PAUSED, merchant)
    assert market.get("/stores/1003/products").status_code == 404
    assert market.get("/me").json["stores"] == 0
    assert ChannelConsent.get(channel=channel).last_used_at is not None


def test_channel_scopes_are_needed(app: Flask, channel: Channel) -> None:
    reader = limited_key(app, channel, KeyScope.READ_CATALOG)

    for path in ("/keys", "/webhook-endpoints", "/connect-links"):
        answer = reader.get(path)
        assert (answer.status_code, answer.json["code"]) == (403, "scope_missing")
    assert reader.get("/me").json["key"]["scopes"] == ["read_catalog"]


@pytest.mark.promise(9)
def test_no_key_creates_one_that_may_do_more(app: Flask, channel: Channel, store: Store) -> None:
    keeper = limited_key(app, channel, KeyScope.MANAGE_KEYS, KeyScope.READ_CATALOG)
    strong = add_key(channel, "strong", KeyScope)
    assert strong is not None
    new = {"name": "New", "scopes": ["read_catalog"]}

    assert errors(keeper, "/keys", new | {"scopes": ["read_orders"]})[1:] == ("invalid", "scopes")
    assert errors(keeper, "/keys", new | {"store_id": 2004})[1:] == ("invalid", "store_id")
    assert errors(keeper, "/keys", new | {"mode": "test"})[1:] == ("invalid", "mode")
    past = {"expires_at": "2026-01-01T00:00:00Z"}
    assert errors(keeper, "/keys", new | past)[1:] == ("invalid", "expires_at")
    assert errors(keeper, f"/keys/{strong.key.id}/rotate", {})[:2] == (409, "conflict")
    for event in ("order.created", "connect_link.completed"):
        hook = HOOK | {"event_types": [event]}
        assert errors(keeper, "/webhook-endpoints", hook)[1:] == ("invalid", "event_types")
    for networks in (["here"], ["10.0.0.1/8"], ["::/0"]):
        refused = errors(keeper, "/keys", new | {"allowed_networks": networks})
        assert refused[1:] == ("invalid", "allowed_networks[0]")
    made = keeper.post("/keys", new | {"store_id": store.id})
    assert made.json["key"]["store_id"] == store.id
    assert Caller(app, made.json["secret"]).get("/stores").status_code == 200
    entry = AuditLogEntry.select().order_by(AuditLogEntry.id.desc()).get()
    assert (entry.action, entry.actor_name[:8]) == ("api_key.created", "api_key ")


def test_key_with_networks_makes_no_key_with_more(app: Flask, channel: Channel) -> None:
    limits = KeyLimits(networks=["127.0.0.0/8"])
    made = add_key(channel, "office", KeyScope, limits=limits)
    everywhere = add_key(channel, "everywhere", KeyScope)
    assert made is not None
    assert everywhere is not None
    keeper = Caller(app, made.text)
    new = {"name": "New", "scopes": ["read_catalog"]}

    for networks in ([], ["10.0.0.0/8"]):
        refused = errors(keeper, "/keys", new | {"allowed_networks": networks})
        assert refused == (422, "invalid", "allowed_networks")
    assert errors(keeper, f"/keys/{everywhere.key.id}/rotate", {})[:2] == (409, "conflict")
    kept = keeper.post("/keys", new).json["key"]
    narrowed = keeper.post("/keys", new | {"allowed_networks": ["127.0.0.1"]}).json["key"]
    assert kept["allowed_networks"] == ["127.0.0.0/8"]
    assert narrowed["allowed_networks"] == ["127.0.0.1/32"]
    assert ApiKey.get_by_id(narrowed["id"]).maker == f"api_key {made.key.id}"


def test_contact_of_a_channel_gets_an_email_about_a_new_key(
    runtime: Runtime, market: Caller
) -> None:
    market.post("/keys", {"name": "New", "scopes": ["read_catalog"]})

    [email] = sent_emails(runtime)
    assert (email["To"], email["Subject"]) == (
        "api@sports.example",
        "New API key for Sports Market",
    )


def test_key_of_one_store_makes_keys_of_this_store_only(
    app: Flask, merchant: Merchant, store: Store
) -> None:
    second = make_store(merchant, id=1004)
    keeper = Caller(app, make_key_text(merchant, store=store))
    everywhere = ApiKey.get_by_id(Caller(app, make_key_text(merchant)).get("/me").json["key"]["id"])
    new = {"name": "New", "scopes": ["read_catalog"]}

    assert keeper.post("/keys", new).json["key"]["store_id"] == store.id
    assert errors(keeper, "/keys", new | {"store_id": second.id})[2] == "store_id"
    assert errors(keeper, f"/keys/{everywhere.id}/rotate", {})[0] == 409


@pytest.mark.promise(9)
def test_key_that_expires_makes_none_that_is_valid_for_longer(
    app: Flask, channel: Channel, market: Caller
) -> None:
    soon = utc_now() + timedelta(days=1)
    made = add_key(channel, "short", KeyScope, limits=KeyLimits(soon))
    assert made is not None
    short, new = Caller(app, made.text), {"name": "New", "scopes": ["read_catalog"]}
    mine = market.get("/me").json["key"]["id"]

    late = {"expires_at": "2099-01-01T00:00:00Z"}
    assert errors(short, "/keys", new | late) == (422, "invalid", "expires_at")
    assert errors(short, f"/keys/{mine}/rotate", {})[0] == 409
    assert ApiKey.get_by_id(short.post("/keys", new).json["key"]["id"]).expires_at == soon
    assert short.post(f"/keys/{made.key.id}/rotate").status_code == 200


@pytest.mark.promise(9)
def test_old_secret_of_a_rotated_key_manages_no_keys(app: Flask, market: Caller) -> None:
    mine = market.get("/me").json["key"]["id"]
    rotated = Caller(app, market.post(f"/keys/{mine}/rotate").json["secret"])

    assert market.get("/stores/1003").status_code == 200
    assert errors(market, f"/keys/{mine}/rotate", {})[:2] == (403, "scope_missing")
    assert errors(market, "/webhook-endpoints", HOOK)[0] == 403
    assert rotated.post(f"/keys/{mine}/rotate").status_code == 200


@pytest.mark.promise(9)
def test_key_for_all_stores_takes_over_no_program_of_a_later_store(
    app: Flask, merchant: Merchant, store: Store
) -> None:
    earlier = Caller(app, make_key_text(merchant))
    later = make_store(merchant, id=1004)
    of_later = Caller(app, make_key_text(merchant, store=later))
    number = of_later.get("/me").json["key"]["id"]
    endpoint = of_later.post("/webhook-endpoints", HOOK).json["endpoint"]["id"]

    assert earlier.get("/stores/1004").status_code == 404
    assert errors(earlier, f"/keys/{number}/rotate", {})[0] == 409
    assert errors(earlier, f"/webhook-endpoints/{endpoint}", HOOK, "PUT")[0] == 409


@pytest.mark.promise(9)
def test_waiting_deliveries_are_redirected_only_by_a_key_that_may_read_them(
    app: Flask, market: Caller, channel: Channel, store: Store
) -> None:
    orders = HOOK | {"event_types": ["order.created"]}
    path = f"/webhook-endpoints/{market.post('/webhook-endpoints', orders).json['endpoint']['id']}"
    of_one = add_key(channel, "one", KeyScope, store=store)
    assert of_one is not None
    weak = (limited_key(app, channel, KeyScope.MANAGE_KEYS), Caller(app, of_one.text))

    for caller in weak:
        assert errors(caller, path, HOOK | {"url": "https://evil.example/"}, "PUT")[0] == 409
        assert errors(caller, f"{path}/rotate", {})[0] == 409
        assert caller.post(f"{path}/pause").status_code == 200
        assert caller.post(f"{path}/resume").status_code == 200
    assert market.get(path).json["url"] == HOOK["url"]


def test_keys_are_rotated_and_revoked(market: Caller, app: Flask) -> None:
    number = market.post("/keys", {"name": "ERP", "scopes": ["read_health"]}).json["key"]["id"]

    rotated = market.post(f"/keys/{number}/rotate").json
    assert Caller(app, rotated["secret"]).get("/me").status_code == 200
    assert market.post(f"/keys/{number}/revoke").json["revoked_at"]
    for action in ("rotate", "revoke"):
        assert market.post(f"/keys/{number}/{action}").status_code == 409
        assert market.post(f"/keys/999/{action}").status_code == 404
    mine = market.get("/me").json["key"]["id"]
    assert market.post(f"/keys/{mine}/revoke").status_code == 409


def test_number_of_keys_and_endpoints_is_limited(market: Caller, channel: Channel) -> None:
    for number in range(KEYS_PER_CHANNEL - 1):
        add_key(channel, f"Key {number}", [KeyScope.READ_HEALTH])
    rows = [{"channel": channel, "name": "W", "url": "x", "sealed_secret": "x"}]
    WebhookEndpoint.insert_many(rows * ENDPOINTS_PER_CHANNEL).execute()

    assert market.post("/keys", {"name": "X", "scopes": ["read_health"]}).status_code == 409
    assert market.post("/webhook-endpoints", HOOK).status_code == 409


def test_endpoints_are_changed_paused_resumed_and_deleted(market: Caller) -> None:
    made = market.post("/webhook-endpoints", HOOK).json
    path = f"/webhook-endpoints/{made['endpoint']['id']}"
    assert made["secret"].startswith("whsec_")

    assert market.post(f"{path}/pause").json["state"] == "paused"
    assert market.post(f"{path}/pause").status_code == 409
    assert market.post(f"{path}/resume").json["state"] == "on"
    assert market.post(f"{path}/rotate").json["secret"] != made["secret"]
    changed = market.send("PUT", path, json=HOOK | {"store_id": 1003})
    assert changed.json["store_id"] == 1003
    assert market.send("DELETE", path).status_code == 200
    assert market.get(path).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "nonsense"}, "url"),
        ({"url": "https://me:secret@hooks.example/"}, "url"),
        ({"event_types": ["ping"]}, "event_types"),
        ({"event_types": ["nonsense"]}, "event_types[0]"),
        ({"name": " "}, "name"),
        ({"store_id": 2004}, "store_id"),
    ],
)
def test_invalid_endpoint_names_the_field(
    market: Caller, changes: dict[str, Any], field: str
) -> None:
    assert errors(market, "/webhook-endpoints", HOOK | changes) == (422, "invalid", field)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reference": ""}, "reference"),
        ({"email": "nobody"}, "email"),
        ({"return_url": "https://evil.example/"}, "return_url"),
        ({"expires_at": "2026-01-01T00:00:00Z"}, "expires_at"),
        ({"language": "xx"}, "language"),
    ],
)
def test_invalid_link_names_the_field(market: Caller, changes: dict[str, Any], field: str) -> None:
    assert errors(market, "/connect-links", LINK | changes) == (422, "invalid", field)


def test_links_belong_to_one_channel_and_end_when_they_are_withdrawn(
    app: Flask, market: Caller, caller: Caller
) -> None:
    made = market.post("/connect-links", LINK | {"email": "Ann@Example.com"})
    path = f"/connect-links/{made.json['id']}"
    other = limited_key(app, make_channel(name="Other"), KeyScope.MANAGE_LINKS)

    assert made.status_code == 201
    assert made.json["status"] == "invited"
    assert other.get(path).status_code == 404
    assert other.get("/connect-links").json["items"] == []
    assert errors(caller, "/connect-links", LINK)[:2] == (409, "conflict")
    first = app.test_client().get(made.json["url"].removeprefix("http://127.0.0.1:8000"))
    assert first.status_code == 200
    assert market.get(path).json["status"] == "opened"
    assert market.post(f"{path}/withdraw").json["status"] == "withdrawn"
    assert market.post(f"{path}/withdraw").status_code == 409
    market.post("/connect-links", LINK)
    page = market.get("/connect-links?limit=1&reference=shop-9").json
    assert page["next"] is not None
    assert len(market.get(f"/connect-links?after={page['next']}").json["items"]) == 1


def test_each_store_of_a_key_has_its_own_rate_limit(
    market: Caller, channel: Channel, store: Store
) -> None:
    statuses = [market.get("/stores/1003").status_code for _ in range(CALLS + 1)]
    assert statuses == [200] * CALLS + [429]
    assert market.get("/me").status_code == 200

    # Stores out of reach share the bucket of all other calls.
    hidden = [market.get(f"/stores/{5000 + n}").status_code for n in range(CALLS)]
    assert hidden == [404] * (CALLS - 1) + [429]
