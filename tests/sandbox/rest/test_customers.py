"""Tests for customers: creation, search, update and deletion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of
from tests.sandbox.rest.conftest import SampleStore

Customer = dict[str, Any]
EVENTS = ("customer.created", "customer.updated", "customer.deleted")


def create(
    sandbox: SandboxClient, store_id: int, email: str = "ada@shopper.example", **more: Any
) -> int:
    """Create a customer and return its id."""
    answer = sandbox.api(store_id, "/customers", method="POST", json={"email": email} | more)
    assert answer.status_code == 200, answer.text
    assert answer.json().keys() == {"id"}
    return int(answer.json()["id"])


def read(sandbox: SandboxClient, store_id: int, customer_id: int) -> Customer:
    """Return a customer by id."""
    customer: Customer = sandbox.api(store_id, f"/customers/{customer_id}").json()
    return customer


def test_a_customer_needs_only_an_email_address(sandbox: SandboxClient, store_id: int) -> None:
    sandbox.subscribe(store_id, *EVENTS)

    customer_id = create(sandbox, store_id, password="kept nowhere")

    customer = read(sandbox, store_id, customer_id)
    assert (customer["email"], customer["totalOrderCount"]) == ("ada@shopper.example", 0)
    assert "password" not in customer
    data = {"customerEmail": "ada@shopper.example"}
    assert sandbox.events(store_id) == [("customer.created", customer_id, data)]


def test_a_second_customer_with_the_same_address_is_a_conflict(
    sandbox: SandboxClient, store_id: int
) -> None:
    first = create(sandbox, store_id)
    other = create(sandbox, store_id, "bea@shopper.example")
    body = {"email": "ADA@shopper.example"}

    created = sandbox.api(store_id, "/customers", method="POST", json=body)
    changed = sandbox.api(store_id, f"/customers/{other}", method="PUT", json=body)

    assert (created.status_code, changed.status_code) == (409, 409)
    assert sandbox.api(store_id, f"/customers/{first}", method="PUT", json=body).ok


@pytest.mark.parametrize(
    "body",
    [{}, {"email": "ada"}, {"email": 5}, {"email": "a@b.example", "acceptMarketing": "yes"}],
)
def test_an_invalid_customer_is_rejected(
    sandbox: SandboxClient, store_id: int, body: Customer
) -> None:
    answer = sandbox.api(store_id, "/customers", method="POST", json=body)

    assert error_of(answer) == (400, "WRONG_PARAMETER")
    assert sandbox.list_items(store_id, "/customers") == []


def test_customer_groups_require_a_plan_with_the_feature(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(plan="Venture")
    sandbox.connect(store_id)
    body = {"email": "ada@shopper.example", "customerGroupId": 7}

    answer = sandbox.api(store_id, "/customers", method="POST", json=body)

    assert error_of(answer) == (403, "CUSTOMER_GROUPS_FEATURE_NOT_AVAILABLE")


def test_changing_a_customer_emits_an_event(sandbox: SandboxClient, store_id: int) -> None:
    customer_id = create(sandbox, store_id)
    sandbox.subscribe(store_id, *EVENTS)

    answer = sandbox.api(
        store_id,
        f"/customers/{customer_id}",
        method="PUT",
        json={"name": "Ada", "id": 5, "totalOrderCount": 99},
    )

    customer = read(sandbox, store_id, customer_id)
    assert answer.json() == {"updateCount": 1}
    assert (customer["name"], customer["totalOrderCount"]) == ("Ada", 0)
    assert [kind for kind, _, _ in sandbox.events(store_id)] == ["customer.updated"]


def test_the_deletion_history_lists_a_deleted_customer(
    sandbox: SandboxClient, store_id: int
) -> None:
    customer_id = create(sandbox, store_id)

    answer = sandbox.api(store_id, f"/customers/{customer_id}", method="DELETE")

    assert answer.json() == {"deleteCount": 1}
    assert [gone["id"] for gone in sandbox.list_items(store_id, "/customers/deleted")] == [
        customer_id
    ]
    assert create(sandbox, store_id) > customer_id


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_customer_is_a_404(sandbox: SandboxClient, store_id: int, method: str) -> None:
    answer = sandbox.api(store_id, "/customers/42", method=method, json={})

    assert answer.status_code == 404
    assert answer.json()["errorMessage"] == "Customer #42 not found"


MIDDLE = 1_735_000_000
Predicate = Callable[[Customer], bool]
SEARCHES: list[tuple[dict[str, Any], Predicate]] = [
    ({"keyword": "adler"}, lambda c: "adler" in (c["name"] + c["email"]).lower()),
    ({"name": "EMMA"}, lambda c: "emma" in c["name"].lower()),
    ({"city": "paris"}, lambda c: c["billingPerson"]["city"] == "Paris"),
    ({"postalCode": "10115"}, lambda c: c["billingPerson"]["postalCode"] == "10115"),
    ({"countryCodes": "FR,IT"}, lambda c: c["billingPerson"]["countryCode"] in {"FR", "IT"}),
    ({"acceptMarketing": "true"}, lambda c: c["acceptMarketing"]),
    ({"minOrderCount": 2}, lambda c: c["totalOrderCount"] >= 2),
    ({"maxOrderCount": 1}, lambda c: c["totalOrderCount"] <= 1),
    ({"minSalesValue": 300}, lambda c: c["stats"]["salesValue"] >= 300),
    ({"maxSalesValue": 20}, lambda c: c["stats"]["salesValue"] <= 20),
    ({"customerGroupIds": "0"}, lambda _: True),
    ({"taxExempt": "true"}, lambda c: c["taxExempt"]),
    ({"b2b_b2c": "b2b"}, lambda c: c["b2b_b2c"] == "b2b"),
    ({"lang": "en"}, lambda c: c["lang"] == "en"),
    ({"companyName": "BV"}, lambda c: c["billingPerson"].get("companyName") == "Bakker BV"),
    ({"phone": "+49 30"}, lambda _: True),
    ({"createdFrom": MIDDLE}, lambda c: c["registered"] >= "2024-12-24 00:26:40"),
    ({"createdTo": MIDDLE}, lambda c: c["registered"] < "2024-12-24 00:26:40"),
    ({"updatedFrom": MIDDLE}, lambda c: c["updated"] >= "2024-12-24 00:26:40"),
    ({"updatedTo": MIDDLE}, lambda c: c["updated"] < "2024-12-24 00:26:40"),
]


@pytest.mark.parametrize(("params", "matches"), SEARCHES, ids=[str(q) for q, _ in SEARCHES])
def test_a_filter_finds_the_matching_customers(
    sample_store: SampleStore, params: dict[str, Any], matches: Predicate
) -> None:
    wanted = {customer["id"] for customer in sample_store.records("customer") if matches(customer)}

    assert set(sample_store.ids("/customers", **params)) == wanted


def test_the_email_filter_matches_partially_or_exactly(sample_store: SampleStore) -> None:
    some = sample_store.records("customer")[0]
    part = some["email"].split("@")[0].upper()

    assert some["id"] in sample_store.ids("/customers", email=part)
    assert sample_store.ids("/customers", email=part, useExactEmailMatch="true") == []
    assert sample_store.ids("/customers", email=some["email"], useExactEmailMatch="true") == [
        some["id"]
    ]


def test_customers_can_be_filtered_by_purchased_product(sample_store: SampleStore) -> None:
    order = sample_store.records("purchase")[0]
    product_id = order["items"][0]["productId"]
    wanted = {
        o["customerId"]
        for o in sample_store.records("purchase")
        if any(item["productId"] == product_id for item in o["items"])
    }

    assert set(sample_store.ids("/customers", purchasedProductIds=product_id)) == wanted


SORTS: list[tuple[str, Callable[[Customer], Any]]] = [
    ("NAME", lambda c: c["name"]),
    ("EMAIL", lambda c: c["email"]),
    ("ORDER_COUNT", lambda c: c["totalOrderCount"]),
    ("REGISTERED_DATE", lambda c: c["registered"]),
    ("UPDATED_DATE", lambda c: c["updated"]),
    ("SALES_VALUE", lambda c: c["stats"]["salesValue"]),
    ("FIRST_ORDER_DATE", lambda c: c["stats"].get("firstOrderDate", "")),
    ("LAST_ORDER_DATE", lambda c: c["stats"].get("lastOrderDate", "")),
]


@pytest.mark.parametrize(("name", "key"), SORTS, ids=[name for name, _ in SORTS])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_customers_are_sorted(
    sample_store: SampleStore, name: str, direction: str, key: Callable[[Customer], Any]
) -> None:
    by_id = {customer["id"]: key(customer) for customer in sample_store.records("customer")}

    found = [by_id[i] for i in sample_store.ids("/customers", sortBy=f"{name}_{direction}")]

    assert found == sorted(by_id.values(), reverse=direction == "DESC")


def test_an_unknown_sort_order_is_rejected(sample_store: SampleStore) -> None:
    answer = sample_store.sandbox.api(sample_store.store_id, "/customers", sortBy="AGE_ASC")

    assert error_of(answer) == (400, "WRONG_PARAMETER")


def test_the_list_contains_the_number_of_all_customers(sample_store: SampleStore) -> None:
    answer = sample_store.sandbox.api(
        sample_store.store_id, "/customers", minOrderCount=999, limit=5
    ).json()

    assert (answer["total"], answer["allCustomerCount"]) == (0, 120)
