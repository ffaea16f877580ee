"""Products and categories are found by every documented filter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.outside import Outside, refusal
from tests.sandbox.rest.conftest import Sold

Product = dict[str, Any]
Is = Callable[[Product], bool]
SEARCHES: list[tuple[dict[str, Any], Is]] = [
    ({"inventory": "instock"}, lambda p: p["inStock"]),
    ({"inventory": "outofstock"}, lambda p: not p["inStock"]),
    ({"onsale": "onsale"}, lambda p: p.get("compareToPrice", 0) > p["price"]),
    ({"onsale": "notonsale"}, lambda p: p.get("compareToPrice", 0) <= p["price"]),
    ({"isGiftCard": "true"}, lambda _: False),
    ({"discountsAllowed": "yes"}, lambda _: True),
    ({"isCustomerSetPrice": "true"}, lambda _: False),
    ({"visibleInStorefront": "true"}, lambda p: p["enabled"]),
    ({"externalReferenceId": "A-1"}, lambda _: False),
    ({"taxClassCodes": "books"}, lambda _: False),
    ({"enabledManualTaxes": "5"}, lambda _: False),
    ({"lang": "de", "searchMethod": "CP", "cleanUrls": "true", "baseUrl": "x"}, lambda _: True),
    (
        {"option_Size": "M,Small"},
        lambda p: any(
            option["name"] == "Size" and {c["text"] for c in option["choices"]} & {"M", "Small"}
            for option in p["options"]
        ),
    ),
    ({"attribute_Brand": "Alder"}, lambda _: False),
]


@pytest.mark.parametrize(("question", "is_wanted"), SEARCHES, ids=[str(q) for q, _ in SEARCHES])
def test_a_filter_finds_what_it_is_for(sold: Sold, question: dict[str, Any], is_wanted: Is) -> None:
    wanted = [product["id"] for product in sold.truth("product") if is_wanted(product)]

    assert sold.ids("/products", **question) == wanted


@pytest.mark.parametrize("name", ["inventory", "onsale"])
def test_a_wish_that_is_none_is_refused(sold: Sold, name: str) -> None:
    answer = sold.outside.api(sold.store_id, "/products", **{name: "perhaps"})

    assert refusal(answer) == (400, "WRONG_PARAMETER")


def test_attributes_references_and_own_prices_are_found(outside: Outside, store_id: int) -> None:
    made = outside.make_product(
        store_id,
        externalReferenceId="A-1",
        attributes=[{"name": "Brand", "value": "Alder"}],
        isCustomerSetPrice=True,
    )
    outside.make_product(store_id, attributes=[{"name": "Brand", "value": "Brae"}])

    for question in (
        {"externalReferenceId": "A-1"},
        {"attribute_Brand": "Alder"},
        {"isCustomerSetPrice": "on"},
    ):
        assert [p["id"] for p in outside.listed(store_id, **question)] == [made]


def test_a_category_holds_what_is_below_it_when_asked(outside: Outside, store_id: int) -> None:
    def category(name: str, parent: int = 0) -> int:
        body = {"name": name, "parentId": parent}
        return int(outside.api(store_id, "/categories", method="POST", json=body).json()["id"])

    top = category("Top")
    below = category("Below", top)
    deep = category("Deep", below)
    other = category("Other")
    mug = outside.make_product(store_id, categoryIds=[deep])
    bowl = outside.make_product(store_id, categoryIds=[other])
    outside.api(store_id, f"/categories/{other}", method="PUT", json={"enabled": False})

    def products(**question: Any) -> list[int]:
        return [p["id"] for p in outside.listed(store_id, **question)]

    def categories(**question: Any) -> list[int]:
        return [
            c["id"] for c in outside.listed(store_id, "/categories", **question) if c["id"] >= top
        ]

    assert products(category=top) == []
    assert products(category=top, includeProductsFromSubcategories="true") == [mug]
    assert products(categories=f"{deep},{other}") == [mug, bowl]
    assert categories(parent=top) == [below]
    assert categories(parent=top, withSubcategories="true") == [below, deep]
    assert categories(hidden_categories="false") == [top, below, deep]
    assert categories(productIds=f"{mug},{bowl}") == [deep, other]


def test_a_category_needs_a_name(outside: Outside, store_id: int) -> None:
    answer = outside.api(store_id, "/categories", method="POST", json={"parentId": 1})

    assert refusal(answer) == (400, "WRONG_PARAMETER")


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("application/json", 200), ("text/json", 200), ("text/plain", 415), ("image/png", 415)],
)
def test_a_body_must_say_that_it_is_json(
    outside: Outside, store_id: int, content_type: str, status: int
) -> None:
    token = outside.connect(store_id)

    answer = outside.call(
        "POST",
        f"/api/v3/{store_id}/products",
        data=b'{"name": "Mug"}',
        headers={"Authorization": f"Bearer {token}", "Content-Type": content_type},
    )

    assert answer.status_code == status


def test_the_app_leaves_a_store_by_itself(outside: Outside, store_id: int) -> None:
    answer = outside.api(store_id, "/application", method="DELETE", namespace="our-app")

    assert answer.json() == {"deleteCount": 1}
    assert outside.api(store_id, "/profile").status_code == 403


def test_states_of_orders_have_titles(outside: Outside, store_id: int) -> None:
    statuses = outside.api(store_id, "/profile/order_statuses").json()

    assert {"status": "PAID", "name": "Paid", "enabled": True} in statuses
    assert len(statuses) == 20
