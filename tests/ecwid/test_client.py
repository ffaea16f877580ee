"""The client sends the requests that Ecwid documents and raises an error for invalid responses."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import requests_mock
from redis import Redis

from portal.ecwid.calls import Page
from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidConflictError, EcwidNotFoundError, EcwidUnreadableError
from portal.ecwid.rate_limiter import Priority, RateLimiter
from portal.ecwid.token_lock import MAX_LAG_S
from portal.ecwid.transport import Transport, open_http

API = "http://ecwid.invalid/api/v3"
BASE = f"{API}/1003"
SINCE = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def ecwid() -> Iterator[requests_mock.Mocker]:
    with requests_mock.Mocker(case_sensitive=True) as mocker:
        yield mocker


@pytest.fixture
def client() -> Iterator[EcwidClient]:
    with open_http() as http:
        yield EcwidClient(Transport(http, API, 1003, "secret_token"))


def envelope(items: list[Any], **changes: Any) -> dict[str, Any]:
    counts = {"total": len(items), "count": len(items), "offset": 0, "limit": 100}
    return {**counts, "items": items} | changes


def test_client_calls_one_store_and_counts_calls(
    ecwid: requests_mock.Mocker, client: EcwidClient
) -> None:
    ecwid.get(f"{BASE}/profile", json={})

    client.profile()

    assert (client.store_id, client.requests) == (1003, 1)


@pytest.mark.parametrize(
    ("is_extended", "query"), [(False, {}), (True, {"showExtendedInfo": ["true"]})]
)
def test_billing_is_requested_only_with_the_extended_profile(
    ecwid: requests_mock.Mocker, client: EcwidClient, is_extended: bool, query: dict[str, Any]
) -> None:
    ecwid.get(f"{BASE}/profile", json={"generalInfo": {"storeId": 1003}})

    profile = client.profile(extended=is_extended)

    assert profile == {"generalInfo": {"storeId": 1003}}
    assert ecwid.last_request.qs == query


def test_stats_include_the_product_count(ecwid: requests_mock.Mocker, client: EcwidClient) -> None:
    ecwid.get(f"{BASE}/latest-stats", json={"productCount": 3})

    assert client.latest_stats() == {"productCount": 3}
    assert ecwid.last_request.qs == {"productCountRequired": ["true"]}


def test_product_page_is_requested_in_unix_seconds(
    ecwid: requests_mock.Mocker, client: EcwidClient
) -> None:
    ecwid.get(f"{BASE}/products", json=envelope([{"id": 5}], total=201, offset=200))

    page = client.products(sort_by="UPDATED_TIME_ASC", offset=200, updated_from=SINCE)

    assert page == Page(total=201, offset=200, limit=100, items=[{"id": 5}])
    assert ecwid.last_request.qs == {
        "limit": ["100"],
        "offset": ["200"],
        "sortBy": ["UPDATED_TIME_ASC"],
        "updatedFrom": ["1772366400"],
    }


@pytest.mark.parametrize("path", ["products", "orders", "customers"])
def test_page_with_selected_fields_still_has_its_envelope(
    ecwid: requests_mock.Mocker, client: EcwidClient, path: str
) -> None:
    ecwid.get(f"{BASE}/{path}", json=envelope([{"id": 5}]))
    more = {"sort_by": "UPDATED_TIME_DESC"} if path == "products" else {}

    page = getattr(client, path)(fields=("id", "updated"), **more)

    assert page.ids == [5]
    fields = "total,count,offset,limit,items(id,updated)"
    assert ecwid.last_request.qs["responseFields"] == [fields]


def test_end_of_the_time_window_is_sent(ecwid: requests_mock.Mocker, client: EcwidClient) -> None:
    ecwid.get(f"{BASE}/products", json=envelope([]))

    client.products(sort_by="ADDED_TIME_ASC", updated_to=SINCE)

    assert ecwid.last_request.qs["updatedTo"] == ["1772366400"]
    assert "updatedFrom" not in ecwid.last_request.qs


def test_products_are_requested_by_id_in_one_call(
    ecwid: requests_mock.Mocker, client: EcwidClient
) -> None:
    ecwid.get(f"{BASE}/products", json=envelope([{"id": 5}]))

    page = client.products_by_id([5, 6])

    assert page.items == [{"id": 5}]
    assert ecwid.last_request.qs == {"limit": ["100"], "productId": ["5,6"]}


def test_one_call_takes_at_most_100_ids(ecwid: requests_mock.Mocker, client: EcwidClient) -> None:
    ecwid.get(f"{BASE}/products", json=envelope([]))

    client.products_by_id(range(100))

    with pytest.raises(ValueError, match="at most 100 product ids"):
        client.products_by_id(range(101))


def test_empty_list_of_ids_makes_no_call(ecwid: requests_mock.Mocker, client: EcwidClient) -> None:
    page = client.products_by_id([])

    assert page.items == []
    assert page.is_last
    assert ecwid.call_count == 0


@pytest.mark.parametrize(
    ("method", "path"), [("product", "/products/5"), ("category", "/categories/5")]
)
def test_single_entity_is_read_or_not_found(
    ecwid: requests_mock.Mocker, client: EcwidClient, method: str, path: str
) -> None:
    ecwid.get(BASE + path, [{"json": {"id": 5}}, {"status_code": 404}])
    read = getattr(client, method)

    assert read(5) == {"id": 5}
    with pytest.raises(EcwidNotFoundError):
        read(5)


@pytest.mark.parametrize("answer", [[], "text", 5, None, True])
def test_entity_that_is_not_an_object_is_unreadable(
    ecwid: requests_mock.Mocker, client: EcwidClient, answer: Any
) -> None:
    ecwid.get(f"{BASE}/profile", text=json.dumps(answer))

    with pytest.raises(EcwidUnreadableError, match=r"/profile: HTTP 200: .* not a JSON object"):
        client.profile()


def test_hidden_categories_are_included(ecwid: requests_mock.Mocker, client: EcwidClient) -> None:
    ecwid.get(f"{BASE}/categories", json=envelope([{"id": 7}]))

    assert client.categories(offset=100).items == [{"id": 7}]
    assert ecwid.last_request.qs["hidden_categories"] == ["true"]
    assert ecwid.last_request.qs["offset"] == ["100"]


def test_deletion_history_is_read_over_all_pages(
    ecwid: requests_mock.Mocker, client: EcwidClient
) -> None:
    pages = [[{"id": 1}, {"id": "2"}], [{"id": 3}, {"id": 4}], [{"id": 5}]]
    ecwid.get(
        f"{BASE}/products/deleted",
        [{"json": envelope(items, total=5, limit=2)} for items in pages],
    )

    deleted = list(client.deleted_products(since=SINCE))

    assert deleted == [1, 2, 3, 4, 5]
    assert [sent.qs["offset"] for sent in ecwid.request_history] == [["0"], ["2"], ["4"]]
    assert {sent.qs["from_date"][0] for sent in ecwid.request_history} == {"1772366400"}


def test_full_last_page_is_followed_by_an_empty_page(
    ecwid: requests_mock.Mocker, client: EcwidClient
) -> None:
    full, empty = envelope([{"id": 1}], limit=1), envelope([], total=1, limit=1, offset=1)
    ecwid.get(f"{BASE}/products/deleted", [{"json": full}, {"json": empty}])

    assert list(client.deleted_products(since=SINCE)) == [1]
    assert ecwid.call_count == 2


@pytest.mark.parametrize("item", [{}, {"id": None}, {"id": "x"}, 5, None, [], {"id": 1.5}])
def test_deletion_without_a_readable_id_makes_the_history_unreadable(
    ecwid: requests_mock.Mocker, client: EcwidClient, item: Any
) -> None:
    ecwid.get(f"{BASE}/products/deleted", json=envelope([item]))

    with pytest.raises(EcwidUnreadableError, match="/products/deleted: HTTP 200: deletions"):
        list(client.deleted_products(since=SINCE))


@pytest.mark.parametrize(
    "answer",
    [
        [],
        None,
        "text",
        {},
        {"total": 1},
        {"total": 1, "items": None},
        {"total": 1, "items": {"id": 5}},
        {"items": []},
        {"total": None, "items": []},
        {"total": "many", "items": []},
        {"total": [], "items": []},
        {"total": 1.5, "items": []},
        {"total": True, "items": []},
        {"total": -1, "items": []},
        {"total": 2**63, "items": []},
        {"total": 1, "offset": "x", "items": []},
        {"total": 1, "offset": -1, "items": []},
        {"total": 1, "limit": {}, "items": []},
        {"total": 1, "limit": -5, "items": []},
    ],
    ids=repr,
)
def test_list_with_an_invalid_envelope_is_unreadable(
    ecwid: requests_mock.Mocker, client: EcwidClient, answer: Any
) -> None:
    ecwid.get(f"{BASE}/products", text=json.dumps(answer))

    with pytest.raises(EcwidUnreadableError, match="GET /products: HTTP 200: the "):
        client.products(sort_by="ADDED_TIME_ASC")


@pytest.mark.parametrize("number", ["1e999999999", "1" + "0" * 4000])
def test_huge_number_in_an_envelope_is_rejected_quickly(
    ecwid: requests_mock.Mocker, client: EcwidClient, number: str
) -> None:
    ecwid.get(f"{BASE}/products", text=f'{{"total": {number}, "items": []}}')

    with pytest.raises(EcwidUnreadableError):
        client.products(sort_by="ADDED_TIME_ASC")


@pytest.mark.parametrize(
    "answer",
    [{"total": 0, "items": []}, {"total": "0", "offset": None, "limit": 0, "items": []}],
    ids=repr,
)
def test_list_with_only_a_total_is_read(
    ecwid: requests_mock.Mocker, client: EcwidClient, answer: dict[str, Any]
) -> None:
    ecwid.get(f"{BASE}/products", json=answer)

    assert client.products(sort_by="ADDED_TIME_ASC") == Page(0, 0, 100, [])


@pytest.mark.parametrize(
    ("count", "limit", "is_last"), [(0, 100, True), (99, 100, True), (100, 100, False)]
)
def test_short_page_is_the_last(count: int, limit: int, is_last: bool) -> None:
    assert Page(1000, 0, limit, [{}] * count).is_last is is_last


def test_webhooks_are_listed_created_and_deleted(
    ecwid: requests_mock.Mocker, client: EcwidClient
) -> None:
    ecwid.get(f"{BASE}/webhooks", json=envelope([{"id": 9}]))
    ecwid.post(f"{BASE}/webhooks", json={"id": 9})
    ecwid.delete(f"{BASE}/webhooks/9", json={"deleteCount": 1})

    listed = client.webhooks().items
    client.create_webhook("https://portal.example/webhooks/ecwid", ("product.updated",))
    made = ecwid.last_request.json()
    client.delete_webhook(9)

    assert listed == [{"id": 9}]
    assert made == {
        "url": "https://portal.example/webhooks/ecwid",
        "events": ["product.updated"],
    }
    assert ecwid.last_request.method == "DELETE"


SINCE_S = "1772366400"
LISTS: list[tuple[str, dict[str, Any], str, dict[str, str]]] = [
    ("orders", {"offset": 100}, "/orders", {"offset": "100"}),
    ("orders", {"updated_from": SINCE}, "/orders", {"updatedFrom": SINCE_S}),
    ("orders", {"updated_to": SINCE, "created_to": SINCE}, "/orders", {"createdTo": SINCE_S}),
    ("orders", {"referer_id": "portal-7"}, "/orders", {"refererId": "portal-7"}),
    ("orders_by_id", {"order_ids": ["EBJFT", "X1"]}, "/orders", {"ids": "EBJFT,X1"}),
    ("customers", {"sort_by": "UPDATED_DATE_ASC"}, "/customers", {"sortBy": "UPDATED_DATE_ASC"}),
    ("customers", {"updated_from": SINCE, "offset": 5}, "/customers", {"updatedFrom": SINCE_S}),
    (
        "customers_with_email",
        {"email": "Ada+1@example.com"},
        "/customers",
        {"email": "Ada+1@example.com", "useExactEmailMatch": "true"},
    ),
    ("coupons", {"updated_to": SINCE}, "/discount_coupons", {"updatedTo": SINCE_S}),
    ("coupons_with_code", {"code": "SPRING 5"}, "/discount_coupons", {"code": "SPRING 5"}),
]


@pytest.mark.parametrize(("method", "arguments", "path", "query"), LISTS)
def test_lists_are_requested_with_the_documented_parameters(
    ecwid: requests_mock.Mocker,
    client: EcwidClient,
    method: str,
    arguments: dict[str, Any],
    path: str,
    query: dict[str, str],
) -> None:
    ecwid.get(BASE + path, json=envelope([{"id": 1}]))

    page = getattr(client, method)(**arguments)

    asked = ecwid.last_request.qs
    assert page.items == [{"id": 1}]
    assert {name: asked[name][0] for name in query} == query
    assert asked["limit"] == ["100"]


@pytest.mark.parametrize(
    ("method", "given", "path"),
    [
        ("order", "SALE/7 ?", "/orders/SALE%2F7%20%3F"),
        ("customer", 5, "/customers/5"),
        ("coupon", 5, "/discount_coupons/5"),
        ("coupon", "A/B", "/discount_coupons/A%2FB"),
    ],
)
def test_id_in_a_path_is_escaped(
    ecwid: requests_mock.Mocker, client: EcwidClient, method: str, given: Any, path: str
) -> None:
    ecwid.get(requests_mock.ANY, json={"id": 1})

    assert getattr(client, method)(given) == {"id": 1}
    assert ecwid.last_request.url == BASE + path


@pytest.mark.parametrize(
    ("method", "path"),
    [("application", "/application"), ("application_token", "/application/token")],
)
def test_app_status_is_read(
    ecwid: requests_mock.Mocker, client: EcwidClient, method: str, path: str
) -> None:
    ecwid.get(BASE + path, json={"subscriptionStatus": "ACTIVE"})

    assert getattr(client, method)() == {"subscriptionStatus": "ACTIVE"}


def test_variations_must_be_a_bare_list(ecwid: requests_mock.Mocker, client: EcwidClient) -> None:
    ecwid.get(f"{BASE}/products/5/combinations", [{"json": [{"id": 1}]}, {"json": {"items": []}}])

    assert client.combinations(5) == [{"id": 1}]
    with pytest.raises(EcwidUnreadableError, match="not a list"):
        client.combinations(5)


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ({"id": 1, "orderid": "EBJFT"}, "EBJFT"),
        ({"id": 1, "orderId": "EBJFT"}, "EBJFT"),
        ({"id": 1}, None),
    ],
)
def test_id_of_a_new_order_is_read_in_both_spellings(
    ecwid: requests_mock.Mocker, client: EcwidClient, answer: dict[str, Any], number: str | None
) -> None:
    ecwid.post(f"{BASE}/orders", json=answer)

    created = client.create_order({"email": "a@example.com"})

    assert (created.number, created.order_id) == (number, 1)
    assert ecwid.last_request.json() == {"email": "a@example.com"}


@pytest.mark.parametrize("answer", [{"id": 1, "orderid": {}}, [], 5])
def test_invalid_response_to_a_new_order_is_unreadable(
    ecwid: requests_mock.Mocker, client: EcwidClient, answer: Any
) -> None:
    ecwid.post(f"{BASE}/orders", json=answer)

    with pytest.raises(EcwidUnreadableError, match="POST /orders"):
        client.create_order({})


@pytest.mark.parametrize(
    ("answer", "accepted"), [({"updateCount": 1}, True), ({"updateCount": 0}, False), ({}, False)]
)
def test_order_update_sends_only_the_changed_fields(
    ecwid: requests_mock.Mocker, client: EcwidClient, answer: dict[str, Any], accepted: bool
) -> None:
    ecwid.put(f"{BASE}/orders/EBJFT", json=answer)

    assert client.update_order("EBJFT", {"paymentStatus": "PAID"}) is accepted
    assert ecwid.last_request.json() == {"paymentStatus": "PAID"}


def test_order_is_calculated_without_being_created(
    ecwid: requests_mock.Mocker, client: EcwidClient
) -> None:
    ecwid.post(f"{BASE}/order/calculate", text='{"total": 24.90}')

    assert client.calculate_order({"items": []}) == {"total": Decimal("24.90")}


def test_customer_is_created_or_conflicts(ecwid: requests_mock.Mocker, client: EcwidClient) -> None:
    ecwid.post(
        f"{BASE}/customers", [{"json": {"id": 7}}, {"status_code": 409}, {"json": {"id": "x"}}]
    )

    assert client.create_customer({"email": "a@example.com"}) == 7
    with pytest.raises(EcwidConflictError):
        client.create_customer({"email": "a@example.com"})
    with pytest.raises(EcwidUnreadableError):
        client.create_customer({"email": "b@example.com"})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("deleted_orders", "/orders/deleted"),
        ("deleted_customers", "/customers/deleted"),
    ],
)
def test_orders_and_customers_have_a_deletion_history(
    ecwid: requests_mock.Mocker, client: EcwidClient, method: str, path: str
) -> None:
    ecwid.get(BASE + path, json=envelope([{"id": 1}, {"id": 2}]))

    assert list(getattr(client, method)(since=SINCE)) == [1, 2]
    assert ecwid.last_request.qs["from_date"] == [SINCE_S]


def test_orders_by_id_takes_1_to_100_ids_per_call(
    ecwid: requests_mock.Mocker, client: EcwidClient
) -> None:
    with pytest.raises(ValueError, match="at most 100"):
        client.orders_by_id(["X"] * 101)

    assert client.orders_by_id([]).items == []
    assert ecwid.call_count == 0


def test_client_knows_the_quota_and_the_duration_of_its_calls(redis: Redis) -> None:
    limiter = RateLimiter(redis, 600).for_token("token", Priority.BACKGROUND)
    with open_http() as http, requests_mock.Mocker() as ecwid:
        client = EcwidClient(Transport(http, "http://ecwid.invalid", 1003, "token", limiter))
        ecwid.get("http://ecwid.invalid/1003/profile", json={})
        assert client.call_s is None

        client.profile()

        assert client.call_s is not None
        assert client.calls_per_s == 10


def test_client_without_a_quota_knows_no_rate() -> None:
    with open_http() as http:
        client = EcwidClient(Transport(http, "http://ecwid.invalid", 1003, "token"))

    assert client.call_s is None
    assert client.calls_per_s == math.inf


def test_announced_calls_need_not_wait_for_each_other(redis: Redis) -> None:
    limiter = RateLimiter(redis, 600).for_token("token", Priority.BACKGROUND)
    with open_http() as http, requests_mock.Mocker() as ecwid:
        client = EcwidClient(Transport(http, "http://ecwid.invalid", 1003, "token", limiter))
        ecwid.get("http://ecwid.invalid/1003/profile", json={})
        client.expect_bulk()

        client.profile()

    # The token's calls count as late, so that other callers may start in parallel, too.
    late_ms = redis.hget(f"portal:token-lock:{limiter.key}", "late")
    assert late_ms is not None
    assert float(late_ms) > 1000 * MAX_LAG_S - 60_000 / 600
