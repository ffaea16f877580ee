"""The control API does what its table says, and refuses the rest in words."""

from __future__ import annotations

from typing import Any

import pytest

from portal.sandbox.config import SWITCHES
from tests.sandbox.outside import SCOPES, Outside


def snapshot(outside: Outside, store_id: int) -> list[dict[str, Any]]:
    """Return the products that a store has."""
    products: list[dict[str, Any]] = outside.control("GET", f"/stores/{store_id}/snapshot").json()[
        "products"
    ]
    return products


def test_a_store_is_made_as_wished(outside: Outside) -> None:
    counts = {"products": 12, "orders": 9, "customers": 4, "coupons": 2}
    wish = {"store_id": 777, "name": "Cove & Sons", "plan": "Venture", "seed": 5} | counts

    answer = outside.control("POST", "/stores", wish)

    assert (answer.status_code, answer.json()) == (201, {"store_id": 777})
    store = outside.control("GET", "/stores/777").json()
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


def test_a_store_without_wishes_is_an_empty_one_of_business(outside: Outside) -> None:
    first = outside.control("POST", "/stores", {}).json()["store_id"]
    second = outside.control("POST", "/stores", {}).json()["store_id"]

    store = outside.control("GET", f"/stores/{first}").json()
    assert (store["plan"], store["products"]) == ("Business", 0)
    assert second == first + 1


def test_every_store_is_listed(outside: Outside) -> None:
    store_id = outside.make_store(products=3)
    outside.connect(store_id)

    stores = outside.control("GET", "/stores").json()

    listed = next(store for store in stores if store["store_id"] == store_id)
    assert listed == outside.control("GET", f"/stores/{store_id}").json()
    assert listed["scopes"] == list(SCOPES)


@pytest.mark.parametrize(
    ("wish", "sentence"),
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
def test_a_store_that_cannot_be_is_refused(outside: Outside, wish: object, sentence: str) -> None:
    before = len(outside.control("GET", "/stores").json())

    answer = outside.control("POST", "/stores", wish)

    assert answer.status_code == 400
    assert sentence in answer.json()["error"]
    assert len(outside.control("GET", "/stores").json()) == before


def test_a_number_is_given_to_one_store_only(outside: Outside, store_id: int) -> None:
    answer = outside.control("POST", "/stores", {"store_id": store_id})

    assert answer.status_code == 400
    assert answer.json() == {"error": f"there is a store {store_id} already"}


def test_a_store_is_changed_in_its_named_fields(outside: Outside, store_id: int) -> None:
    changes = {
        "name": "New name",
        "url": "https://new.example",
        "plan": "Unlimited",
        "features": ["API", "PREMIUM"],
        "suspended": True,
        "scopes": ["read_catalog"],
    }

    answer = outside.control("PATCH", f"/stores/{store_id}", changes)

    assert answer.status_code == 200
    counts = dict.fromkeys(("products", "orders", "customers", "coupons"), 0)
    assert answer.json() == changes | counts | {"store_id": store_id, "installed": True}


def test_features_go_back_to_the_plans_own(outside: Outside, store_id: int) -> None:
    plans_own = outside.control("GET", f"/stores/{store_id}").json()["features"]
    outside.control("PATCH", f"/stores/{store_id}", {"features": ["API"]})

    answer = outside.control("PATCH", f"/stores/{store_id}", {"features": None})

    assert answer.json()["features"] == plans_own


@pytest.mark.parametrize(
    "changes",
    [
        {"colour": "red"},
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
def test_a_wrong_change_of_a_store_changes_nothing(
    outside: Outside, store_id: int, changes: object
) -> None:
    before = outside.control("GET", f"/stores/{store_id}").json()

    answer = outside.control("PATCH", f"/stores/{store_id}", changes)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert outside.control("GET", f"/stores/{store_id}").json() == before


def test_a_snapshot_shows_what_there_is(outside: Outside) -> None:
    store_id = outside.make_store(products=4)

    shown = outside.control("GET", f"/stores/{store_id}/snapshot").json()

    assert [product.keys() for product in shown["products"]] == [
        {"id", "updated", "name", "price"}
    ] * 4
    assert {"Tableware", "Garden"} <= {category["name"] for category in shown["categories"]}


def test_a_product_is_made_changed_and_deleted(outside: Outside, store_id: int) -> None:
    path = f"/stores/{store_id}/products"

    made = outside.control("POST", path, {"name": "Oak board", "price": 12.5})
    product_id = made.json()["id"]
    changed = outside.control("PATCH", f"{path}/{product_id}", {"price": 14})
    after_change = snapshot(outside, store_id)
    deleted = outside.control("DELETE", f"{path}/{product_id}")

    assert (made.status_code, changed.status_code, deleted.status_code) == (201, 200, 200)
    assert [(p["id"], p["name"], p["price"]) for p in after_change] == [
        (product_id, "Oak board", 14)
    ]
    assert snapshot(outside, store_id) == []


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
def test_a_product_that_cannot_be_is_refused(
    outside: Outside, store_id: int, fields: object
) -> None:
    answer = outside.control("POST", f"/stores/{store_id}/products", fields)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert snapshot(outside, store_id) == []


def test_prices_of_so_many_products_change(outside: Outside) -> None:
    store_id = outside.make_store(products=20)
    before = snapshot(outside, store_id)

    answer = outside.control("POST", f"/stores/{store_id}/changes", {"count": 5})

    after = snapshot(outside, store_id)
    assert answer.json() == {"changed": 5}
    assert sum(old["price"] != new["price"] for old, new in zip(before, after, strict=True)) == 5


def test_no_more_prices_change_than_there_are(outside: Outside) -> None:
    store_id = outside.make_store(products=2)

    answer = outside.control("POST", f"/stores/{store_id}/changes", {"count": 50})

    assert answer.json() == {"changed": 2}


@pytest.mark.parametrize("body", [{}, {"count": "x"}, {"count": 0}, {"count": -1}])
def test_changes_without_a_number_are_refused(
    outside: Outside, store_id: int, body: object
) -> None:
    answer = outside.control("POST", f"/stores/{store_id}/changes", body)

    assert answer.status_code == 400
    assert "count is a whole number from 1" in answer.json()["error"]


def test_the_app_is_uninstalled(outside: Outside, store_id: int) -> None:
    answer = outside.control("POST", f"/stores/{store_id}/uninstall")

    assert answer.json() == {"uninstalled": True}
    assert outside.control("GET", f"/stores/{store_id}").json()["scopes"] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/stores/424242"),
        ("GET", f"/stores/{'9' * 30}"),
        ("PATCH", "/stores/424242"),
        ("GET", "/stores/424242/snapshot"),
        ("POST", "/stores/424242/products"),
        ("POST", "/stores/424242/changes"),
        ("POST", "/stores/424242/uninstall"),
    ],
)
def test_what_concerns_an_unknown_store_is_a_404(outside: Outside, method: str, path: str) -> None:
    answer = outside.control(method, path, {"name": "x", "count": 1})

    assert answer.status_code == 404
    assert "there is no store" in answer.json()["error"]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("product_id", ["42", "9" * 30])
def test_what_concerns_an_unknown_product_is_a_404(
    outside: Outside, store_id: int, method: str, product_id: str
) -> None:
    answer = outside.control(method, f"/stores/{store_id}/products/{product_id}", {"name": "x"})

    assert (answer.status_code, answer.json()) == (
        404,
        {"error": f"Product #{product_id} not found"},
    )


def test_switches_are_read_and_turned(outside: Outside) -> None:
    before = outside.control("GET", "/switches").json()

    answer = outside.control("PUT", "/switches", {"latency_ms": 0.5, "token_fault": "empty"})

    assert before == {name: default for name, (default, _) in SWITCHES.items()}
    assert answer.json() == before | {"latency_ms": "0.5", "token_fault": "empty"}
    assert outside.control("PUT", "/switches", before).json() == before


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
def test_a_refused_turn_leaves_every_switch(
    outside: Outside, values: object, sentence: str
) -> None:
    before = outside.control("GET", "/switches").json()

    answer = outside.control("PUT", "/switches", values)

    assert answer.status_code == 400
    assert sentence in answer.json()["error"]
    assert outside.control("GET", "/switches").json() == before


def test_a_fault_is_counted(outside: Outside) -> None:
    answer = outside.control("POST", "/faults", {"path_prefix": "/never", "status": 500})

    assert (answer.status_code, answer.json()) == (201, {"faults": 1})
    assert outside.control("DELETE", "/requests").json() == {"forgotten": True}


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
        {"path_prefix": "/", "status": 500, "colour": "red"},
        [],
    ],
)
def test_a_fault_that_cannot_be_played_is_refused(
    outside: Outside, store_id: int, fault: object
) -> None:
    answer = outside.control("POST", "/faults", fault)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert outside.api(store_id, "/profile").status_code == 200


def test_the_log_of_deliveries_is_empty_without_an_address(outside: Outside, store_id: int) -> None:
    outside.make_product(store_id)

    assert outside.control("GET", "/deliveries").json() == []
