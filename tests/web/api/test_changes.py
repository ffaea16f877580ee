"""The change feed over the API: stores and scopes of the key, cursors, records and waiting."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.models import Channel, ChannelConsent, KeyMode, Merchant, Store, utc_now
from portal.models.change_feed import add_store_erasure
from portal.rules.api_keys.key_scopes import STORE_SCOPES, KeyScope
from portal.rules.records.feed_cursor import FeedCursor
from portal.services.api_keys.channel_keys import add_key
from portal.services.channels.consents import grant_consent
from portal.services.mirror.resources import CATEGORIES, CUSTOMERS, ORDERS, PRODUCTS
from portal.web.server import parking
from portal.web.server.parking import ParkingLot, ParkRequest, offered
from tests.factories import (
    category_payload,
    customer_payload,
    make_channel,
    make_merchant,
    make_store,
    order_payload,
    product_payload,
)
from tests.web.api.conftest import READ_AT, SIZE_L, Caller, make_key_text

LATER = READ_AT + timedelta(minutes=1)


def changes(caller: Caller, after: str, **query: Any) -> dict[str, Any]:
    """Return the page after a cursor."""
    given = "".join(f"&{name}={value}" for name, value in query.items())
    answer = caller.get(f"/changes?after={after}{given}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def start(caller: Caller, **query: Any) -> str:
    """Return the cursor at the present end."""
    return str(changes(caller, "now", **query)["next"])


def facts(page: dict[str, Any]) -> list[tuple[str, int, str]]:
    """Return resource, id and operation of each change."""
    return [(item["resource"], item["id"], item["operation"]) for item in page["items"]]


def save_all(store: Store) -> None:
    """Mirror a product with a variation, a category, an order and a customer."""
    PRODUCTS.save(store.id, [product_payload(combinations=[SIZE_L])], READ_AT)
    CATEGORIES.save(store.id, [category_payload()], READ_AT)
    ORDERS.save(store.id, [order_payload()], READ_AT)
    CUSTOMERS.save(store.id, [customer_payload()], READ_AT)


def test_changes_of_all_resources_are_read_in_order_and_once(caller: Caller, store: Store) -> None:
    after = start(caller)
    save_all(store)
    PRODUCTS.mark_deleted(store.id, [5], LATER)

    first = changes(caller, after, limit=3)
    rest = changes(caller, first["next"])

    assert facts(first) + facts(rest) == [
        ("products", 5, "created"),
        ("variations", 51, "created"),
        ("categories", 7, "created"),
        ("orders", 90, "created"),
        ("customers", 12, "created"),
        ("products", 5, "deleted"),
        ("variations", 51, "deleted"),
    ]
    assert (first["has_more"], rest["has_more"]) == (True, False)
    assert facts(changes(caller, rest["next"])) == []
    assert facts(changes(caller, first["items"][0]["sequence"])) == facts(first)[1:] + facts(rest)


def test_changed_fields_and_the_present_record_come_with_a_change(
    caller: Caller, store: Store
) -> None:
    save_all(store)
    after = start(caller)
    PRODUCTS.save(store.id, [product_payload(price=30, updateTimestamp=1_900_000_000)], LATER)
    PRODUCTS.mark_deleted(store.id, [6], LATER)
    ORDERS.mark_deleted(store.id, [90], LATER)

    items = changes(caller, after, include="record")["items"]

    product, variation, order = items
    assert product["changed_fields"] == ["combinations", "price", "updateTimestamp"]
    assert product["record"] == caller.get("/stores/1003/products/5").json
    assert (variation["operation"], variation["record"]) == ("deleted", None)
    assert (order["operation"], order["record"]) == ("deleted", None)
    assert "record" not in changes(caller, after)["items"][0]


def test_erasure_of_the_copy_of_a_store_is_a_change_of_the_store(
    caller: Caller, store: Store
) -> None:
    after = start(caller)
    add_store_erasure(store.id)

    page = changes(caller, after, include="record")

    assert facts(page) == [("stores", 1003, "erased")]
    assert page["items"][0]["record"] is None
    assert facts(changes(caller, after, resource="stores")) == facts(page)


def test_scopes_of_the_key_decide_which_resources_are_read(
    app: Flask, merchant: Merchant, store: Store
) -> None:
    catalog = Caller(app, make_key_text(merchant, KeyScope.READ_CATALOG))
    orders = Caller(app, make_key_text(merchant, KeyScope.READ_ORDERS))
    neither = Caller(app, make_key_text(merchant, KeyScope.READ_HEALTH))
    after = start(catalog)
    save_all(store)

    assert {name for name, *_ in facts(changes(catalog, after))} == {
        "products",
        "variations",
        "categories",
    }
    assert facts(changes(orders, after, resource="orders")) == [("orders", 90, "created")]
    for answer in (
        catalog.get("/changes?after=now&resource=customers"),
        neither.get("/changes?after=now"),
    ):
        assert (answer.status_code, answer.json["code"]) == (403, "scope_missing")


@pytest.fixture
def channel(store: Store) -> Channel:
    """A channel that the store has not consented to."""
    return make_channel()


def caller_of(app: Flask, channel: Channel) -> Caller:
    """Return an API client with a key of the channel for all stores that consent."""
    made = add_key(channel, "tests", list(KeyScope))
    assert made is not None
    return Caller(app, made.text)


def test_only_the_stores_of_the_key_are_read(
    app: Flask, caller: Caller, merchant: Merchant, store: Store, channel: Channel
) -> None:
    other = make_store(merchant, id=2002)
    strange = make_store(make_merchant(email="eva@shop.example"), id=3003)
    for each in (store, other):
        grant_consent(channel, each, [KeyScope.READ_CATALOG], merchant)
    both = caller_of(app, channel)
    after = start(both)
    for each in (store, other, strange):
        CATEGORIES.save(each.id, [category_payload()], READ_AT)
        CUSTOMERS.save(each.id, [customer_payload()], READ_AT)

    assert [item["store_id"] for item in changes(both, after)["items"]] == [1003, 2002]
    assert [item["store_id"] for item in changes(both, after, store=2002)["items"]] == [2002]
    assert facts(changes(both, after, resource="customers")) == []
    assert both.get(f"/changes?after=now&store={strange.id}").status_code == 404
    assert {item["store_id"] for item in changes(caller, after)["items"]} == {1003}


def test_reader_learns_of_stores_and_scopes_that_come_and_go(
    app: Flask, merchant: Merchant, store: Store, channel: Channel
) -> None:
    grant_consent(channel, store, [KeyScope.READ_CATALOG], merchant)
    caller = caller_of(app, channel)
    after = start(caller)
    assert changes(caller, after)["stores_changed"] is False

    for scopes, each in (
        ([KeyScope.READ_CATALOG], make_store(merchant, id=2002)),
        ([KeyScope.READ_CATALOG, KeyScope.READ_ORDERS], store),
    ):
        grant_consent(channel, each, scopes, merchant)
        page = changes(caller, after)
        assert page["stores_changed"] is True
        assert changes(caller, after)["stores_changed"] is True
        assert changes(caller, page["next"])["stores_changed"] is False
        after = page["next"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "after"),
        ("after=yesterday", "after"),
        ("after=now&resource=prices", "resource"),
        ("after=now&limit=251", "limit"),
        ("after=now&wait=31", "wait"),
        ("after=now&include=raw", "include"),
        ("after=now&since=1", "since"),
    ],
)
def test_invalid_query_is_refused_with_the_parameter(
    caller: Caller, store: Store, query: str, field: str
) -> None:
    answer = caller.get(f"/changes?{query}")

    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert answer.json["field"] == field


def test_expired_cursor_says_to_read_everything_again(caller: Caller, store: Store) -> None:
    cursor = FeedCursor.read(start(caller))
    old = replace(cursor, issued_at=int((utc_now() - timedelta(days=366)).timestamp()))
    elsewhere = replace(cursor, database="0badcafe")

    for expired in (old, elsewhere):
        answer = caller.get(f"/changes?after={expired}")
        assert (answer.status_code, answer.json["code"]) == (410, "cursor_expired")
        assert "after=now" in answer.json["detail"]


def test_server_that_cannot_park_answers_at_once(caller: Caller, store: Store) -> None:
    started_s = time.monotonic()

    page = changes(caller, start(caller), wait=30)

    assert (page["items"], time.monotonic() - started_s < 30) == ([], True)


def test_call_without_changes_asks_to_be_parked_until_one_of_its_stores_changes(
    caller: Caller, store: Store
) -> None:
    after = start(caller)
    with offered(ParkingLot(), None), pytest.raises(ParkRequest) as parked:
        caller.get(f"/changes?after={after}&wait=30")
    wait = parked.value.wait
    assert wait.topics == {1003}
    assert wait.look(wait.since)[1] == frozenset()

    CATEGORIES.save(store.id, [category_payload()], READ_AT)

    assert wait.look(wait.since)[1] == {1003}
    with offered(ParkingLot(), wait.deadline_s):
        assert facts(changes(caller, after, wait=30)) == [("categories", 7, "created")]


def test_call_is_refused_while_too_many_wait(
    caller: Caller, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parking, "PARKED_LIMIT", 0)
    after = start(caller)

    with offered(ParkingLot(), None):
        answer = caller.get(f"/changes?after={after}&wait=30")

    assert (answer.status_code, answer.json["code"]) == (429, "too_many_waiting")
    assert int(answer.headers["Retry-After"]) >= 5


def test_all_keys_of_a_channel_and_mode_share_the_number_of_calls_that_wait(
    app: Flask, channel: Channel, market: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parking, "PARKED_PER_OWNER", 1)
    second = add_key(channel, "second", KeyScope)
    assert second is not None
    lot, after = ParkingLot(), start(market)

    with offered(lot, None), pytest.raises(ParkRequest) as asked:
        market.get(f"/changes?after={after}&wait=30")
    lot.owners[asked.value.wait.owner] += 1

    with offered(lot, None):
        answer = Caller(app, second.text).get(f"/changes?after={after}&wait=30")
    assert (answer.status_code, answer.json["code"]) == (429, "too_many_waiting")

    test = add_key(channel, "tests", KeyScope, mode=KeyMode.TEST)
    assert test is not None
    tester = Caller(app, test.text)
    with offered(lot, None), pytest.raises(ParkRequest):
        tester.get(f"/changes?after={start(tester)}&wait=30")


def test_reading_the_feed_counts_as_use_of_the_stores_in_it(
    channel: Channel, market: Caller, store: Store, merchant: Merchant
) -> None:
    stores = (store, make_store(merchant, id=1004))
    used, other = (grant_consent(channel, each, STORE_SCOPES, merchant) for each in stores)
    after = start(market)
    save_all(store)

    changes(market, after)

    assert ChannelConsent.get_by_id(used.id).last_used_at is not None
    assert ChannelConsent.get_by_id(other.id).last_used_at is None
    changes(market, after)


def test_deleted_record_is_gone_and_listed_only_on_request(caller: Caller, store: Store) -> None:
    save_all(store)
    PRODUCTS.mark_deleted(store.id, [5], LATER)

    gone = caller.get("/stores/1003/products/5")
    assert (gone.status_code, gone.json["code"]) == (410, "gone")
    assert gone.json["deleted_at"] in gone.json["detail"]
    assert caller.get("/stores/1003/products/6").status_code == 404
    assert caller.get("/stores/1003/products").json["items"] == []
    (listed,) = caller.get("/stores/1003/products?include_deleted=true").json["items"]
    assert listed["deleted_at"][:19] == gone.json["deleted_at"][:19]
    (live,) = caller.get("/stores/1003/categories?include_deleted=true").json["items"]
    assert live["deleted_at"] is None
