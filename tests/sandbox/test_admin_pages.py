"""Tests for the admin pages: forms, lists and errors for invalid input."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from portal.sandbox.config import SWITCHES
from tests.sandbox.client import SCOPES, SandboxClient, page_text
from tests.sandbox.conftest import SetSwitches


def page(sandbox: SandboxClient, path: str, **params: Any) -> requests.Response:
    """Open an admin page."""
    answer = sandbox.call("GET", f"/_sandbox{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer


def submit(sandbox: SandboxClient, path: str, **form: Any) -> str:
    """Submit a form and return the path of the redirect."""
    answer = sandbox.call("POST", f"/_sandbox{path}", data=form)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].removeprefix("/_sandbox")


def describe(sandbox: SandboxClient, store_id: int) -> dict[str, Any]:
    """Return the admin API's description of a store."""
    found: dict[str, Any] = sandbox.admin("GET", f"/stores/{store_id}").json()
    return found


def test_a_new_store_appears_in_the_list(sandbox: SandboxClient) -> None:
    form = {"name": "Elm & Fenn", "plan": "Venture", "products": "7"}

    path = submit(sandbox, "/stores", **form)

    shown = page_text(page(sandbox, path))
    listed = page_text(page(sandbox, "/"))
    assert "Elm & Fenn" in shown
    assert "Products 7 Orders 0 Customers 0 Coupons 0" in shown
    assert "Elm & Fenn" in listed
    assert "not installed" in listed


def test_the_store_list_shows_plan_and_scopes(sandbox: SandboxClient, store_id: int) -> None:
    sandbox.admin("PATCH", f"/stores/{store_id}", {"name": "Heath", "suspended": True})

    listed = page_text(page(sandbox, "/"))

    assert f"Heath {store_id} Business, suspended 0 0 0 installed, {len(SCOPES)} scopes" in listed


def test_store_names_are_escaped(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(name="<b>Bold</b>")

    for path in ("/", f"/stores/{store_id}"):
        assert "<b>Bold" not in page(sandbox, path).text


def test_the_product_list_is_paginated(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(products=60)
    path = f"/stores/{store_id}/products"

    first, second, last = (page(sandbox, path, page=number) for number in (1, 2, 3))

    shown = [
        re.findall(rf"/stores/{store_id}/products/(\d+)", p.text) for p in (first, second, last)
    ]
    assert [len(set(ids)) for ids in shown] == [25, 25, 10]
    assert len({product_id for ids in shown for product_id in ids}) == 60
    assert ("Next" in page_text(first), "Back" in page_text(first)) == (True, False)
    assert ("Next" in page_text(last), "Back" in page_text(last)) == (False, True)


@pytest.mark.parametrize("number", ["0", "-4", "x", "99", "9" * 30])
def test_an_invalid_page_number_is_no_error(
    sandbox: SandboxClient, store_id: int, number: str
) -> None:
    assert page(sandbox, f"/stores/{store_id}/products", page=number).status_code == 200


def test_products_are_searched_by_name_and_sku(sandbox: SandboxClient, store_id: int) -> None:
    sandbox.make_product(store_id, name="Oak board", sku="OB-1")
    sandbox.make_product(store_id, name="Bud vase", sku="BV-2")

    by_name = page_text(page(sandbox, f"/stores/{store_id}/products", q="oak"))
    by_sku = page_text(page(sandbox, f"/stores/{store_id}/products", q="bv-2"))
    nothing = page_text(page(sandbox, f"/stores/{store_id}/products", q="%<"))

    assert ("Oak board" in by_name, "Bud vase" in by_name) == (True, False)
    assert ("Oak board" in by_sku, "Bud vase" in by_sku) == (False, True)
    assert "Nothing matches “%<”." in nothing


def test_settings_are_saved(sandbox: SandboxClient, store_id: int) -> None:
    sandbox.admin("PATCH", f"/stores/{store_id}", {"features": ["API"]})

    path = submit(
        sandbox,
        f"/stores/{store_id}/settings",
        name="Isle",
        plan="Free",
        suspended="on",
        closed="on",
    )

    store = describe(sandbox, store_id)
    assert path == f"/stores/{store_id}"
    assert (store["name"], store["plan"]) == ("Isle", "Free")
    assert store["suspended"] is True
    assert sandbox.admin("GET", f"/stores/{store_id}/settings").json()["closed"] is True
    assert "API" not in store["features"]


def test_the_settings_form_ends_a_suspension(sandbox: SandboxClient, store_id: int) -> None:
    sandbox.admin("PATCH", f"/stores/{store_id}", {"suspended": True})

    submit(sandbox, f"/stores/{store_id}/settings", name="Isle", plan="Business")

    assert describe(sandbox, store_id)["suspended"] is False


def test_the_app_market_link_opens_the_consent_page_without_a_state(
    sandbox: SandboxClient, store_id: int
) -> None:
    shown = page(sandbox, f"/stores/{store_id}").text

    link = re.search(r'href="([^"]+)">Install from the App Market<', shown)

    assert link is not None
    assert link[1].startswith("/api/oauth/authorize?")
    assert "state=" not in link[1]


def test_every_granted_scope_has_a_checked_box(sandbox: SandboxClient, store_id: int) -> None:
    text = page(sandbox, f"/stores/{store_id}").text

    boxes = re.findall(r'name="scope"\s+value="(\w+)"\s+checked', text)
    assert boxes == list(SCOPES)


def test_the_scopes_form_changes_the_token(sandbox: SandboxClient, store_id: int) -> None:
    submit(sandbox, f"/stores/{store_id}/scopes", scope=["read_catalog", "read_orders"])

    assert describe(sandbox, store_id)["scopes"] == ["read_catalog", "read_orders"]


def test_an_app_without_scopes_can_still_be_uninstalled(
    sandbox: SandboxClient, store_id: int
) -> None:
    submit(sandbox, f"/stores/{store_id}/scopes")

    assert "Uninstall the app" in page_text(page(sandbox, f"/stores/{store_id}"))
    assert describe(sandbox, store_id)["installed"] is True


def test_the_uninstall_button_ends_the_token(sandbox: SandboxClient, store_id: int) -> None:
    submit(sandbox, f"/stores/{store_id}/actions/uninstall")

    assert "The app is not installed." in page_text(page(sandbox, f"/stores/{store_id}"))
    assert sandbox.api(store_id, "/profile").status_code == 403


def test_the_price_changes_form_changes_prices(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(products=8)
    sandbox.connect(store_id)
    before = {item["id"]: item["price"] for item in sandbox.list_items(store_id)}

    submit(sandbox, f"/stores/{store_id}/price-changes", count="3")

    after = {item["id"]: item["price"] for item in sandbox.list_items(store_id)}
    assert sum(before[number] != after[number] for number in before) == 3


def test_order_statuses_are_named_and_enabled(sandbox: SandboxClient, store_id: int) -> None:
    path = f"/stores/{store_id}/statuses"
    form = {"CUSTOM_PAYMENT_STATUS_1": " Deposit <b> ", "enabled": "CUSTOM_PAYMENT_STATUS_1"}

    assert submit(sandbox, path, **form) == path

    assert "Deposit &lt;b&gt;" in page(sandbox, path).text
    statuses = sandbox.api(store_id, "/profile/order_statuses").json()["items"]
    named = [(each["name"], each["enabled"]) for each in statuses if each.get("name")]
    assert named == [("Deposit <b>", True)]
    submit(sandbox, path)
    statuses = sandbox.api(store_id, "/profile/order_statuses").json()["items"]
    assert [each["enabled"] for each in statuses if each.get("name")] == [False]
    assert sandbox.call("POST", "/_sandbox/stores/77/statuses").status_code == 404


@pytest.mark.parametrize("name", ["Clay pot", "Pot 18/26 cm & more?", "Füße #1"])
def test_a_new_product_has_an_image(sandbox: SandboxClient, store_id: int, name: str) -> None:
    submit(sandbox, f"/stores/{store_id}/products", name=name, price="24.90", quantity="10")

    [product] = sandbox.list_items(store_id)
    assert (product["name"], product["price"], product["quantity"]) == (name, 24.9, 10)
    assert requests.get(product["imageUrl"], timeout=10).text.startswith("<svg")


def test_the_product_page_lists_variations(sandbox: SandboxClient, store_id: int) -> None:
    variation = {"options": [{"name": "Size", "value": "S"}], "sku": "OB-S", "price": 14}
    product_id = sandbox.make_product(
        store_id, name="Oak board", sku="OB-1", combinations=[variation]
    )

    shown = page_text(page(sandbox, f"/stores/{store_id}/products/{product_id}"))

    assert "Oak board" in shown
    assert "OB-1" in shown
    assert "Size: S OB-S 14.00 unlimited" in shown


def test_the_product_form_saves_changes(sandbox: SandboxClient, store_id: int) -> None:
    product_id = sandbox.make_product(store_id, quantity=3)
    path = f"/stores/{store_id}/products/{product_id}"

    next_path = submit(
        sandbox, path, action="save", name="Walnut board", price="31", quantity="4", enabled="on"
    )

    product = sandbox.api(store_id, f"/products/{product_id}").json()
    assert next_path == path
    assert (product["name"], product["price"], product["quantity"]) == ("Walnut board", 31, 4)
    assert product["enabled"] is True


def test_an_empty_form_means_unlimited_stock_and_a_hidden_product(
    sandbox: SandboxClient, store_id: int
) -> None:
    product_id = sandbox.make_product(store_id, quantity=3)

    submit(sandbox, f"/stores/{store_id}/products/{product_id}", name="x", price="1", quantity="")

    product = sandbox.api(store_id, f"/products/{product_id}").json()
    assert (product["unlimited"], product["enabled"]) == (True, False)
    assert "(hidden)" in page_text(page(sandbox, f"/stores/{store_id}/products"))


def test_the_product_form_deletes_the_product(sandbox: SandboxClient, store_id: int) -> None:
    product_id = sandbox.make_product(store_id)

    path = submit(sandbox, f"/stores/{store_id}/products/{product_id}", action="delete")

    assert path == f"/stores/{store_id}/products"
    assert sandbox.list_items(store_id) == []


def test_an_empty_webhook_log_says_what_to_do(sandbox: SandboxClient) -> None:
    shown = page_text(page(sandbox, "/deliveries"))

    assert "No webhooks were sent yet." in shown


def test_the_webhook_log_describes_each_outcome(sandbox: SandboxClient, store_id: int) -> None:
    lines = [
        ("product.created", 0, 9e9, "pending", None),
        ("product.updated", 1, None, "200", 1e9),
        ("product.deleted", 2, 32472154870.5, "503", None),
        ("profile.updated", 28, None, "timeout", None),
    ]
    with sandbox.parts.state.transaction() as connection:
        connection.executemany(
            "INSERT INTO delivery"
            " (store, event_id, url, body, created, first_due, type, attempt_count, due, status,"
            " delivered)"
            " VALUES (1003, 'e', 'http://portal.invalid/', '{}', 7265, 7265, ?, ?, ?, ?, ?)",
            lines,
        )

    shown = page_text(page(sandbox, "/deliveries"))

    with sandbox.parts.state.transaction() as connection:
        connection.execute("DELETE FROM delivery")
    where = "e 02:01:05 1003 http://portal.invalid/"
    assert f"product.created {where} 0 not sent yet" in shown
    assert f"product.updated {where} 1 delivered (200)" in shown
    assert f"product.deleted {where} 2 503, next attempt at 03:01:10" in shown
    assert f"profile.updated {where} 28 failed (timeout)" in shown


def test_the_switches_page_shows_every_value(
    sandbox: SandboxClient, set_switches: SetSwitches
) -> None:
    set_switches(token_fault="empty", latency_ms="7")

    answer = page(sandbox, "/switches")

    shown = page_text(answer)
    assert all(name in shown for name in SWITCHES)
    assert "Changed: token_fault , latency_ms" in shown
    assert shown.count(" changed") == 2
    assert "<option selected>empty</option>" in answer.text
    assert re.search(r'id="value-latency_ms"\s+name="value"\s+value="7"', answer.text)


def test_the_switches_form_sets_a_switch(sandbox: SandboxClient, set_switches: SetSwitches) -> None:
    path = submit(sandbox, "/switches", name="latency_ms", value=" 1 ")

    assert path == "/switches#latency_ms"
    assert sandbox.admin("GET", "/switches").json()["latency_ms"] == "1"


STORE = "/stores/{store_id}"
PRODUCT = "/stores/{store_id}/products/{product_id}"
VALID_FORM = {"name": "x", "price": "1", "quantity": "1"}


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
        (f"{STORE}/price-changes", {}, "Count is a whole number from 1"),
        (f"{STORE}/price-changes", {"count": "-1"}, "Count is a whole number from 1"),
        (f"{STORE}/products", {}, "Price is a number, not ''."),
        (f"{STORE}/products", VALID_FORM | {"name": ""}, "Field Product.name has a wrong value."),
        (f"{STORE}/products", VALID_FORM | {"price": "nan"}, "Price is a number, not 'nan'."),
        (f"{STORE}/products", VALID_FORM | {"price": "1e999"}, "Price is a number"),
        (f"{STORE}/products", VALID_FORM | {"quantity": "some"}, "Quantity is a whole number"),
        (PRODUCT, {}, "Price is a number, not ''."),
        (PRODUCT, VALID_FORM | {"name": ""}, "Field Product.name has a wrong value."),
        (PRODUCT, VALID_FORM | {"quantity": "1.5"}, "Quantity is a whole number"),
    ],
)
def test_invalid_input_is_rejected_with_a_sentence(
    sandbox: SandboxClient, store_id: int, path: str, form: dict[str, str], sentence: str
) -> None:
    product_id = sandbox.make_product(store_id)
    before = (describe(sandbox, store_id), sandbox.list_items(store_id))

    answer = sandbox.call(
        "POST", "/_sandbox" + path.format(store_id=store_id, product_id=product_id), data=form
    )

    assert answer.status_code == 400
    assert sentence in page_text(answer)
    assert (describe(sandbox, store_id), sandbox.list_items(store_id)) == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/stores/424242"),
        ("GET", f"/stores/{'9' * 30}"),
        ("POST", "/stores/424242/settings"),
        ("POST", "/stores/424242/scopes"),
        ("POST", "/stores/424242/actions/uninstall"),
        ("GET", "/stores/424242/products"),
        ("GET", "/stores/424242/orders"),
        ("GET", "/stores/424242/orders/EBJFT"),
        ("POST", "/stores/424242/price-changes"),
        ("POST", "/stores/424242/products"),
    ],
)
def test_an_unknown_store_is_a_404_with_a_sentence(
    sandbox: SandboxClient, method: str, path: str
) -> None:
    form = VALID_FORM | {"plan": "Free", "count": "1"}

    answer = sandbox.call(method, f"/_sandbox{path}", data=form)

    assert answer.status_code == 404
    assert "There is no store" in page_text(answer)


@pytest.mark.parametrize(
    ("method", "form"), [("GET", {}), ("POST", VALID_FORM), ("POST", {"action": "delete"})]
)
@pytest.mark.parametrize("product_id", ["42", "9" * 30])
def test_an_unknown_product_is_a_404_with_a_sentence(
    sandbox: SandboxClient, store_id: int, method: str, form: dict[str, str], product_id: str
) -> None:
    path = f"/_sandbox/stores/{store_id}/products/{product_id}"

    answer = sandbox.call(method, path, data=form)

    assert answer.status_code == 404
    assert f"Product #{product_id} not found." in page_text(answer)
