"""Customers are kept once for each e-mail address, and found as documented."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.outside import Outside, refusal
from tests.sandbox.rest.conftest import Sold

Customer = dict[str, Any]
EVENTS = ("customer.created", "customer.updated", "customer.deleted")


def make(outside: Outside, store_id: int, email: str = "ada@shopper.example", **more: Any) -> int:
    """Add a customer, return the id."""
    answer = outside.api(store_id, "/customers", method="POST", json={"email": email} | more)
    assert answer.status_code == 200, answer.text
    assert answer.json().keys() == {"id"}
    return int(answer.json()["id"])


def read(outside: Outside, store_id: int, customer_id: int) -> Customer:
    """Return a customer."""
    customer: Customer = outside.api(store_id, f"/customers/{customer_id}").json()
    return customer


def test_a_customer_is_made_by_an_address_alone(outside: Outside, store_id: int) -> None:
    outside.listen(store_id, *EVENTS)

    customer_id = make(outside, store_id, password="kept nowhere")

    customer = read(outside, store_id, customer_id)
    assert (customer["email"], customer["totalOrderCount"]) == ("ada@shopper.example", 0)
    assert "password" not in customer
    data = {"customerEmail": "ada@shopper.example"}
    assert outside.events(store_id) == [("customer.created", customer_id, data)]


def test_a_second_customer_of_an_address_is_a_conflict(outside: Outside, store_id: int) -> None:
    first = make(outside, store_id)
    other = make(outside, store_id, "bea@shopper.example")
    body = {"email": "ADA@shopper.example"}

    created = outside.api(store_id, "/customers", method="POST", json=body)
    changed = outside.api(store_id, f"/customers/{other}", method="PUT", json=body)

    assert (created.status_code, changed.status_code) == (409, 409)
    assert outside.api(store_id, f"/customers/{first}", method="PUT", json=body).ok


@pytest.mark.parametrize(
    "body",
    [{}, {"email": "ada"}, {"email": 5}, {"email": "a@b.example", "acceptMarketing": "yes"}],
)
def test_a_customer_that_cannot_be_is_refused(
    outside: Outside, store_id: int, body: Customer
) -> None:
    answer = outside.api(store_id, "/customers", method="POST", json=body)

    assert refusal(answer) == (400, "WRONG_PARAMETER")
    assert outside.listed(store_id, "/customers") == []


def test_groups_need_a_plan_that_has_them(outside: Outside) -> None:
    store_id = outside.make_store(plan="Venture")
    outside.connect(store_id)
    body = {"email": "ada@shopper.example", "customerGroupId": 7}

    answer = outside.api(store_id, "/customers", method="POST", json=body)

    assert refusal(answer) == (403, "CUSTOMER_GROUPS_FEATURE_NOT_AVAILABLE")


def test_a_customer_is_changed_and_told(outside: Outside, store_id: int) -> None:
    customer_id = make(outside, store_id)
    outside.listen(store_id, *EVENTS)

    answer = outside.api(
        store_id,
        f"/customers/{customer_id}",
        method="PUT",
        json={"name": "Ada", "id": 5, "totalOrderCount": 99},
    )

    customer = read(outside, store_id, customer_id)
    assert answer.json() == {"updateCount": 1}
    assert (customer["name"], customer["totalOrderCount"]) == ("Ada", 0)
    assert [kind for kind, _, _ in outside.events(store_id)] == ["customer.updated"]


def test_a_deleted_customer_is_in_the_history(outside: Outside, store_id: int) -> None:
    customer_id = make(outside, store_id)

    answer = outside.api(store_id, f"/customers/{customer_id}", method="DELETE")

    assert answer.json() == {"deleteCount": 1}
    assert [gone["id"] for gone in outside.listed(store_id, "/customers/deleted")] == [customer_id]
    assert make(outside, store_id) > customer_id


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_customer_is_a_404(outside: Outside, store_id: int, method: str) -> None:
    answer = outside.api(store_id, "/customers/42", method=method, json={})

    assert answer.status_code == 404
    assert answer.json()["errorMessage"] == "Customer #42 not found"


MIDDLE = 1_735_000_000
Is = Callable[[Customer], bool]
SEARCHES: list[tuple[dict[str, Any], Is]] = [
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
    ({"taxExempt": "true"}, lambda _: False),
    ({"b2b_b2c": "b2b"}, lambda _: False),
    ({"lang": "en"}, lambda _: True),
    ({"companyName": "Ltd"}, lambda _: False),
    ({"phone": "+49 30"}, lambda _: True),
    ({"createdFrom": MIDDLE}, lambda c: c["registered"] >= "2024-12-24 00:26:40"),
    ({"createdTo": MIDDLE}, lambda c: c["registered"] < "2024-12-24 00:26:40"),
    ({"updatedFrom": MIDDLE}, lambda c: c["updated"] >= "2024-12-24 00:26:40"),
    ({"updatedTo": MIDDLE}, lambda c: c["updated"] < "2024-12-24 00:26:40"),
]


@pytest.mark.parametrize(("question", "is_wanted"), SEARCHES, ids=[str(q) for q, _ in SEARCHES])
def test_a_filter_finds_what_it_is_for(sold: Sold, question: dict[str, Any], is_wanted: Is) -> None:
    wanted = {customer["id"] for customer in sold.truth("customer") if is_wanted(customer)}

    assert set(sold.ids("/customers", **question)) == wanted


def test_an_address_is_found_in_part_or_exactly(sold: Sold) -> None:
    some = sold.truth("customer")[0]
    part = some["email"].split("@")[0].upper()

    assert some["id"] in sold.ids("/customers", email=part)
    assert sold.ids("/customers", email=part, useExactEmailMatch="true") == []
    assert sold.ids("/customers", email=some["email"], useExactEmailMatch="true") == [some["id"]]


def test_customers_are_found_by_what_they_bought(sold: Sold) -> None:
    order = sold.truth("purchase")[0]
    product_id = order["items"][0]["productId"]
    wanted = {
        o["customerId"]
        for o in sold.truth("purchase")
        if any(item["productId"] == product_id for item in o["items"])
    }

    assert set(sold.ids("/customers", purchasedProductIds=product_id)) == wanted


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
@pytest.mark.parametrize("way", ["ASC", "DESC"])
def test_customers_are_sorted(
    sold: Sold, name: str, way: str, key: Callable[[Customer], Any]
) -> None:
    by_id = {customer["id"]: key(customer) for customer in sold.truth("customer")}

    found = [by_id[i] for i in sold.ids("/customers", sortBy=f"{name}_{way}")]

    assert found == sorted(by_id.values(), reverse=way == "DESC")


def test_an_unknown_order_of_customers_is_refused(sold: Sold) -> None:
    answer = sold.outside.api(sold.store_id, "/customers", sortBy="AGE_ASC")

    assert refusal(answer) == (400, "WRONG_PARAMETER")


def test_the_list_tells_how_many_customers_there_are_at_all(sold: Sold) -> None:
    answer = sold.outside.api(sold.store_id, "/customers", minOrderCount=999, limit=5).json()

    assert (answer["total"], answer["allCustomerCount"]) == (0, 120)
