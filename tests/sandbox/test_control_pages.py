"""The pages play merchant and owner by plain forms, and refuse nonsense in a sentence."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from portal.sandbox.config import SWITCHES
from tests.sandbox.conftest import Turn
from tests.sandbox.outside import SCOPES, Outside, words


def page(outside: Outside, path: str, **params: Any) -> requests.Response:
    """Open a page."""
    answer = outside.call("GET", f"/_sandbox{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer


def submit(outside: Outside, path: str, **form: Any) -> str:
    """Send a form; return the path of the page that follows."""
    answer = outside.call("POST", f"/_sandbox{path}", data=form)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].removeprefix("/_sandbox")


def facts(outside: Outside, store_id: int) -> dict[str, Any]:
    """Return what the control API says of a store."""
    found: dict[str, Any] = outside.control("GET", f"/stores/{store_id}").json()
    return found


def test_a_store_is_made_and_listed(outside: Outside) -> None:
    form = {"name": "Elm & Fenn", "plan": "Venture", "products": "7"}

    path = submit(outside, "/stores", **form)

    shown = words(page(outside, path))
    listed = words(page(outside, "/"))
    assert "Elm & Fenn" in shown
    assert "Products 7 Orders 0 Customers 0 Coupons 0" in shown
    assert "Elm & Fenn" in listed
    assert "not installed" in listed


def test_the_list_tells_what_the_app_may_do(outside: Outside, store_id: int) -> None:
    outside.control("PATCH", f"/stores/{store_id}", {"name": "Heath", "suspended": True})

    listed = words(page(outside, "/"))

    assert f"Heath {store_id} Business, suspended 0 0 0 installed, {len(SCOPES)} scopes" in listed


def test_names_are_shown_as_text(outside: Outside) -> None:
    store_id = outside.make_store(name="<b>Bold</b>")

    for path in ("/", f"/stores/{store_id}"):
        assert "<b>Bold" not in page(outside, path).text


def test_products_are_listed_in_pages(outside: Outside) -> None:
    store_id = outside.make_store(products=60)
    path = f"/stores/{store_id}/products"

    first, second, last = (page(outside, path, page=number) for number in (1, 2, 3))

    shown = [
        re.findall(rf"/stores/{store_id}/products/(\d+)", p.text) for p in (first, second, last)
    ]
    assert [len(set(ids)) for ids in shown] == [25, 25, 10]
    assert len({product_id for ids in shown for product_id in ids}) == 60
    assert ("Next" in words(first), "Back" in words(first)) == (True, False)
    assert ("Next" in words(last), "Back" in words(last)) == (False, True)


@pytest.mark.parametrize("number", ["0", "-4", "x", "99", "9" * 30])
def test_a_page_that_is_none_is_no_error(outside: Outside, store_id: int, number: str) -> None:
    assert page(outside, f"/stores/{store_id}/products", page=number).status_code == 200


def test_products_are_searched_by_name_and_sku(outside: Outside, store_id: int) -> None:
    outside.make_product(store_id, name="Oak board", sku="OB-1")
    outside.make_product(store_id, name="Bud vase", sku="BV-2")

    by_name = words(page(outside, f"/stores/{store_id}/products", q="oak"))
    by_sku = words(page(outside, f"/stores/{store_id}/products", q="bv-2"))
    nothing = words(page(outside, f"/stores/{store_id}/products", q="%<"))

    assert ("Oak board" in by_name, "Bud vase" in by_name) == (True, False)
    assert ("Oak board" in by_sku, "Bud vase" in by_sku) == (False, True)
    assert "Nothing matches “%<”." in nothing


def test_settings_are_saved(outside: Outside, store_id: int) -> None:
    outside.control("PATCH", f"/stores/{store_id}", {"features": ["API"]})

    path = submit(outside, f"/stores/{store_id}/settings", name="Isle", plan="Free", suspended="on")

    store = facts(outside, store_id)
    assert path == f"/stores/{store_id}"
    assert (store["name"], store["plan"], store["suspended"]) == ("Isle", "Free", True)
    assert "API" not in store["features"]


def test_a_store_is_let_go_of_suspension(outside: Outside, store_id: int) -> None:
    outside.control("PATCH", f"/stores/{store_id}", {"suspended": True})

    submit(outside, f"/stores/{store_id}/settings", name="Isle", plan="Business")

    assert facts(outside, store_id)["suspended"] is False


def test_every_scope_of_the_token_has_its_box(outside: Outside, store_id: int) -> None:
    text = page(outside, f"/stores/{store_id}").text

    boxes = re.findall(r'name="scope"\s+value="(\w+)"\s+checked', text)
    assert boxes == list(SCOPES)


def test_scopes_of_the_token_are_changed(outside: Outside, store_id: int) -> None:
    submit(outside, f"/stores/{store_id}/scopes", scope=["read_catalog", "fetch_orders"])

    assert facts(outside, store_id)["scopes"] == ["read_catalog", "fetch_orders"]


def test_a_token_for_nothing_can_still_be_uninstalled(outside: Outside, store_id: int) -> None:
    submit(outside, f"/stores/{store_id}/scopes")

    assert "Uninstall the app" in words(page(outside, f"/stores/{store_id}"))
    assert facts(outside, store_id)["installed"] is True


def test_the_app_is_uninstalled(outside: Outside, store_id: int) -> None:
    submit(outside, f"/stores/{store_id}/life/uninstall")

    assert "The app is not installed." in words(page(outside, f"/stores/{store_id}"))
    assert outside.api(store_id, "/profile").status_code == 403


def test_a_stir_changes_prices(outside: Outside) -> None:
    store_id = outside.make_store(products=8)
    outside.connect(store_id)
    before = {item["id"]: item["price"] for item in outside.listed(store_id)}

    submit(outside, f"/stores/{store_id}/changes", count="3")

    after = {item["id"]: item["price"] for item in outside.listed(store_id)}
    assert sum(before[number] != after[number] for number in before) == 3


@pytest.mark.parametrize("name", ["Clay pot", "Pot 18/26 cm & more?", "Füße #1"])
def test_a_product_is_added_with_a_picture(outside: Outside, store_id: int, name: str) -> None:
    submit(outside, f"/stores/{store_id}/products", name=name, price="24.90", quantity="10")

    [product] = outside.listed(store_id)
    assert (product["name"], product["price"], product["quantity"]) == (name, 24.9, 10)
    assert requests.get(product["imageUrl"], timeout=10).text.startswith("<svg")


def test_a_product_is_shown_with_its_variations(outside: Outside, store_id: int) -> None:
    variation = {"options": [{"name": "Size", "value": "S"}], "sku": "OB-S", "price": 14}
    product_id = outside.make_product(
        store_id, name="Oak board", sku="OB-1", combinations=[variation]
    )

    shown = words(page(outside, f"/stores/{store_id}/products/{product_id}"))

    assert "Oak board" in shown
    assert "OB-1" in shown
    assert "Size: S OB-S 14.00 unlimited" in shown


def test_a_product_is_saved(outside: Outside, store_id: int) -> None:
    product_id = outside.make_product(store_id, quantity=3)
    path = f"/stores/{store_id}/products/{product_id}"

    next_path = submit(
        outside, path, action="save", name="Walnut board", price="31", quantity="4", enabled="on"
    )

    product = outside.api(store_id, f"/products/{product_id}").json()
    assert next_path == path
    assert (product["name"], product["price"], product["quantity"]) == ("Walnut board", 31, 4)
    assert product["enabled"] is True


def test_empty_stock_is_unlimited_and_an_empty_box_hides(outside: Outside, store_id: int) -> None:
    product_id = outside.make_product(store_id, quantity=3)

    submit(outside, f"/stores/{store_id}/products/{product_id}", name="x", price="1", quantity="")

    product = outside.api(store_id, f"/products/{product_id}").json()
    assert (product["unlimited"], product["enabled"]) == (True, False)
    assert "(not shown)" in words(page(outside, f"/stores/{store_id}/products"))


def test_a_product_is_deleted(outside: Outside, store_id: int) -> None:
    product_id = outside.make_product(store_id)

    path = submit(outside, f"/stores/{store_id}/products/{product_id}", action="delete")

    assert path == f"/stores/{store_id}/products"
    assert outside.listed(store_id) == []


def test_without_deliveries_the_page_says_what_to_do(outside: Outside) -> None:
    shown = words(page(outside, "/deliveries"))

    assert "Nothing was sent yet." in shown


def test_deliveries_are_told_in_words(outside: Outside, store_id: int) -> None:
    lines = [
        ("product.created", 0, 9e9, "waiting", None),
        ("product.updated", 1, None, "200", 1e9),
        ("product.deleted", 2, 32472154870.5, "503", None),
        ("profile.updated", 28, None, "timeout", None),
    ]
    with outside.parts.state.writing() as connection:
        connection.executemany(
            "INSERT INTO delivery"
            " (store, event_id, url, body, created, first_due, type, tries, due, status, delivered)"
            " VALUES (1003, 'e', 'http://portal.invalid/', '{}', 7265, 7265, ?, ?, ?, ?, ?)",
            lines,
        )

    shown = words(page(outside, "/deliveries"))

    with outside.parts.state.writing() as connection:
        connection.execute("DELETE FROM delivery")
    where = "e 02:01:05 1003 http://portal.invalid/"
    assert f"product.created {where} 0 not sent yet" in shown
    assert f"product.updated {where} 1 delivered (200)" in shown
    assert f"product.deleted {where} 2 503, next try at 03:01:10" in shown
    assert f"profile.updated {where} 28 given up (timeout)" in shown


def test_every_switch_is_shown_with_its_value(outside: Outside, turn: Turn) -> None:
    turn(token_fault="empty", latency_ms="7")

    answer = page(outside, "/switches")

    shown = words(answer)
    assert all(name in shown for name in SWITCHES)
    assert "Turned now: token_fault , latency_ms" in shown
    assert shown.count(" turned") == 2
    assert "<option selected>empty</option>" in answer.text
    assert re.search(r'id="value-latency_ms"\s+name="value"\s+value="7"', answer.text)


def test_a_switch_is_turned(outside: Outside, turn: Turn) -> None:
    path = submit(outside, "/switches", name="latency_ms", value=" 1 ")

    assert path == "/switches#latency_ms"
    assert outside.control("GET", "/switches").json()["latency_ms"] == "1"


STORE = "/stores/{store_id}"
PRODUCT = "/stores/{store_id}/products/{product_id}"
GOOD = {"name": "x", "price": "1", "quantity": "1"}


@pytest.mark.parametrize(
    ("path", "form", "sentence"),
    [
        ("/stores", {"products": "many"}, "Products is a whole number from 0 to 1,000,000"),
        ("/stores", {"products": ""}, "Products is a whole number"),
        ("/stores", {"products": "-1"}, "Products is a whole number"),
        ("/switches", {}, "There is no switch"),
        ("/switches", {"name": "wings", "value": "on"}, "There is no switch wings"),
        ("/switches", {"name": "latency_ms"}, "Latency_ms is a number from 0, not ''."),
        ("/switches", {"name": "echo_state", "value": "x"}, "Echo_state is one of on, off"),
        (f"{STORE}/settings", {}, "Field Store.name has a wrong value."),
        (f"{STORE}/settings", {"name": " ", "plan": "Free"}, "Field Store.name"),
        (f"{STORE}/settings", {"name": "x"}, "Field Store.plan has a wrong value."),
        (f"{STORE}/changes", {}, "Count is a whole number from 1"),
        (f"{STORE}/changes", {"count": "-1"}, "Count is a whole number from 1"),
        (f"{STORE}/products", {}, "Price is a number, not ''."),
        (f"{STORE}/products", GOOD | {"name": ""}, "Field Product.name has a wrong value."),
        (f"{STORE}/products", GOOD | {"price": "nan"}, "Price is a number, not 'nan'."),
        (f"{STORE}/products", GOOD | {"price": "1e999"}, "Price is a number"),
        (f"{STORE}/products", GOOD | {"quantity": "some"}, "Quantity is a whole number"),
        (PRODUCT, {}, "Price is a number, not ''."),
        (PRODUCT, GOOD | {"name": ""}, "Field Product.name has a wrong value."),
        (PRODUCT, GOOD | {"quantity": "1.5"}, "Quantity is a whole number"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(
    outside: Outside, store_id: int, path: str, form: dict[str, str], sentence: str
) -> None:
    product_id = outside.make_product(store_id)
    before = (facts(outside, store_id), outside.listed(store_id))

    answer = outside.call(
        "POST", "/_sandbox" + path.format(store_id=store_id, product_id=product_id), data=form
    )

    assert answer.status_code == 400
    assert sentence in words(answer)
    assert (facts(outside, store_id), outside.listed(store_id)) == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/stores/424242"),
        ("GET", f"/stores/{'9' * 30}"),
        ("POST", "/stores/424242/settings"),
        ("POST", "/stores/424242/scopes"),
        ("POST", "/stores/424242/life/uninstall"),
        ("GET", "/stores/424242/products"),
        ("GET", "/stores/424242/orders"),
        ("GET", "/stores/424242/orders/EBJFT"),
        ("POST", "/stores/424242/changes"),
        ("POST", "/stores/424242/products"),
    ],
)
def test_an_unknown_store_is_a_404_in_a_sentence(outside: Outside, method: str, path: str) -> None:
    form = GOOD | {"plan": "Free", "count": "1"}

    answer = outside.call(method, f"/_sandbox{path}", data=form)

    assert answer.status_code == 404
    assert "There is no store" in words(answer)


@pytest.mark.parametrize(
    ("method", "form"), [("GET", {}), ("POST", GOOD), ("POST", {"action": "delete"})]
)
@pytest.mark.parametrize("product_id", ["42", "9" * 30])
def test_an_unknown_product_is_a_404_in_a_sentence(
    outside: Outside, store_id: int, method: str, form: dict[str, str], product_id: str
) -> None:
    path = f"/_sandbox/stores/{store_id}/products/{product_id}"

    answer = outside.call(method, path, data=form)

    assert answer.status_code == 404
    assert f"Product #{product_id} not found." in words(answer)
