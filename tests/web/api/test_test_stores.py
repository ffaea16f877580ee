"""Test keys and their endpoints reach test stores only, live ones the other stores only."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from portal.models import Channel, Delivery, KeyMode, Merchant, Onboarding, OutboundEvent, Store
from portal.rules.api_keys.key_scopes import STORE_SCOPES, KeyScope
from portal.services.api_keys import channel_keys
from portal.services.api_keys.channel_keys import add_key
from portal.services.channels.consents import grant_consent
from portal.services.connection.channel_link_outcome import publish_refused
from portal.services.connection.mark_test_store import mark_test_store
from portal.services.outbound_webhooks import endpoints
from portal.services.outbox.publish import find_subscribers
from tests.factories import make_store
from tests.web.api.conftest import Caller
from tests.web.api.test_orders import REQUEST, keyed

HOOK = {"name": "W", "url": "https://hooks.example/", "event_types": ["channel.consented"]}


@pytest.fixture
def rehearsal(channel: Channel, merchant: Merchant) -> Store:
    """A test store that allows the channel everything."""
    store = make_store(merchant, id=2002, is_test=True)
    grant_consent(channel, store, STORE_SCOPES, merchant)
    return store


@pytest.fixture
def tester(app: Flask, channel: Channel, rehearsal: Store) -> Caller:
    """API client whose test key has all scopes of the channel."""
    made = add_key(channel, "tests", KeyScope, mode=KeyMode.TEST)
    assert made is not None
    return Caller(app, made.text)


def store_ids(caller: Caller) -> list[int]:
    return [store["id"] for store in caller.get("/stores").json["items"]]


def test_each_key_sees_the_stores_of_its_mode(market: Caller, tester: Caller) -> None:
    assert (store_ids(market), store_ids(tester)) == ([1003], [2002])
    assert market.get("/stores/2002").status_code == 404
    assert tester.get("/stores/1003/products").status_code == 404
    assert tester.get("/stores/2002").json["is_test"] is True
    me = tester.get("/me").json
    assert (me["key"]["mode"], me["stores"]) == ("test", 1)


def test_marked_store_changes_sides(market: Caller, tester: Caller, store: Store) -> None:
    cursor = market.get("/changes?after=now").json["next"]

    assert mark_test_store(store, is_test=True)
    assert not mark_test_store(store, is_test=True)

    assert (store_ids(market), store_ids(tester)) == ([], [1003, 2002])
    assert market.get(f"/changes?after={cursor}").json["stores_changed"] is True
    assert mark_test_store(store, is_test=False)
    assert (store_ids(market), store_ids(tester)) == ([1003], [2002])


def test_own_programs_of_a_merchant_reach_test_stores_too(caller: Caller, store: Store) -> None:
    assert mark_test_store(store, is_test=True)

    assert store_ids(caller) == [1003]
    assert caller.get("/me").json["key"]["mode"] == "live"


def test_text_of_a_test_key_says_that_it_is_one(tester: Caller, market: Caller) -> None:
    made = tester.post("/keys", {"name": "Second", "scopes": ["read_catalog"]}).json
    rotated = tester.post(f"/keys/{made['key']['id']}/rotate").json

    for answer in (made, rotated):
        assert answer["secret"].startswith(f"mp_test_{made['key']['prefix']}_")
        assert answer["key"]["mode"] == "test"
    assert tester.key.startswith("mp_test_")
    assert not market.key.startswith("mp_test_")


def test_keys_of_the_other_mode_are_unknown(market: Caller, tester: Caller) -> None:
    [live] = market.get("/keys").json["items"]
    [test] = tester.get("/keys").json["items"]

    assert (live["mode"], test["mode"]) == ("live", "test")
    for action in ("rotate", "revoke"):
        refused = tester.post(f"/keys/{live['id']}/{action}")
        assert (refused.status_code, refused.json["code"]) == (404, "not_found")
        assert refused.json["detail"] == "The channel has no test key with this ID."
        assert market.post(f"/keys/{test['id']}/{action}").status_code == 404


def test_endpoints_of_the_other_mode_are_unknown(market: Caller, tester: Caller) -> None:
    live = market.post("/webhook-endpoints", HOOK).json["endpoint"]
    test = tester.post("/webhook-endpoints", HOOK).json["endpoint"]

    assert (live["mode"], test["mode"]) == ("live", "test")
    assert market.get("/webhook-endpoints").json["items"] == [live]
    assert tester.get("/webhook-endpoints").json["items"] == [test]
    assert market.get(f"/webhook-endpoints/{test['id']}").status_code == 404
    for method, action in (("POST", "/pause"), ("POST", "/rotate"), ("DELETE", "")):
        refused = tester.send(method, f"/webhook-endpoints/{live['id']}{action}")
        assert refused.status_code == 404
    assert refused.json["detail"] == "The channel has no test endpoint with this ID."


def test_one_mode_takes_no_places_of_the_other(
    market: Caller, tester: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_keys, "KEYS_PER_CHANNEL", 2)
    monkeypatch.setattr(endpoints, "ENDPOINTS_PER_CHANNEL", 1)

    for path, body in (
        ("/keys", {"name": "K", "scopes": ["read_health"]}),
        ("/webhook-endpoints", HOOK),
    ):
        statuses = [caller.post(path, body).status_code for caller in (tester, market, tester)]
        assert statuses == [201, 201, 409]


def test_connect_links_of_the_other_mode_are_unknown(market: Caller, tester: Caller) -> None:
    live, test = (each.post("/connect-links", {"reference": "R"}).json for each in (market, tester))

    assert market.get("/connect-links").json["items"] == [live]
    assert tester.get("/connect-links").json["items"] == [test]
    assert tester.get(f"/connect-links/{live['id']}").status_code == 404
    hook = HOOK | {"event_types": ["connect_link.refused"]}
    market.post("/webhook-endpoints", hook)
    endpoint = tester.post("/webhook-endpoints", hook).json["endpoint"]
    publish_refused(Onboarding.get_by_id(test["id"]), "refused_consent")
    assert received() == {(None, endpoint["id"])}
    refused = tester.post(f"/connect-links/{live['id']}/withdraw")
    assert refused.json["detail"] == "The channel has no test connect link with this ID."


def test_idempotency_keys_of_the_other_mode_are_unused(market: Caller, tester: Caller) -> None:
    for caller, store_id in ((tester, 2002), (market, 1003)):
        taken = caller.post(f"/stores/{store_id}/orders", REQUEST, **keyed())
        assert taken.status_code == 202
    assert tester.post("/stores/2002/orders", REQUEST, **keyed()).headers["Idempotency-Replayed"]


def test_endpoints_get_events_of_the_stores_of_their_mode(
    market: Caller, tester: Caller, channel: Channel, merchant: Merchant, store: Store,
    rehearsal: Store,
) -> None:  # fmt: skip
    live = market.post("/webhook-endpoints", HOOK).json["endpoint"]
    test = tester.post("/webhook-endpoints", HOOK).json["endpoint"]

    grant_consent(channel, store, STORE_SCOPES, merchant)
    grant_consent(channel, rehearsal, STORE_SCOPES, merchant)

    assert received() == {(1003, live["id"]), (2002, test["id"])}
    for each, endpoint in ((store, live), (rehearsal, test)):
        assert [found.endpoint_id for found in find_subscribers(each.id)] == [endpoint["id"]]


def received() -> set[tuple[Any, Any]]:
    """Return the stores of all events, each with its endpoint."""
    rows = Delivery.select(Delivery, OutboundEvent).join(OutboundEvent)
    return {(row.event.store_id, row.endpoint_id) for row in rows}
