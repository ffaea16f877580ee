"""Profile, figures, products and categories are answered and changed as Ecwid documents it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.sandbox.conftest import Turn
from tests.sandbox.outside import Outside, refusal


def moment(text: str) -> float:
    """Return a date of the API as Unix seconds."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z").timestamp()


def product(outside: Outside, store_id: int, product_id: int) -> dict[str, Any]:
    """Return one product as the REST API shows it."""
    body: dict[str, Any] = outside.api(store_id, f"/products/{product_id}").json()
    return body


def test_the_profile_tells_who_the_store_is(outside: Outside) -> None:
    store_id = outside.make_store(name="Alder & Brae", plan="Venture")
    outside.connect(store_id)

    profile = outside.api(store_id, "/profile").json()

    assert profile["generalInfo"]["storeId"] == store_id
    assert profile["generalInfo"]["storeUrl"].startswith("https://alder-brae.")
    assert profile["settings"]["storeName"] == "Alder & Brae"
    assert profile["account"]["paid"] is True
    assert {"API", "DISCOUNT_COUPONS"} <= set(profile["account"]["availableFeatures"])
    assert "COMBINATIONS" not in profile["account"]["availableFeatures"]
    assert profile["formatsAndUnits"]["currency"] == "EUR"
    assert "accountBilling" not in profile


def test_billing_is_shown_if_it_is_asked_for_and_granted(outside: Outside, store_id: int) -> None:
    asked = outside.api(store_id, "/profile", showExtendedInfo="true").json()
    unasked = outside.api(store_id, "/profile").json()

    assert asked["accountBilling"]["pricingPlanName"] == "Business"
    assert "accountBilling" not in unasked


def test_billing_needs_the_scope_of_the_token_that_calls(outside: Outside, turn: Turn) -> None:
    turn(reconsent_kills_token="off")
    store_id = outside.make_store()
    narrow = outside.connect(store_id, ("read_store_profile",))
    outside.connect(store_id)

    profile = outside.api(store_id, "/profile", token=narrow, showExtendedInfo="true").json()
    permissions = outside.api(store_id, "/application/token", token=narrow).json()["permissions"]

    assert "accountBilling" not in profile
    assert permissions == ["read_store_profile"]


def test_upgrade_hints_are_shown_on_request(outside: Outside, store_id: int) -> None:
    profile = outside.api(store_id, "/profile", getFeaturesByPlans="true").json()

    assert profile["account"]["featuresByPlans"]["COMBINATIONS"] == "Business"
    plain = outside.api(store_id, "/profile").json()
    assert "featuresByPlans" not in plain["account"]


def test_a_resellers_plan_is_taken_as_it_is_named(outside: Outside) -> None:
    store_id = outside.make_store(plan="Corner Shop XL")
    outside.connect(store_id)

    profile = outside.api(store_id, "/profile", showExtendedInfo="true").json()

    assert profile["accountBilling"]["pricingPlanName"] == "Corner Shop XL"
    assert "API" in profile["account"]["availableFeatures"]


def test_the_app_is_always_active(outside: Outside, store_id: int) -> None:
    answer = outside.api(store_id, "/application").json()

    assert answer == {"subscriptionStatus": "ACTIVE"}


def test_the_token_knows_its_permissions(outside: Outside) -> None:
    store_id = outside.make_store()
    outside.connect(store_id, ("read_store_profile", "read_catalog"))

    answer = outside.api(store_id, "/application/token").json()

    assert answer["permissions"] == ["read_store_profile", "read_catalog"]
    assert answer["created"] > 1_700_000_000


def test_what_a_token_can_do_may_be_kept_from_it(
    outside: Outside, store_id: int, turn: Turn
) -> None:
    turn(token_endpoint="off")

    assert outside.api(store_id, "/application/token").status_code == 404


def test_figures_tell_when_each_resource_changed(outside: Outside, store_id: int) -> None:
    with outside.parts.state.writing() as connection:
        connection.execute("DELETE FROM touched WHERE store = ?", (store_id,))
        connection.execute(
            "UPDATE store SET created = 0, profile_updated = 0 WHERE id = ?", (store_id,)
        )

    def changed() -> set[str]:
        stats = outside.api(store_id, "/latest-stats").json()
        return {name for name, text in stats.items() if moment(text) > 0}

    assert changed() == set()
    outside.make_product(store_id)
    assert changed() == {"productsUpdated"}
    outside.api(store_id, "/categories", method="POST", json={"name": "New"})
    assert changed() == {"productsUpdated", "categoriesUpdated"}
    outside.control("PATCH", f"/stores/{store_id}", {"name": "Else"})
    assert "profileUpdated" in changed()


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, set()),
        ({"productCountRequired": "true"}, {"productCount"}),
        ({"categoryCountRequired": "true"}, {"categoryCount"}),
        ({"productCountRequired": "false"}, set()),
        (
            {"productCountRequired": "true", "categoryCountRequired": "true"},
            {"productCount", "categoryCount"},
        ),
    ],
)
def test_counts_are_told_on_request(
    outside: Outside, asked: dict[str, str], shown: set[str]
) -> None:
    store_id = outside.make_store(products=6)
    outside.connect(store_id)

    stats = outside.api(store_id, "/latest-stats", **asked).json()

    assert {name for name in stats if name.endswith("Count")} == shown
    assert stats.get("productCount", 6) == 6
    assert stats.get("categoryCount", 30) == 30


def test_a_product_has_the_documented_shape(outside: Outside, store_id: int) -> None:
    product_id = outside.make_product(
        store_id, name="Oak board", sku="OB-1", price=1012.5, quantity=3, compareToPrice=1200
    )

    body = product(outside, store_id, product_id)

    assert (body["id"], body["name"], body["sku"]) == (product_id, "Oak board", "OB-1")
    assert (body["quantity"], body["unlimited"], body["inStock"]) == (3, False, True)
    assert (body["price"], body["compareToPrice"]) == (1012.5, 1200)
    assert body["defaultDisplayedPriceFormatted"] == "1,012.50 EUR"
    assert body["url"].endswith(f"/products/{product_id}")
    assert moment(body["created"]) == body["createTimestamp"]
    assert moment(body["updated"]) == body["updateTimestamp"]
    assert body["combinations"] == []


def test_unlimited_stock_has_no_quantity(outside: Outside, store_id: int) -> None:
    product_id = outside.control("POST", f"/stores/{store_id}/products", {"name": "Seeds"}).json()[
        "id"
    ]

    body = product(outside, store_id, product_id)

    assert "quantity" not in body
    assert (body["unlimited"], body["inStock"]) == (True, True)


def test_stock_is_counted_and_uncounted(outside: Outside, store_id: int) -> None:
    product_id = outside.make_product(store_id, quantity=3)
    path = f"/products/{product_id}"

    outside.api(store_id, path, method="PUT", json={"unlimited": True})
    unlimited = product(outside, store_id, product_id)
    outside.api(store_id, path, method="PUT", json={"quantity": 0})
    sold_out = product(outside, store_id, product_id)

    assert "quantity" not in unlimited
    assert (sold_out["quantity"], sold_out["unlimited"], sold_out["inStock"]) == (0, False, False)


def test_combinations_stand_inside_and_as_a_bare_list(outside: Outside, store_id: int) -> None:
    combinations = [
        {"options": [{"name": "Size", "value": "S"}], "price": 14, "quantity": 0, "sku": "A-1"},
        {"options": [{"name": "Size", "value": "M"}], "price": 15},
    ]
    product_id = outside.make_product(store_id, combinations=combinations)

    inside = product(outside, store_id, product_id)["combinations"]

    assert outside.api(store_id, f"/products/{product_id}/combinations").json() == inside
    assert [c["options"][0]["value"] for c in inside] == ["S", "M"]
    assert [(c["inStock"], c["unlimited"]) for c in inside] == [(False, False), (True, True)]
    assert [c["combinationNumber"] for c in inside] == [1, 2]
    assert len({c["id"] for c in inside}) == 2


@pytest.mark.parametrize("path", ["/products/42", "/products/42/combinations"])
@pytest.mark.parametrize("method", ["GET"])
def test_an_unknown_product_is_a_404(
    outside: Outside, store_id: int, method: str, path: str
) -> None:
    answer = outside.api(store_id, path, method=method)

    assert refusal(answer) == (404, "PRODUCT_NOT_FOUND")
    assert answer.json()["errorMessage"] == "Product #42 not found"


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/products/42"), ("DELETE", "/products/42"), ("PUT", "/products/42/inventory")],
)
def test_an_unknown_product_cannot_be_changed(
    outside: Outside, store_id: int, method: str, path: str
) -> None:
    answer = outside.api(store_id, path, method=method, json={"quantityDelta": 1})

    assert refusal(answer) == (404, "PRODUCT_NOT_FOUND")


def test_a_product_is_made_by_its_name_alone(outside: Outside, store_id: int) -> None:
    answer = outside.api(store_id, "/products", method="POST", json={"name": "Candle"})

    assert answer.json().keys() == {"id"}
    assert product(outside, store_id, answer.json()["id"])["name"] == "Candle"


def test_a_product_is_changed_and_its_time_goes_on(outside: Outside) -> None:
    store_id = outside.make_store(products=1)
    outside.connect(store_id)
    before = outside.listed(store_id)[0]

    answer = outside.api(
        store_id, f"/products/{before['id']}", method="PUT", json={"price": 99.5, "id": 7}
    )

    after = product(outside, store_id, before["id"])
    assert answer.json() == {"updateCount": 1}
    assert after["price"] == after["defaultDisplayedPrice"] == 99.5
    assert after["updateTimestamp"] > before["updateTimestamp"]
    same = {"id", "name", "sku", "createTimestamp", "categoryIds", "imageUrl", "options"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


def test_times_cannot_be_written(outside: Outside, store_id: int) -> None:
    product_id = outside.make_product(store_id)
    written = {"createTimestamp": 5, "updateTimestamp": "never", "created": "x", "updated": 7}

    answer = outside.api(store_id, f"/products/{product_id}", method="PUT", json=written)

    assert answer.status_code == 200
    assert product(outside, store_id, product_id)["createTimestamp"] > 1_700_000_000


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/products"), ("PUT", "/products/{product_id}")]
)
@pytest.mark.parametrize(
    "body",
    [
        {"name": None},
        {"name": "x", "price": "cheap"},
        {"name": "x", "quantity": "few"},
        {"name": "x", "combinations": {}},
        {"name": "x", "combinations": [{"price": "cheap"}]},
        [],
        None,
    ],
)
def test_a_product_of_the_wrong_kind_is_refused(
    outside: Outside, store_id: int, method: str, path: str, body: object
) -> None:
    product_id = outside.make_product(store_id)
    before = product(outside, store_id, product_id)

    answer = outside.api(store_id, path.format(product_id=product_id), method=method, json=body)

    assert refusal(answer) == (400, "WRONG_PARAMETER")
    assert outside.listed(store_id) == [before]


def test_a_product_without_a_name_is_refused(outside: Outside, store_id: int) -> None:
    answer = outside.api(store_id, "/products", method="POST", json={"price": 5})

    assert refusal(answer) == (400, "WRONG_PARAMETER")
    assert answer.json()["errorMessage"] == "Field Product.name is absent"


def test_a_deleted_product_is_gone(outside: Outside, store_id: int) -> None:
    product_id = outside.make_product(store_id)

    answer = outside.api(store_id, f"/products/{product_id}", method="DELETE")

    assert answer.json() == {"deleteCount": 1}
    assert outside.api(store_id, f"/products/{product_id}").status_code == 404
    assert outside.make_product(store_id) > product_id


def test_stock_goes_up_and_down_by_steps(outside: Outside, store_id: int) -> None:
    product_id = outside.make_product(store_id, quantity=3)
    path = f"/products/{product_id}/inventory"

    answer = outside.api(store_id, path, method="PUT", json={"quantityDelta": -2})

    assert answer.json() == {"updateCount": 1}
    assert product(outside, store_id, product_id)["quantity"] == 1


@pytest.mark.parametrize("body", [{}, {"quantityDelta": "two"}, {"quantityDelta": 1.5}])
def test_a_step_that_is_no_number_is_refused(outside: Outside, store_id: int, body: object) -> None:
    product_id = outside.make_product(store_id)

    answer = outside.api(store_id, f"/products/{product_id}/inventory", method="PUT", json=body)

    assert refusal(answer) == (400, "WRONG_PARAMETER")


def test_categories_form_a_tree(outside: Outside, store_id: int) -> None:
    page = outside.api(store_id, "/categories").json()

    tops = outside.api(store_id, "/categories", parent="0").json()["items"]
    shelves = outside.api(store_id, "/categories", parent=tops[0]["id"]).json()["items"]
    assert (page["total"], page["count"], page["limit"]) == (30, 30, 100)
    assert len(tops) == 6
    assert all("parentId" not in category for category in tops)
    assert [category["parentId"] for category in shelves] == [tops[0]["id"]] * 4


def test_categories_are_paged(outside: Outside, store_id: int) -> None:
    every = outside.api(store_id, "/categories").json()["items"]

    page = outside.api(store_id, "/categories", offset=28, limit=5).json()

    assert page["items"] == every[28:]
    assert (page["total"], page["count"], page["offset"], page["limit"]) == (30, 2, 28, 5)


def test_a_parent_that_is_no_number_is_refused(outside: Outside, store_id: int) -> None:
    answer = outside.api(store_id, "/categories", parent="top")

    assert refusal(answer) == (400, "WRONG_PARAMETER")


def test_a_category_is_made_changed_and_deleted(outside: Outside, store_id: int) -> None:
    made = outside.api(store_id, "/categories", method="POST", json={"name": "New"}).json()
    path = f"/categories/{made['id']}"

    changed = outside.api(store_id, path, method="PUT", json={"name": "Newer", "id": 1})
    shown = outside.api(store_id, path).json()
    deleted = outside.api(store_id, path, method="DELETE")

    assert changed.json() == {"updateCount": 1}
    assert shown == {"id": made["id"], "name": "Newer", "enabled": True, "orderBy": 10}
    assert deleted.json() == {"deleteCount": 1}
    assert outside.api(store_id, path).status_code == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_category_is_a_404(outside: Outside, store_id: int, method: str) -> None:
    answer = outside.api(store_id, "/categories/42", method=method, json={"name": "x"})

    assert refusal(answer) == (404, "CATEGORIES_NOT_FOUND")
    assert answer.json()["errorMessage"] == "Category #42 not found"


@pytest.mark.parametrize("body", [{"name": 5}, {"name": "x", "parentId": "top"}, []])
def test_a_category_of_the_wrong_kind_is_refused(
    outside: Outside, store_id: int, body: object
) -> None:
    answer = outside.api(store_id, "/categories", method="POST", json=body)

    assert refusal(answer) == (400, "WRONG_PARAMETER")


def test_a_store_keeps_its_own_registrations(outside: Outside, store_id: int) -> None:
    wish = {"url": "http://portal.invalid/hook", "events": ["product.created"]}

    made = outside.api(store_id, "/webhooks", method="POST", json=wish).json()
    listed = outside.api(store_id, "/webhooks").json()
    gone = outside.api(store_id, f"/webhooks/{made['id']}", method="DELETE")

    assert listed["items"] == [{"id": made["id"], **wish}]
    assert gone.json() == {"deleteCount": 1}
    assert outside.api(store_id, "/webhooks").json()["total"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": "http://portal.invalid/"},
        {"url": {}, "events": []},
        {"url": "http://portal.invalid/", "events": "product.created"},
        {"url": "http://portal.invalid/", "events": [5]},
    ],
)
def test_a_registration_of_the_wrong_kind_is_refused(
    outside: Outside, store_id: int, body: object
) -> None:
    answer = outside.api(store_id, "/webhooks", method="POST", json=body)

    assert refusal(answer) == (400, "WRONG_PARAMETER")


def test_another_stores_registration_is_out_of_reach(outside: Outside, store_id: int) -> None:
    other = outside.make_store()
    outside.connect(other)
    wish = {"url": "http://portal.invalid/hook", "events": ["product.created"]}
    made = outside.api(other, "/webhooks", method="POST", json=wish).json()

    answer = outside.api(store_id, f"/webhooks/{made['id']}", method="DELETE")

    assert answer.status_code == 404
    assert outside.api(other, "/webhooks").json()["total"] == 1


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/webhooks"), ("POST", "/webhooks"), ("DELETE", "/webhooks/1")]
)
def test_ecwid_of_today_has_no_registration_endpoints(
    outside: Outside, store_id: int, turn: Turn, method: str, path: str
) -> None:
    turn(webhook_endpoints="off")

    answer = outside.api(store_id, path, method=method, json={"url": "u", "events": []})

    assert answer.status_code == 404


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/orders"), ("PUT", "/profile")])
def test_a_method_that_a_path_has_not_is_refused_with_its_code(
    outside: Outside, store_id: int, method: str, path: str
) -> None:
    answer = outside.api(store_id, path, method=method)

    assert refusal(answer) == (405, "METHOD_NOT_ALLOWED")
    assert "GET" in answer.headers["Allow"]


def test_other_pages_refuse_a_method_as_pages_do(outside: Outside) -> None:
    answer = outside.call("DELETE", "/_sandbox/api/stores")

    assert (answer.status_code, answer.headers["Content-Type"]) == (405, "text/html; charset=utf-8")
