"""Tests for stored records: search lag, uniqueness, limits and rollback."""

from __future__ import annotations

import json
import time

import pytest

from portal.sandbox.filters import Search
from portal.sandbox.resource_specs import PRODUCT
from tests.sandbox.client import SandboxClient, error_of, wait_for
from tests.sandbox.conftest import SetSwitches

LAG_S = 0.6


@pytest.fixture
def lag(set_switches: SetSwitches) -> None:
    """Turn on the search lag."""
    set_switches(search_lag_s=str(LAG_S))


@pytest.mark.usefixtures("lag")
def test_a_new_record_is_readable_at_once_but_searchable_later(
    sandbox: SandboxClient, store_id: int
) -> None:
    product_id = sandbox.make_product(store_id)

    assert sandbox.api(store_id, f"/products/{product_id}").status_code == 200
    assert sandbox.list_items(store_id) == []
    found = wait_for(lambda: sandbox.list_items(store_id))
    assert [product["id"] for product in found] == [product_id]


@pytest.mark.usefixtures("lag")
def test_a_change_is_readable_at_once_but_searchable_later(
    sandbox: SandboxClient, store_id: int
) -> None:
    product_id = sandbox.make_product(store_id, name="Old")
    wait_for(lambda: sandbox.list_items(store_id))
    sandbox.api(store_id, f"/products/{product_id}", method="PUT", json={"name": "New"})

    assert sandbox.api(store_id, f"/products/{product_id}").json()["name"] == "New"
    assert sandbox.list_items(store_id)[0]["name"] == "Old"
    wait_for(lambda: sandbox.list_items(store_id)[0]["name"] == "New")


@pytest.mark.usefixtures("lag")
def test_searches_find_a_deleted_record_until_the_lag_has_passed(
    sandbox: SandboxClient, store_id: int
) -> None:
    product_id = sandbox.make_product(store_id)
    wait_for(lambda: sandbox.list_items(store_id))
    sandbox.api(store_id, f"/products/{product_id}", method="DELETE")

    assert sandbox.api(store_id, f"/products/{product_id}").status_code == 404
    assert len(sandbox.list_items(store_id)) == 1
    assert len(sandbox.list_items(store_id, "/products/deleted")) == 1
    wait_for(lambda: sandbox.list_items(store_id) == [])


@pytest.mark.usefixtures("lag")
def test_uniqueness_checks_ignore_the_search_lag(sandbox: SandboxClient, store_id: int) -> None:
    body = {"email": "ada@shopper.example"}
    first = sandbox.api(store_id, "/customers", method="POST", json=body).json()["id"]

    assert sandbox.api(store_id, "/customers", method="POST", json=body).status_code == 409
    sandbox.api(
        store_id, f"/customers/{first}", method="PUT", json={"email": "bea@shopper.example"}
    )
    time.sleep(LAG_S)
    assert len(sandbox.list_items(store_id, "/customers")) == 1
    sandbox.api(
        store_id, f"/customers/{first}", method="PUT", json={"email": "eva@shopper.example"}
    )
    # The search still finds the previous address, which is available again.
    body = {"email": "bea@shopper.example"}
    assert sandbox.api(store_id, "/customers", method="POST", json=body).status_code == 200


@pytest.mark.usefixtures("lag")
def test_a_search_for_a_new_order_finds_nothing_at_first(
    sandbox: SandboxClient, store_id: int
) -> None:
    order = {
        "subtotal": 1,
        "total": 1,
        "email": "a@b.example",
        "paymentStatus": "PAID",
        "fulfillmentStatus": "SHIPPED",
        "refererId": "ref-1",
    }
    number = sandbox.api(store_id, "/orders", method="POST", json=order).json()["orderid"]

    assert sandbox.list_items(store_id, "/orders", refererId="ref-1") == []
    assert sandbox.api(store_id, f"/orders/{number}").json()["refererId"] == "ref-1"
    found = wait_for(lambda: sandbox.list_items(store_id, "/orders", refererId="ref-1"))
    assert found[0]["id"] == number


@pytest.mark.parametrize(
    ("mode", "limit", "status"), [("clamp", 100, 200), ("serve", 150, 200), ("refuse", 0, 400)]
)
def test_the_switch_decides_about_a_limit_above_100(
    sandbox: SandboxClient, set_switches: SetSwitches, mode: str, limit: int, status: int
) -> None:
    store_id = sandbox.make_store(products=160)
    sandbox.connect(store_id)
    set_switches(limit_above_100=mode)

    answer = sandbox.api(store_id, "/products", limit=150)

    assert answer.status_code == status
    if status == 200:
        page = answer.json()
        assert (page["limit"], page["count"], len(page["items"])) == (limit, limit, limit)
    else:
        assert error_of(answer) == (400, "WRONG_PARAMETER")


def test_a_rollback_leaves_search_results_unchanged(sandbox: SandboxClient, store_id: int) -> None:
    sandbox.make_product(store_id)
    before = sandbox.list_items(store_id)
    parts = sandbox.parts

    def create_and_fail() -> None:
        with parts.state.transaction():
            parts.products.create(store_id, {"name": "Never"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        create_and_fail()

    assert sandbox.list_items(store_id) == before


def test_pages_ahead_of_a_new_search_are_found_without_loading_all_ids(
    sandbox: SandboxClient,
) -> None:
    made = sandbox.admin("POST", "/stores", json={"products": 450}).json()
    records, state = sandbox.parts.records, sandbox.parts.state
    newest = Search(("updated < ?",), (2**40,), "updated DESC, id DESC")
    statements: list[str] = []
    state.connection.set_trace_callback(statements.append)

    pages = [
        records.search(PRODUCT, made["store_id"], newest, offset=offset)
        for offset in range(0, 500, 99)
    ]

    state.connection.set_trace_callback(None)
    assert not [text for text in statements if "ORDER BY" in text and "LIMIT" not in text]
    assert {total for total, _ in pages} == {450}
    ids = [[json.loads(text)["id"] for text in texts] for _, texts in pages]
    assert [len(page) for page in ids] == [100, 100, 100, 100, 54, 0]
    assert [page[0] for page in ids[1:5]] == [page[-1] for page in ids[:4]]
