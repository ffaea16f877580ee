"""Tests for the admin API: every endpoint, and errors for invalid input."""

from __future__ import annotations

from typing import Any

import pytest

from portal.sandbox.config import SWITCHES
from tests.sandbox.client import SCOPES, SandboxClient


def snapshot(sandbox: SandboxClient, store_id: int) -> list[dict[str, Any]]:
    """Return the products in a store's snapshot."""
    products: list[dict[str, Any]] = sandbox.admin("GET", f"/stores/{store_id}/snapshot").json()[
        "products"
    ]
    return products


def test_a_store_is_created_with_the_given_fields(sandbox: SandboxClient) -> None:
    counts = {"products": 12, "orders": 9, "customers": 4, "coupons": 2}
    fields = {"store_id": 777, "name": "Cove & Sons", "plan": "Venture", "seed": 5} | counts

    answer = sandbox.admin("POST", "/stores", fields)

    assert (answer.status_code, answer.json()) == (201, {"store_id": 777})
    store = sandbox.admin("GET", "/stores/777").json()
    assert store["features"]
    assert store | {"features": []} == {
        "store_id": 777,
        "name": "Cove & Sons",
        "url": "https://cove-sons.company.site",
        "plan": "Venture",
        "features": [],
        "suspended": False,
        "installed": False,
        "scopes": [],
        **counts,
    }


def test_a_store_is_empty_and_on_business_by_default(sandbox: SandboxClient) -> None:
    first = sandbox.admin("POST", "/stores", {}).json()["store_id"]
    second = sandbox.admin("POST", "/stores", {}).json()["store_id"]

    store = sandbox.admin("GET", f"/stores/{first}").json()
    assert (store["plan"], store["products"]) == ("Business", 0)
    assert second == first + 1


def test_the_list_contains_every_store(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(products=3)
    sandbox.connect(store_id)

    stores = sandbox.admin("GET", "/stores").json()

    listed = next(store for store in stores if store["store_id"] == store_id)
    assert listed == sandbox.admin("GET", f"/stores/{store_id}").json()
    assert listed["scopes"] == list(SCOPES)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"products": -1}, "products is a whole number from 0 to 1,000,000, not '-1'"),
        ({"products": 1_000_001}, "products is a whole number"),
        ({"products": "many"}, "not 'many'"),
        ({"products": None}, "products is a whole number"),
        ({"products": 1.5}, "products is a whole number"),
        ({"store_id": "x"}, "store_id is a whole number"),
        ({"store_id": -3}, "store_id is a whole number"),
        ({"store_id": 10**30}, "store_id is a whole number"),
        ({"seed": "x"}, "seed is a whole number"),
        ([], "The body is no JSON object"),
        (None, "The body is no JSON object"),
    ],
)
def test_an_invalid_store_is_rejected(
    sandbox: SandboxClient, fields: object, sentence: str
) -> None:
    before = len(sandbox.admin("GET", "/stores").json())

    answer = sandbox.admin("POST", "/stores", fields)

    assert answer.status_code == 400
    assert sentence in answer.json()["error"]
    assert len(sandbox.admin("GET", "/stores").json()) == before


def test_store_ids_are_unique(sandbox: SandboxClient, store_id: int) -> None:
    answer = sandbox.admin("POST", "/stores", {"store_id": store_id})

    assert answer.status_code == 400
    assert answer.json() == {"error": f"there is a store {store_id} already"}


def test_a_store_can_be_changed(sandbox: SandboxClient, store_id: int) -> None:
    changes = {
        "name": "New name",
        "url": "https://new.example",
        "plan": "Unlimited",
        "features": ["API", "PREMIUM"],
        "suspended": True,
        "scopes": ["read_catalog"],
    }

    answer = sandbox.admin("PATCH", f"/stores/{store_id}", changes)

    assert answer.status_code == 200
    counts = dict.fromkeys(("products", "orders", "customers", "coupons"), 0)
    assert answer.json() == changes | counts | {"store_id": store_id, "installed": True}


def test_features_can_be_reset_to_those_of_the_plan(sandbox: SandboxClient, store_id: int) -> None:
    plan_features = sandbox.admin("GET", f"/stores/{store_id}").json()["features"]
    sandbox.admin("PATCH", f"/stores/{store_id}", {"features": ["API"]})

    answer = sandbox.admin("PATCH", f"/stores/{store_id}", {"features": None})

    assert answer.json()["features"] == plan_features


@pytest.mark.parametrize(
    "changes",
    [
        {"color": "red"},
        {"name": ""},
        {"name": 5},
        {"plan": None},
        {"features": "API"},
        {"features": [1]},
        {"suspended": "yes"},
        {"scopes": "read_catalog"},
        {"scopes": ["read_catalog"], "currency": 5},
        [],
    ],
)
def test_an_invalid_change_leaves_the_store_unchanged(
    sandbox: SandboxClient, store_id: int, changes: object
) -> None:
    before = sandbox.admin("GET", f"/stores/{store_id}").json()

    answer = sandbox.admin("PATCH", f"/stores/{store_id}", changes)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert sandbox.admin("GET", f"/stores/{store_id}").json() == before


def test_a_snapshot_lists_all_records(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(products=4)

    shown = sandbox.admin("GET", f"/stores/{store_id}/snapshot").json()

    assert [product.keys() for product in shown["products"]] == [
        {"id", "updated", "name", "price"}
    ] * 4
    assert {"Tableware", "Garden"} <= {category["name"] for category in shown["categories"]}


def test_a_product_can_be_created_changed_and_deleted(
    sandbox: SandboxClient, store_id: int
) -> None:
    path = f"/stores/{store_id}/products"

    made = sandbox.admin("POST", path, {"name": "Oak board", "price": 12.5})
    product_id = made.json()["id"]
    changed = sandbox.admin("PATCH", f"{path}/{product_id}", {"price": 14})
    after_change = snapshot(sandbox, store_id)
    deleted = sandbox.admin("DELETE", f"{path}/{product_id}")

    assert (made.status_code, changed.status_code, deleted.status_code) == (201, 200, 200)
    assert [(p["id"], p["name"], p["price"]) for p in after_change] == [
        (product_id, "Oak board", 14)
    ]
    assert snapshot(sandbox, store_id) == []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"price": 5},
        {"name": ""},
        {"name": None},
        {"name": "x", "price": "cheap"},
        {"name": "x", "price": True},
        {"name": "x", "price": 10**400},
        {"name": "x", "quantity": 1.5},
        {"name": "x", "sku": 5},
        {"name": "x", "categoryIds": 5},
        {"name": "x", "categoryIds": ["a"]},
        {"name": "x", "combinations": [{"quantity": "few"}]},
        {"name": "x", "combinations": ["S"]},
        {"name": "x", "enabled": "yes"},
        "name",
    ],
)
def test_an_invalid_product_is_rejected(
    sandbox: SandboxClient, store_id: int, fields: object
) -> None:
    answer = sandbox.admin("POST", f"/stores/{store_id}/products", fields)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert snapshot(sandbox, store_id) == []


def test_the_given_number_of_prices_changes(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(products=20)
    before = snapshot(sandbox, store_id)

    answer = sandbox.admin("POST", f"/stores/{store_id}/price-changes", {"count": 5})

    after = snapshot(sandbox, store_id)
    assert answer.json() == {"changed": 5}
    assert sum(old["price"] != new["price"] for old, new in zip(before, after, strict=True)) == 5


def test_at_most_all_prices_change(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(products=2)

    answer = sandbox.admin("POST", f"/stores/{store_id}/price-changes", {"count": 50})

    assert answer.json() == {"changed": 2}


@pytest.mark.parametrize("body", [{}, {"count": "x"}, {"count": 0}, {"count": -1}])
def test_price_changes_without_a_valid_count_are_rejected(
    sandbox: SandboxClient, store_id: int, body: object
) -> None:
    answer = sandbox.admin("POST", f"/stores/{store_id}/price-changes", body)

    assert answer.status_code == 400
    assert "count is a whole number from 1" in answer.json()["error"]


def test_the_app_can_be_uninstalled(sandbox: SandboxClient, store_id: int) -> None:
    answer = sandbox.admin("POST", f"/stores/{store_id}/uninstall")

    assert answer.json() == {"uninstalled": True}
    assert sandbox.admin("GET", f"/stores/{store_id}").json()["scopes"] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/stores/424242"),
        ("GET", f"/stores/{'9' * 30}"),
        ("PATCH", "/stores/424242"),
        ("GET", "/stores/424242/snapshot"),
        ("POST", "/stores/424242/products"),
        ("POST", "/stores/424242/price-changes"),
        ("POST", "/stores/424242/uninstall"),
    ],
)
def test_an_unknown_store_is_a_404(sandbox: SandboxClient, method: str, path: str) -> None:
    answer = sandbox.admin(method, path, {"name": "x", "count": 1})

    assert answer.status_code == 404
    assert "there is no store" in answer.json()["error"]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("product_id", ["42", "9" * 30])
def test_an_unknown_product_is_a_404(
    sandbox: SandboxClient, store_id: int, method: str, product_id: str
) -> None:
    answer = sandbox.admin(method, f"/stores/{store_id}/products/{product_id}", {"name": "x"})

    assert (answer.status_code, answer.json()) == (
        404,
        {"error": f"Product #{product_id} not found"},
    )


def test_switches_can_be_read_and_set(sandbox: SandboxClient) -> None:
    before = sandbox.admin("GET", "/switches").json()

    answer = sandbox.admin("PUT", "/switches", {"latency_ms": 0.5, "token_fault": "empty"})

    assert before == {name: default for name, (default, _) in SWITCHES.items()}
    assert answer.json() == before | {"latency_ms": "0.5", "token_fault": "empty"}
    assert sandbox.admin("PUT", "/switches", before).json() == before


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"wings": "on"}, "there is no switch wings"),
        ({"echo_state": "maybe"}, "echo_state is one of on, off, not 'maybe'"),
        ({"token_fault": "odd"}, "token_fault is one of none, non_json"),
        ({"free_plan": ""}, "free_plan is one of profile, 402"),
        ({"latency_ms": "slow"}, "latency_ms is a number from 0, not 'slow'"),
        ({"latency_ms": "-1"}, "latency_ms is a number from 0"),
        ({"quota_per_minute": "nan"}, "quota_per_minute is a number from 0"),
        ({"retry_speed": "inf"}, "retry_speed is a number from 0"),
        ({"echo_state": "off", "error_rate": None}, "error_rate is a number from 0"),
        (["echo_state"], "no JSON object"),
    ],
)
def test_an_invalid_value_leaves_every_switch_unchanged(
    sandbox: SandboxClient, values: object, sentence: str
) -> None:
    before = sandbox.admin("GET", "/switches").json()

    answer = sandbox.admin("PUT", "/switches", values)

    assert answer.status_code == 400
    assert sentence in answer.json()["error"]
    assert sandbox.admin("GET", "/switches").json() == before


def test_scripting_a_fault_returns_the_number_of_faults(sandbox: SandboxClient) -> None:
    answer = sandbox.admin("POST", "/faults", {"path_prefix": "/never", "status": 500})

    assert (answer.status_code, answer.json()) == (201, {"faults": 1})
    assert sandbox.admin("DELETE", "/requests").json() == {"reset": True}


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"status": 500},
        {"path_prefix": "/", "status": "500"},
        {"path_prefix": "/", "status": 99},
        {"path_prefix": 5, "status": 500},
        {"path_prefix": "/", "status": 500, "times": 0},
        {"path_prefix": "/", "status": 500, "delay_s": -1},
        {"path_prefix": "/", "status": 500, "delay_s": "long"},
        {"path_prefix": "/", "status": 500, "body": {}},
        {"path_prefix": "/", "status": 500, "headers": ["Retry-After"]},
        {"path_prefix": "/", "status": 500, "color": "red"},
        [],
    ],
)
def test_an_invalid_fault_is_rejected(sandbox: SandboxClient, store_id: int, fault: object) -> None:
    answer = sandbox.admin("POST", "/faults", fault)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert sandbox.api(store_id, "/profile").status_code == 200


def test_without_a_webhook_url_the_log_stays_empty(sandbox: SandboxClient, store_id: int) -> None:
    sandbox.make_product(store_id)

    assert sandbox.admin("GET", "/deliveries").json() == []
