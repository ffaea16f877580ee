"""Searches of orders find all matches, and each page has a bounded cost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from peewee import Database, PostgresqlDatabase

from portal.models import ApiKey, Order, OrderSubmission, RecordChange, Store
from portal.services.mirror.resources import CUSTOMERS, ORDERS
from portal.services.orders.order_history import order_history, sender_names
from portal.services.records import cursor_pagination, order_filter, text_search
from portal.services.records import search_orders as module
from portal.services.records.cursor_pagination import PageCursor
from portal.services.records.order_filter import (
    API,
    PORTAL,
    STORE,
    OrderFilter,
    most_selective_index,
)
from portal.services.records.search_customers import search_customers
from portal.services.records.search_orders import find_order, items_of, search_orders
from tests.factories import (
    UPDATED_AT,
    customer_payload,
    make_event,
    make_merchant,
    make_own_channel,
    make_store,
    order_payload,
)
from tests.web.page_walk import recorded_statements

CREATED = 1772272800


def made(number: int, **changes: Any) -> dict[str, Any]:
    """Return an order; those with higher numbers are newer, two per second."""
    values = {
        "id": f"N{number}",
        "internalId": number,
        "orderNumber": number,
        "createTimestamp": CREATED + number // 2,
        "createDate": None,
        "email": f"a{number}@shopper.example",
        "paymentStatus": "PAID",
        "fulfillmentStatus": "SHIPPED",
        "discountCoupon": None,
        "refererId": None,
        "customerId": number,
        "externalOrderId": None,
        "trackingNumber": None,
        "billingPerson": {"name": f"Shopper-{number}"},
    }
    return order_payload(**values | changes)


@pytest.fixture
def store(database: Database) -> Store:
    """A store with 20 orders, some of which differ from the others."""
    store = make_store()
    unlike = {
        3: {"paymentStatus": "CANCELLED", "email": "Ada@Shopper.example"},
        5: {"paymentStatus": "CANCELLED", "fulfillmentStatus": "RETURNED"},
        7: {"discountCoupon": {"code": "TEN"}, "refererId": "123456789"},
        9: {"discountCoupon": {"code": "TEN"}, "refererId": "123456790"},
        11: {"refererId": "77"},
        12: {"billingPerson": {"name": "Ada Ärmel"}},
    }
    ORDERS.save(store.id, [made(n, **unlike.get(n, {})) for n in range(1, 21)], UPDATED_AT)
    for number, sender, reference in (
        (7, "merchant 3", "123456789"),
        (9, "api_key 4", "123456790"),
    ):
        OrderSubmission.create(
            store=store,
            sender=sender,
            idempotency_key="k",
            fingerprint="f",
            reference=reference,
            order_id=number,
            state="submitted",
        )
    return store


def ids(store: Store, **wanted: Any) -> list[int]:
    """Return the ids of all matching orders, page after page."""
    found: list[int] = []
    page = search_orders(store, OrderFilter(**wanted))
    while True:
        found += [order.remote_id for order in page.rows]
        if page.later is None:
            return found
        page = search_orders(store, OrderFilter(**wanted), after=page.later)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, list(range(20, 0, -1))),
        ({"payment_status": "CANCELLED"}, [5, 3]),
        ({"payment_status": "CANCELLED", "fulfillment_status": "RETURNED"}, [5]),
        ({"payment_status": "PAID", "fulfillment_status": "RETURNED"}, []),
        ({"coupon": "TEN"}, [9, 7]),
        ({"coupon": " ten "}, [9, 7]),
        ({"coupon": "TEN-1"}, []),
        ({"text": "N12"}, [12]),
        ({"text": "123456790"}, [9]),
        ({"text": "ADA@shopper.example"}, [3]),
        ({"text": "ada@shopper.example", "payment_status": "PAID"}, []),
        ({"text": "ÄRM ada"}, [12]),
        ({"text": "ada"}, [12, 3]),
        ({"text": "n1 per-1", "payment_status": "PAID", "coupon": "TEN"}, []),
        ({"text": "n9", "coupon": "TEN"}, [9]),
        ({"text": "nobody"}, []),
        ({"channel": PORTAL}, [7]),
        ({"channel": API}, [9]),
        ({"channel": "api_key 4"}, [9]),
        ({"channel": "api_key 5"}, []),
        ({"channel": API, "coupon": "TEN"}, [9]),
        ({"channel": STORE, "coupon": "TEN"}, []),
        ({"text": "N9", "channel": STORE}, []),
        ({"customer_id": 4}, [4]),
        ({"customer_id": 3, "payment_status": "CANCELLED"}, [3]),
        ({"customer_id": 4, "payment_status": "CANCELLED"}, []),
        ({"customer_id": 4, "channel": API}, []),
        ({"customer_id": 12, "text": "ada"}, [12]),
    ],
    ids=str,
)
@pytest.mark.parametrize("size", [3, 50])
def test_search_finds_the_matching_orders(
    store: Store, monkeypatch: pytest.MonkeyPatch, wanted: Any, expected: list[int], size: int
) -> None:
    monkeypatch.setattr(cursor_pagination, "PAGE_SIZE", size)
    assert ids(store, **wanted) == expected


def test_dates_narrow_every_search(store: Store) -> None:
    fifth = find_order(store, 5)
    assert fifth is not None
    since, until = fifth.remote_created_at, fifth.remote_created_at + timedelta(seconds=1)

    assert ids(store, since=since, until=until) == [5, 4]
    assert ids(store, since=since, payment_status="CANCELLED") == [5]
    assert ids(store, until=since, text="N5") == []


@pytest.mark.promise(11)
def test_rare_match_among_common_ones_is_searched_in_steps(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SCAN_LIMIT", 6)
    wanted = OrderFilter(channel=STORE, payment_status="PAID", fulfillment_status="SHIPPED")
    rare = OrderFilter(payment_status="PAID", fulfillment_status="RETURNED")
    monkeypatch.setattr(order_filter, "SCAN_LIMIT", 0)

    first = search_orders(store, wanted)
    found = [order.remote_id for order in first.rows]
    assert first.later is not None
    assert first.searched_to is not None
    assert found == [20, 19, 18, 17, 16, 15]
    second = search_orders(store, wanted, after=first.later)
    assert [order.remote_id for order in second.rows] == [14, 13, 12, 11, 10]
    back = search_orders(store, wanted, before=PageCursor.of(second.rows[0], module.CREATED))
    assert [order.remote_id for order in back.rows] == found
    nothing = search_orders(store, rare)
    assert (list(nothing.rows), nothing.searched_to is None) == ([], False)
    lowest = search_orders(store, rare, before=PageCursor(UPDATED_AT - timedelta(days=400), 1))
    assert (list(lowest.rows), lowest.earlier is None) == ([], False)


@pytest.mark.promise(11)
@pytest.mark.parametrize("text", ["N5", "nobody", "ada"])
def test_orders_found_by_text_are_read_by_key(
    store: Store, database: Database, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    if isinstance(database, PostgresqlDatabase):
        pytest.skip("plans by how many rows there are")
    CUSTOMERS.save(store.id, [customer_payload(id=number) for number in range(1, 9)], UPDATED_AT)
    asked: list[tuple[str, Any]] = []
    execute = database.execute_sql
    monkeypatch.setattr(
        database,
        "execute_sql",
        lambda sql, values=None: asked.append((sql, values)) or execute(sql, values),
    )

    search_orders(store, OrderFilter(text=text))
    search_customers(store, search=text)

    plans = [row[3] for sql, v in asked for row in execute(f"EXPLAIN QUERY PLAN {sql}", v)]
    plans = [plan for plan in plans if not plan.startswith("SCAN search_index VIRTUAL TABLE INDEX")]
    assert not [plan for plan in plans if "SCAN" in plan or "(store_id=?)" in plan]


@pytest.mark.parametrize("text", ["n1", "shop per-1", "n"])
def test_frequent_text_is_searched_along_the_other_conditions(
    store: Store, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    expected = ids(store, text=text), ids(store, text=text, payment_status="CANCELLED")

    monkeypatch.setattr(text_search, "MATCH_LIMIT", 0)

    assert (ids(store, text=text), ids(store, text=text, payment_status="CANCELLED")) == expected
    assert expected[0]


def test_index_of_the_rarest_value_is_scanned(store: Store) -> None:
    plan_line = most_selective_index(
        store.id, OrderFilter(payment_status="PAID", fulfillment_status="RETURNED")
    )

    assert plan_line == (Order.fulfillment_status, "RETURNED")


def test_orders_of_another_store_are_never_found(store: Store) -> None:
    other = make_store(id=1004)

    assert ids(other) == []
    assert ids(other, text="N5") == []
    assert ids(other, channel=PORTAL) == []
    assert find_order(other, 5) is None


def test_order_history_has_the_submission_and_the_events(store: Store) -> None:
    order = find_order(store, 9)
    assert order is not None
    event = make_event(type="order.updated", entity_id="N9")
    RecordChange.create(
        store=store, resource="orders", remote_id=9, event=event, kind="updated", changes=[]
    )

    history = order_history(order)

    assert history.submission is not None
    assert [change.event.event_id for change in history.events] == [event.event_id]
    assert (list(history.changes), history.has_pending_updates) == ([], False)
    assert [item.name for item in items_of(order)] == ["Stoneware mug"]
    plain = find_order(store, 11)
    assert plain is not None
    assert order_history(plain).submission is None


def test_senders_have_display_names(database: Database) -> None:
    merchant = make_merchant()
    channel = make_own_channel(merchant)
    key = ApiKey.create(channel=channel, merchant=merchant, name="Till", prefix="p", hash="h")

    with recorded_statements() as statements:
        names = sender_names(
            [
                f"merchant {merchant.id}",
                f"channel {channel.id}",
                f"api_key {key.id}",
                "api_key 999",
                "nonsense",
            ]
        )

    assert len(statements) == 1
    assert sender_names(["nonsense"]) == {}
    assert names == {
        f"merchant {merchant.id}": "ada@example.com",
        f"channel {channel.id}": "ada@example.com",
        f"api_key {key.id}": "Till",
    }


def test_names_of_people_replace_addresses_and_operators_see_both(database: Database) -> None:
    merchant = make_merchant(name="Ada")
    channel = make_own_channel(merchant)
    senders = [f"merchant {merchant.id}", f"channel {channel.id}"]

    names, for_operators = sender_names(senders), sender_names(senders[:1], with_emails=True)

    assert names == dict.fromkeys(senders, "Ada")
    assert for_operators == {senders[0]: "Ada (ada@example.com)"}
