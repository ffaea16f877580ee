"""Tests for profile, statistics, products, categories and webhook registrations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of
from tests.sandbox.conftest import SetSwitches


def timestamp(text: str) -> float:
    """Parse a date of the API into Unix seconds."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z").timestamp()


def product(sandbox: SandboxClient, store_id: int, product_id: int) -> dict[str, Any]:
    """Return a product from the REST API."""
    body: dict[str, Any] = sandbox.api(store_id, f"/products/{product_id}").json()
    return body


def test_the_profile_describes_the_store(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(name="Alder & Brae", plan="Venture")
    sandbox.connect(store_id)

    profile = sandbox.api(store_id, "/profile").json()

    assert profile["generalInfo"]["storeId"] == store_id
    assert profile["generalInfo"]["storeUrl"].startswith("https://alder-brae.")
    assert profile["settings"]["storeName"] == "Alder & Brae"
    assert profile["account"]["paid"] is True
    assert {"API", "DISCOUNT_COUPONS"} <= set(profile["account"]["availableFeatures"])
    assert "COMBINATIONS" not in profile["account"]["availableFeatures"]
    assert profile["formatsAndUnits"]["currency"] == "EUR"
    assert "accountBilling" not in profile


def test_billing_data_is_sent_on_request(sandbox: SandboxClient, store_id: int) -> None:
    asked = sandbox.api(store_id, "/profile", showExtendedInfo="true").json()
    unasked = sandbox.api(store_id, "/profile").json()

    assert asked["accountBilling"]["pricingPlanName"] == "Business"
    assert "accountBilling" not in unasked


def test_billing_data_requires_the_scope_of_the_calling_token(
    sandbox: SandboxClient, set_switches: SetSwitches
) -> None:
    set_switches(reconsent_revokes_token="off")
    store_id = sandbox.make_store()
    narrow = sandbox.connect(store_id, ("read_store_profile",))
    sandbox.connect(store_id)

    profile = sandbox.api(store_id, "/profile", token=narrow, showExtendedInfo="true").json()
    permissions = sandbox.api(store_id, "/application/token", token=narrow).json()["permissions"]

    assert "accountBilling" not in profile
    assert permissions == ["read_store_profile"]


def test_features_by_plans_are_sent_on_request(sandbox: SandboxClient, store_id: int) -> None:
    profile = sandbox.api(store_id, "/profile", getFeaturesByPlans="true").json()

    assert profile["account"]["featuresByPlans"]["COMBINATIONS"] == "Business"
    plain = sandbox.api(store_id, "/profile").json()
    assert "featuresByPlans" not in plain["account"]


def test_a_resellers_plan_keeps_its_name(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(plan="Corner Shop XL")
    sandbox.connect(store_id)

    profile = sandbox.api(store_id, "/profile", showExtendedInfo="true").json()

    assert profile["accountBilling"]["pricingPlanName"] == "Corner Shop XL"
    assert "API" in profile["account"]["availableFeatures"]


def test_the_subscription_status_is_active(sandbox: SandboxClient, store_id: int) -> None:
    answer = sandbox.api(store_id, "/application").json()

    assert answer == {"subscriptionStatus": "ACTIVE"}


def test_the_token_endpoint_lists_permissions(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store()
    sandbox.connect(store_id, ("read_store_profile", "read_catalog"))

    answer = sandbox.api(store_id, "/application/token").json()

    assert answer["permissions"] == ["read_store_profile", "read_catalog"]
    assert answer["created"] > 1_700_000_000


def test_the_switch_turns_off_the_token_endpoint(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches
) -> None:
    set_switches(token_endpoint="off")

    assert sandbox.api(store_id, "/application/token").status_code == 404


def test_latest_stats_contain_the_last_change_of_each_resource(
    sandbox: SandboxClient, store_id: int
) -> None:
    with sandbox.parts.state.transaction() as connection:
        connection.execute("DELETE FROM last_change WHERE store = ?", (store_id,))
        connection.execute(
            "UPDATE store SET created = 0, profile_updated = 0 WHERE id = ?", (store_id,)
        )

    def changed() -> set[str]:
        stats = sandbox.api(store_id, "/latest-stats").json()
        return {name for name, text in stats.items() if timestamp(text) > 0}

    assert changed() == set()
    sandbox.make_product(store_id)
    assert changed() == {"productsUpdated"}
    sandbox.api(store_id, "/categories", method="POST", json={"name": "New"})
    assert changed() == {"productsUpdated", "categoriesUpdated"}
    sandbox.admin("PATCH", f"/stores/{store_id}", {"name": "Else"})
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
def test_counts_are_sent_on_request(
    sandbox: SandboxClient, asked: dict[str, str], shown: set[str]
) -> None:
    store_id = sandbox.make_store(products=6)
    sandbox.connect(store_id)

    stats = sandbox.api(store_id, "/latest-stats", **asked).json()

    assert {name for name in stats if name.endswith("Count")} == shown
    assert stats.get("productCount", 6) == 6
    assert stats.get("categoryCount", 30) == 30


def test_a_product_has_the_documented_shape(sandbox: SandboxClient, store_id: int) -> None:
    product_id = sandbox.make_product(
        store_id, name="Oak board", sku="OB-1", price=1012.5, quantity=3, compareToPrice=1200
    )

    body = product(sandbox, store_id, product_id)

    assert (body["id"], body["name"], body["sku"]) == (product_id, "Oak board", "OB-1")
    assert (body["quantity"], body["unlimited"], body["inStock"]) == (3, False, True)
    assert (body["price"], body["compareToPrice"]) == (1012.5, 1200)
    assert body["defaultDisplayedPriceFormatted"] == "€1,012.50"
    assert body["url"].endswith(f"/products/{product_id}")
    assert timestamp(body["created"]) == body["createTimestamp"]
    assert timestamp(body["updated"]) == body["updateTimestamp"]
    assert body["combinations"] == []


@pytest.mark.parametrize(
    ("formats", "price", "displayed", "text"),
    [
        ({"currencyPrecision": 3, "currencyPrefix": "$"}, 0.125, 0.125, "$0.125"),
        (
            {"currencyPrecision": 0, "currencyPrefix": "", "currencySuffix": " Ft"},
            999.5,
            1000,
            "1,000 Ft",
        ),
        (
            {"currencyGroupSeparator": " ", "currencyDecimalSeparator": ","},
            1234.5,
            1234.5,
            "€1 234,50",
        ),
        ({"currencyTruncateZeroFractional": True}, 1234, 1234, "€1,234"),
        ({"currencyTruncateZeroFractional": True}, 1234.5, 1234.5, "€1,234.50"),
    ],
)
def test_the_displayed_price_has_the_format_of_the_store(
    sandbox: SandboxClient, formats: dict[str, Any], price: float, displayed: float, text: str
) -> None:
    store_id = sandbox.make_store()
    sandbox.connect(store_id)
    sandbox.change_settings(store_id, formatsAndUnits=formats)

    product = sandbox.make_product(store_id, price=price, combinations=[{"options": []}])

    body = sandbox.api(store_id, f"/products/{product}").json()
    for priced in (body, body["combinations"][0]):
        assert priced["defaultDisplayedPrice"] == displayed
        assert priced["defaultDisplayedPriceFormatted"] == text


def test_unlimited_stock_has_no_quantity(sandbox: SandboxClient, store_id: int) -> None:
    product_id = sandbox.admin("POST", f"/stores/{store_id}/products", {"name": "Seeds"}).json()[
        "id"
    ]

    body = product(sandbox, store_id, product_id)

    assert "quantity" not in body
    assert (body["unlimited"], body["inStock"]) == (True, True)


def test_stock_can_be_unlimited_and_limited_again(sandbox: SandboxClient, store_id: int) -> None:
    product_id = sandbox.make_product(store_id, quantity=3)
    path = f"/products/{product_id}"

    sandbox.api(store_id, path, method="PUT", json={"unlimited": True})
    unlimited = product(sandbox, store_id, product_id)
    sandbox.api(store_id, path, method="PUT", json={"quantity": 0})
    sold_out = product(sandbox, store_id, product_id)

    assert "quantity" not in unlimited
    assert (sold_out["quantity"], sold_out["unlimited"], sold_out["inStock"]) == (0, False, False)


def test_combinations_are_in_the_product_and_in_a_plain_list(
    sandbox: SandboxClient, store_id: int
) -> None:
    combinations = [
        {"options": [{"name": "Size", "value": "S"}], "price": 14, "quantity": 0, "sku": "A-1"},
        {"options": [{"name": "Size", "value": "M"}], "price": 15},
    ]
    product_id = sandbox.make_product(store_id, combinations=combinations)

    inside = product(sandbox, store_id, product_id)["combinations"]

    assert sandbox.api(store_id, f"/products/{product_id}/combinations").json() == inside
    assert [c["options"][0]["value"] for c in inside] == ["S", "M"]
    assert [(c["inStock"], c["unlimited"]) for c in inside] == [(False, False), (True, True)]
    assert [c["combinationNumber"] for c in inside] == [1, 2]
    assert len({c["id"] for c in inside}) == 2


@pytest.mark.parametrize("path", ["/products/42", "/products/42/combinations"])
@pytest.mark.parametrize("method", ["GET"])
def test_an_unknown_product_is_a_404(
    sandbox: SandboxClient, store_id: int, method: str, path: str
) -> None:
    answer = sandbox.api(store_id, path, method=method)

    assert error_of(answer) == (404, "PRODUCT_NOT_FOUND")
    assert answer.json()["errorMessage"] == "Product #42 not found"


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/products/42"), ("DELETE", "/products/42"), ("PUT", "/products/42/inventory")],
)
def test_an_unknown_product_cannot_be_changed(
    sandbox: SandboxClient, store_id: int, method: str, path: str
) -> None:
    answer = sandbox.api(store_id, path, method=method, json={"quantityDelta": 1})

    assert error_of(answer) == (404, "PRODUCT_NOT_FOUND")


def test_a_product_needs_only_a_name(sandbox: SandboxClient, store_id: int) -> None:
    answer = sandbox.api(store_id, "/products", method="POST", json={"name": "Candle"})

    assert answer.json().keys() == {"id"}
    assert product(sandbox, store_id, answer.json()["id"])["name"] == "Candle"


def test_changing_a_product_updates_its_timestamp(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(products=1)
    sandbox.connect(store_id)
    before = sandbox.list_items(store_id)[0]

    answer = sandbox.api(
        store_id, f"/products/{before['id']}", method="PUT", json={"price": 99.5, "id": 7}
    )

    after = product(sandbox, store_id, before["id"])
    assert answer.json() == {"updateCount": 1}
    assert after["price"] == after["defaultDisplayedPrice"] == 99.5
    assert after["updateTimestamp"] > before["updateTimestamp"]
    same = {"id", "name", "sku", "createTimestamp", "categoryIds", "imageUrl", "options"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


def test_timestamps_are_read_only(sandbox: SandboxClient, store_id: int) -> None:
    product_id = sandbox.make_product(store_id)
    written = {"createTimestamp": 5, "updateTimestamp": "never", "created": "x", "updated": 7}

    answer = sandbox.api(store_id, f"/products/{product_id}", method="PUT", json=written)

    assert answer.status_code == 200
    assert product(sandbox, store_id, product_id)["createTimestamp"] > 1_700_000_000


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
def test_a_product_with_invalid_values_is_rejected(
    sandbox: SandboxClient, store_id: int, method: str, path: str, body: object
) -> None:
    product_id = sandbox.make_product(store_id)
    before = product(sandbox, store_id, product_id)

    answer = sandbox.api(store_id, path.format(product_id=product_id), method=method, json=body)

    assert error_of(answer) == (400, "WRONG_PARAMETER")
    assert sandbox.list_items(store_id) == [before]


def test_a_product_without_a_name_is_rejected(sandbox: SandboxClient, store_id: int) -> None:
    answer = sandbox.api(store_id, "/products", method="POST", json={"price": 5})

    assert error_of(answer) == (400, "WRONG_PARAMETER")
    assert answer.json()["errorMessage"] == "Field Product.name is absent"


def test_a_deleted_product_is_a_404_and_its_id_is_not_reused(
    sandbox: SandboxClient, store_id: int
) -> None:
    product_id = sandbox.make_product(store_id)

    answer = sandbox.api(store_id, f"/products/{product_id}", method="DELETE")

    assert answer.json() == {"deleteCount": 1}
    assert sandbox.api(store_id, f"/products/{product_id}").status_code == 404
    assert sandbox.make_product(store_id) > product_id


def test_stock_changes_by_a_delta(sandbox: SandboxClient, store_id: int) -> None:
    product_id = sandbox.make_product(store_id, quantity=3)
    path = f"/products/{product_id}/inventory"

    answer = sandbox.api(store_id, path, method="PUT", json={"quantityDelta": -2})

    assert answer.json() == {"updateCount": 1}
    assert product(sandbox, store_id, product_id)["quantity"] == 1


@pytest.mark.parametrize("body", [{}, {"quantityDelta": "two"}, {"quantityDelta": 1.5}])
def test_an_invalid_stock_delta_is_rejected(
    sandbox: SandboxClient, store_id: int, body: object
) -> None:
    product_id = sandbox.make_product(store_id)

    answer = sandbox.api(store_id, f"/products/{product_id}/inventory", method="PUT", json=body)

    assert error_of(answer) == (400, "WRONG_PARAMETER")


def test_categories_form_a_tree(sandbox: SandboxClient, store_id: int) -> None:
    page = sandbox.api(store_id, "/categories").json()

    tops = sandbox.api(store_id, "/categories", parent="0").json()["items"]
    shelves = sandbox.api(store_id, "/categories", parent=tops[0]["id"]).json()["items"]
    assert (page["total"], page["count"], page["limit"]) == (30, 30, 100)
    assert len(tops) == 6
    assert all("parentId" not in category for category in tops)
    assert [category["parentId"] for category in shelves] == [tops[0]["id"]] * 4


def test_categories_are_paginated(sandbox: SandboxClient, store_id: int) -> None:
    every = sandbox.api(store_id, "/categories").json()["items"]

    page = sandbox.api(store_id, "/categories", offset=28, limit=5).json()

    assert page["items"] == every[28:]
    assert (page["total"], page["count"], page["offset"], page["limit"]) == (30, 2, 28, 5)


def test_an_invalid_parent_is_rejected(sandbox: SandboxClient, store_id: int) -> None:
    answer = sandbox.api(store_id, "/categories", parent="top")

    assert error_of(answer) == (400, "WRONG_PARAMETER")


def test_a_category_can_be_created_changed_and_deleted(
    sandbox: SandboxClient, store_id: int
) -> None:
    made = sandbox.api(store_id, "/categories", method="POST", json={"name": "New"}).json()
    path = f"/categories/{made['id']}"

    changed = sandbox.api(store_id, path, method="PUT", json={"name": "Newer", "id": 1})
    shown = sandbox.api(store_id, path).json()
    deleted = sandbox.api(store_id, path, method="DELETE")

    assert changed.json() == {"updateCount": 1}
    assert shown == {"id": made["id"], "name": "Newer", "enabled": True, "orderBy": 10}
    assert deleted.json() == {"deleteCount": 1}
    assert sandbox.api(store_id, path).status_code == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_category_is_a_404(sandbox: SandboxClient, store_id: int, method: str) -> None:
    answer = sandbox.api(store_id, "/categories/42", method=method, json={"name": "x"})

    assert error_of(answer) == (404, "CATEGORIES_NOT_FOUND")
    assert answer.json()["errorMessage"] == "Category #42 not found"


@pytest.mark.parametrize("body", [{"name": 5}, {"name": "x", "parentId": "top"}, []])
def test_a_category_with_invalid_values_is_rejected(
    sandbox: SandboxClient, store_id: int, body: object
) -> None:
    answer = sandbox.api(store_id, "/categories", method="POST", json=body)

    assert error_of(answer) == (400, "WRONG_PARAMETER")


def test_a_webhook_registration_can_be_created_listed_and_deleted(
    sandbox: SandboxClient, store_id: int
) -> None:
    registration = {"url": "http://portal.invalid/hook", "events": ["product.created"]}

    made = sandbox.api(store_id, "/webhooks", method="POST", json=registration).json()
    listed = sandbox.api(store_id, "/webhooks").json()
    gone = sandbox.api(store_id, f"/webhooks/{made['id']}", method="DELETE")

    assert listed["items"] == [{"id": made["id"], **registration}]
    assert gone.json() == {"deleteCount": 1}
    assert sandbox.api(store_id, "/webhooks").json()["total"] == 0


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
def test_an_invalid_registration_is_rejected(
    sandbox: SandboxClient, store_id: int, body: object
) -> None:
    answer = sandbox.api(store_id, "/webhooks", method="POST", json=body)

    assert error_of(answer) == (400, "WRONG_PARAMETER")


def test_a_registration_of_another_store_is_a_404(sandbox: SandboxClient, store_id: int) -> None:
    other = sandbox.make_store()
    sandbox.connect(other)
    registration = {"url": "http://portal.invalid/hook", "events": ["product.created"]}
    made = sandbox.api(other, "/webhooks", method="POST", json=registration).json()

    answer = sandbox.api(store_id, f"/webhooks/{made['id']}", method="DELETE")

    assert answer.status_code == 404
    assert sandbox.api(other, "/webhooks").json()["total"] == 1


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/webhooks"), ("POST", "/webhooks"), ("DELETE", "/webhooks/1")]
)
def test_the_switch_turns_off_the_registration_endpoints(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches, method: str, path: str
) -> None:
    set_switches(webhook_registration="off")

    answer = sandbox.api(store_id, path, method=method, json={"url": "u", "events": []})

    assert answer.status_code == 404


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/orders"), ("POST", "/profile")])
def test_an_unsupported_method_is_rejected_with_its_error_code(
    sandbox: SandboxClient, store_id: int, method: str, path: str
) -> None:
    answer = sandbox.api(store_id, path, method=method)

    assert error_of(answer) == (405, "METHOD_NOT_ALLOWED")
    assert "GET" in answer.headers["Allow"]


def test_an_unsupported_method_outside_the_rest_api_is_an_html_error(
    sandbox: SandboxClient,
) -> None:
    answer = sandbox.call("DELETE", "/_sandbox/api/stores")

    assert (answer.status_code, answer.headers["Content-Type"]) == (405, "text/html; charset=utf-8")


@pytest.mark.parametrize("path", ["/nothing", "/products/5/nothing", "/orders/A/B/C"])
def test_an_unknown_path_is_a_404_with_a_json_body(
    sandbox: SandboxClient, store_id: int, path: str
) -> None:
    answer = sandbox.api(store_id, path)

    assert error_of(answer) == (404, "NOT_FOUND")
    assert answer.headers["Content-Type"].startswith("application/json")


def test_an_unknown_address_outside_the_api_is_a_page(sandbox: SandboxClient) -> None:
    answer = sandbox.call("GET", "/nothing")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def test_the_profile_lists_feature_toggles(sandbox: SandboxClient, store_id: int) -> None:
    toggles = sandbox.api(store_id, "/profile").json()["featureToggles"]

    assert {"name": "NEW_PRODUCT_LIST", "visible": True, "enabled": True} in toggles
