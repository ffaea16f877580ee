"""The page of a new order: pickers, drafts, countries, and problems at their fields."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from redis import Redis
from werkzeug.test import TestResponse

from portal.models import Membership, Role, Store
from portal.services.mirror.resources import CUSTOMERS, PRODUCTS
from portal.web.orders.country_choices import country_choices, country_name, state_choices
from tests.factories import UPDATED_AT, customer_payload, make_merchant, product_payload
from tests.web.conftest import Visitor, page_text
from tests.web.orders.conftest import press

ADDRESS = {
    "id": 1,
    "name": "Ada Adler",
    "street": "5 Road\nYard 2",
    "city": "Austin",
    "postalCode": "78701",
    "countryCode": "US",
    "stateOrProvinceCode": "TX",
    "defaultAddress": True,
}


@pytest.fixture
def path(store: Store) -> str:
    """Address of the form of a store with a mug, a bowl with an option, and a customer."""
    glaze = {"type": "SELECT", "name": "Glaze", "choices": [{"text": "Blue"}]}
    products = [
        product_payload(id=5, name="Mug", sku="MUG", quantity=7),
        product_payload(id=6, name="Bowl", sku="BOWL", options=[glaze]),
    ]
    PRODUCTS.save(store.id, products, UPDATED_AT)
    customers = [
        customer_payload(id=70, name="Ada Adler", email="Ada@Shopper.example"),
        customer_payload(id=71, name="Bea", email="bea@shopper.example"),
    ]
    customers[0]["shippingAddresses"] = [ADDRESS]
    CUSTOMERS.save(store.id, customers, UPDATED_AT)
    return f"/stores/{store.id}/orders/new"


def value_of(page: TestResponse, name: str) -> str:
    """Return the value of an input."""
    [tag] = re.findall(rf'<input[^>]*\sname="{name}"[^>]*>', page.text)
    found = re.search(r'value="([^"]*)"', tag)
    assert found
    return found[1]


def chosen_in(page: TestResponse, name: str) -> tuple[str, str]:
    """Return value and text of the chosen option of a select."""
    body = page.text.partition(f'name="{name}"')[2].partition("</select>")[0]
    found = re.search(r'<option value="([^"]*)"\s+selected>\s*([^<]*?)\s*</option>', body)
    assert found, body
    return found[1], found[2]


def test_products_found_have_picture_price_stock_and_options(browser: Visitor, path: str) -> None:
    page = press(browser, path, action="quote", product_search="mug")
    assert "7 in stock" in page_text(page)
    assert 'class="thumbnail"' in page.text
    assert re.search(r'id="product-search"[^>]*\sautofocus', page.text)
    assert "Options: Glaze" in page_text(
        press(browser, path, action="quote", product_search="bowl")
    )


def test_added_product_keeps_the_focus_at_the_search(browser: Visitor, path: str) -> None:
    page = press(browser, path, add="5", product_search="mug", city="Bonn")
    assert "Mug was added to the order." in page_text(page)
    assert value_of(page, "product_search") == ""
    assert value_of(page, "city") == "Bonn"
    assert re.search(r'id="product-search"[^>]*\sautofocus', page.text)


def test_product_without_options_is_counted_up_and_one_with_options_is_a_new_line(
    browser: Visitor, path: str
) -> None:
    lines = {"line-0-product": "5", "line-0-quantity": "2"}
    page = press(browser, path, add="5", **lines)
    assert value_of(page, "line-0-quantity") == "3"
    assert "line-1-product" not in page.text
    bowls = {"line-0-product": "6", "line-0-quantity": "2", "line-0-option-0": "Blue"}
    page = press(browser, path, add="6", **bowls)
    assert (value_of(page, "line-0-quantity"), value_of(page, "line-1-quantity")) == ("2", "1")
    assert chosen_in(page, "line-0-option-0") == ("Blue", "Blue")


def test_full_form_says_that_nothing_more_fits(browser: Visitor, path: str) -> None:
    lines = {f"line-{n}-product": "6" for n in range(100)}
    page = press(browser, path, add="6", **lines)
    assert "This form takes at most 100 lines." in page_text(page)
    assert "This product can't be added" in page_text(page)


def test_customer_is_found_by_part_of_the_name_and_fills_in_the_address(
    browser: Visitor, path: str
) -> None:
    page = press(browser, path, action="quote", customer_search="adl")
    assert "Ada Adler" in page_text(page)
    assert 'value="71"' not in page.text

    page = press(browser, path, customer="70", city="Bonn")
    assert value_of(page, "email") == "Ada@Shopper.example"
    assert (value_of(page, "street"), value_of(page, "street_2")) == ("5 Road", "Yard 2")
    assert value_of(page, "city") == "Austin"
    assert chosen_in(page, "country_code") == ("US", "United States")
    assert chosen_in(page, "state_code") == ("TX", "Texas")
    assert "No customer matches" in page_text(
        press(browser, path, action="quote", customer_search="zzz")
    )
    assert value_of(press(browser, path, customer="999", city="Bonn"), "city") == "Bonn"


@pytest.mark.parametrize("button", ["add", "customer", "remove"])
@pytest.mark.parametrize("number", ["-1", "9223372036854775808", "1" + "0" * 30, "a"])
def test_button_with_a_number_of_no_record_keeps_the_form(
    browser: Visitor, path: str, button: str, number: str
) -> None:
    page = press(browser, path, city="Bonn", **{button: number})
    assert value_of(page, "city") == "Bonn"


@pytest.mark.parametrize("number", ["0", "-1", "9223372036854775808", "1" + "0" * 30, "a"])
def test_copy_of_no_order_is_not_found(browser: Visitor, path: str, number: str) -> None:
    assert browser.get(f"{path}?copy_of={number}").status_code == 404


def test_each_step_has_an_address_of_its_own_for_back_and_reload(
    browser: Visitor, path: str
) -> None:
    first = browser.post(path, city="Bonn", action="quote").headers["Location"]
    second = browser.post(path, city="Berlin", action="quote").headers["Location"]
    assert value_of(browser.get(second), "city") == "Berlin"
    assert value_of(browser.get(first), "city") == "Bonn"
    assert "Bonn" not in first


def test_draft_of_another_person_or_store_is_not_shown(
    browser: Visitor, app: Flask, path: str, store: Store
) -> None:
    draft = browser.post(path, city="Bonn", action="quote").headers["Location"]
    other = make_merchant(email="other@example.com")
    Membership.create(merchant=other, store=store, role=Role.MANAGER)
    stranger = Visitor(app).force_login(other)
    response = stranger.get(draft)
    assert (response.status_code, response.headers["Location"]) == (303, path)


def test_outdated_draft_leads_to_a_new_order(browser: Visitor, path: str) -> None:
    response = browser.get(f"{path}/{'x' * 22}")
    assert (response.status_code, response.headers["Location"]) == (303, path)
    assert "more than an hour old" in page_text(browser.get(path))


def test_form_works_without_a_place_for_drafts(
    browser: Visitor, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.services.orders.order_drafts.MAX_SIZE", 10)
    page = browser.post(path, city="Bonn", action="quote")
    assert page.status_code == 200
    assert value_of(page, "city") == "Bonn"


def test_draft_is_sealed(browser: Visitor, path: str, redis: Redis) -> None:
    draft = browser.post(path, city="Bonn-Süd", action="quote").headers["Location"]
    stored = redis.get(f"portal:order-draft:{draft.rpartition('/')[2]}")
    assert isinstance(stored, bytes)
    assert stored.startswith(b"v2.")
    assert b"Bonn" not in stored


def test_change_of_a_field_refreshes_the_summary_without_moving_the_focus(
    browser: Visitor, path: str
) -> None:
    page = browser.client.post(
        path,
        data={"country_code": "CA", "csrf_token": browser.csrf_token()},
        headers={"HX-Request": "true"},
    )
    assert page.status_code == 200
    assert "autofocus" not in page.text
    state = page.text.partition('id="state-field"')[2].partition("</div>")[0]
    assert "Quebec" in state


def test_order_without_anything_lists_what_is_missing_with_links(
    browser: Visitor, path: str
) -> None:
    page = browser.post(path, action="submit")
    assert page.status_code == 422
    summary = page.text.partition('id="order-problems"')[2].partition("</section>")[0]
    assert "autofocus" in summary.partition(">")[0]
    links = re.findall(r'href="#([\w-]+)"', summary)
    assert links == ["product-search", "email"]
    for link in links:
        assert f'id="{link}"' in page.text


def test_countries_and_states_are_sorted_by_name(app: Flask) -> None:
    with app.test_request_context():
        names = [name for _, name in country_choices()]
        assert names.index("Åland Islands") < names.index("Albania")
        assert (country_name("DE"), country_name("de")) == ("Germany", "Germany")
        assert (country_name("Atlantis"), country_name(None)) == ("Atlantis", "")
        assert state_choices("AU")[0] == ("ACT", "Australian Capital Territory")
        assert state_choices("DE") == ()
