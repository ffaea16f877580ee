"""Searches may lag behind; reading by id never does."""

from __future__ import annotations

import time

import pytest

from tests.sandbox.conftest import Turn
from tests.sandbox.outside import Outside, refusal, wait_for

LAG_S = 0.6


@pytest.fixture
def lag(turn: Turn) -> None:
    """Searches are late."""
    turn(index_lag_s=str(LAG_S))


@pytest.mark.usefixtures("lag")
def test_a_new_record_is_read_at_once_and_found_later(outside: Outside, store_id: int) -> None:
    product_id = outside.make_product(store_id)

    assert outside.api(store_id, f"/products/{product_id}").status_code == 200
    assert outside.listed(store_id) == []
    found = wait_for(lambda: outside.listed(store_id))
    assert [product["id"] for product in found] == [product_id]


@pytest.mark.usefixtures("lag")
def test_a_change_is_read_at_once_and_found_later(outside: Outside, store_id: int) -> None:
    product_id = outside.make_product(store_id, name="Old")
    wait_for(lambda: outside.listed(store_id))
    outside.api(store_id, f"/products/{product_id}", method="PUT", json={"name": "New"})

    assert outside.api(store_id, f"/products/{product_id}").json()["name"] == "New"
    assert outside.listed(store_id)[0]["name"] == "Old"
    wait_for(lambda: outside.listed(store_id)[0]["name"] == "New")


@pytest.mark.usefixtures("lag")
def test_a_deleted_record_is_found_for_a_while(outside: Outside, store_id: int) -> None:
    product_id = outside.make_product(store_id)
    wait_for(lambda: outside.listed(store_id))
    outside.api(store_id, f"/products/{product_id}", method="DELETE")

    assert outside.api(store_id, f"/products/{product_id}").status_code == 404
    assert len(outside.listed(store_id)) == 1
    assert len(outside.listed(store_id, "/products/deleted")) == 1
    wait_for(lambda: outside.listed(store_id) == [])


@pytest.mark.usefixtures("lag")
def test_what_must_be_unique_is_checked_against_what_searches_do_not_know(
    outside: Outside, store_id: int
) -> None:
    body = {"email": "ada@shopper.example"}
    first = outside.api(store_id, "/customers", method="POST", json=body).json()["id"]

    assert outside.api(store_id, "/customers", method="POST", json=body).status_code == 409
    outside.api(
        store_id, f"/customers/{first}", method="PUT", json={"email": "bea@shopper.example"}
    )
    time.sleep(LAG_S)
    assert len(outside.listed(store_id, "/customers")) == 1
    outside.api(
        store_id, f"/customers/{first}", method="PUT", json={"email": "eva@shopper.example"}
    )
    # The search still knows the former address, which is free again.
    body = {"email": "bea@shopper.example"}
    assert outside.api(store_id, "/customers", method="POST", json=body).status_code == 200


@pytest.mark.usefixtures("lag")
def test_an_order_is_searched_for_in_vain_at_first(outside: Outside, store_id: int) -> None:
    order = {
        "subtotal": 1,
        "total": 1,
        "email": "a@b.example",
        "paymentStatus": "PAID",
        "fulfillmentStatus": "SHIPPED",
        "refererId": "ref-1",
    }
    number = outside.api(store_id, "/orders", method="POST", json=order).json()["orderid"]

    assert outside.listed(store_id, "/orders", refererId="ref-1") == []
    assert outside.api(store_id, f"/orders/{number}").json()["refererId"] == "ref-1"
    found = wait_for(lambda: outside.listed(store_id, "/orders", refererId="ref-1"))
    assert found[0]["id"] == number


@pytest.mark.parametrize(
    ("way", "limit", "status"), [("clamp", 100, 200), ("serve", 150, 200), ("refuse", 0, 400)]
)
def test_a_page_of_more_than_a_hundred_is_as_the_switch_says(
    outside: Outside, turn: Turn, way: str, limit: int, status: int
) -> None:
    store_id = outside.make_store(products=160)
    outside.connect(store_id)
    turn(limit_above_100=way)

    answer = outside.api(store_id, "/products", limit=150)

    assert answer.status_code == status
    if status == 200:
        page = answer.json()
        assert (page["limit"], page["count"], len(page["items"])) == (limit, limit, limit)
    else:
        assert refusal(answer) == (400, "WRONG_PARAMETER")


def test_an_undone_change_leaves_searches_as_they_were(outside: Outside, store_id: int) -> None:
    outside.make_product(store_id)
    before = outside.listed(store_id)
    parts = outside.parts

    def create_and_fail() -> None:
        with parts.state.writing():
            parts.products.create(store_id, {"name": "Never"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        create_and_fail()

    assert outside.listed(store_id) == before
