"""The owner chooses which products a channel gets, and sees which of them can't be sold."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from portal.models import (
    AuditLogEntry,
    ChannelConsent,
    ChannelPick,
    ChannelSelection,
    Membership,
    Merchant,
    Role,
    Store,
)
from portal.rules.api_keys.key_scopes import STORE_SCOPES
from portal.services.channels.apply_selections import apply_selection
from portal.services.channels.consents import grant_consent
from portal.services.mirror.resources import CATEGORIES, PRODUCTS
from portal.services.records import channel_catalog
from portal.services.runtime import Runtime
from tests.factories import (
    UPDATED_AT,
    category_payload,
    make_channel,
    make_merchant,
    product_payload,
)
from tests.web.conftest import Visitor, page_text


@pytest.fixture
def consent(store: Store, merchant: Merchant) -> ChannelConsent:
    """The consent of a store with two mugs, of which one is out of stock, and two categories."""
    mugs = [
        product_payload(id=5, name="Blue mug", sku="MUG-5", quantity=3),
        product_payload(id=6, name="Red mug", sku="MUG-6", quantity=0, categoryIds=[8]),
    ]
    PRODUCTS.save(store.id, mugs, UPDATED_AT)
    CATEGORIES.save(store.id, [category_payload(), category_payload(id=8, parentId=7)], UPDATED_AT)
    return grant_consent(make_channel(), store, STORE_SCOPES, merchant)


def page(consent: ChannelConsent) -> str:
    """Return the address of the page."""
    return f"/stores/1003/channels/{consent.id}/catalog"


def choose(browser: Visitor, runtime: Runtime, consent: ChannelConsent, **fields: Any) -> None:
    """Send the form, and apply the choice."""
    assert browser.post(page(consent), **fields).status_code == 303
    apply_selection(runtime, consent.id)


def test_owner_chooses_a_rule_and_sees_the_numbers(
    browser: Visitor, runtime: Runtime, merchant: Merchant, consent: ChannelConsent
) -> None:
    before = page_text(browser.get(page(consent)))
    assert "2 of 2 products selected." in before
    assert "Not checked yet" in before

    browser.post(page(consent), kind="rule", brand="", sku_prefix="mug", in_stock="y")
    applying = page_text(browser.get(page(consent)))
    assert "We're applying your selection" in applying
    assert "Checking…" in applying
    apply_selection(runtime, consent.id)

    text = page_text(browser.get(page(consent)))
    assert "1 of 2 products selected, 1 of them can't be sold." in text
    assert "Blue mug" in text
    assert "Red mug" not in text
    assert ChannelSelection.get().conditions == {"sku_prefix": "mug", "in_stock": True}
    assert AuditLogEntry.get(action="channel.selection_changed").actor == merchant
    assert "Channel catalog" in page_text(browser.get("/stores/1003/channels"))


def test_reasons_are_counted_and_filter_the_list_page_by_page(
    browser: Visitor, runtime: Runtime, store: Store, consent: ChannelConsent
) -> None:
    more = [product_payload(id=number, quantity=1) for number in range(100, 130)]
    PRODUCTS.save(store.id, more, UPDATED_AT)
    choose(browser, runtime, consent, kind="all")

    assert "32 of them can't be sold" in page_text(browser.get(page(consent)))
    assert "The product is out of stock. The product has no image." in page_text(
        browser.get(page(consent))
    )
    some = page_text(browser.get(f"{page(consent)}?reason=out_of_stock"))
    assert "Red mug" in some
    assert "Save selection" not in some
    assert "Save selection" in page_text(browser.get(page(consent)))
    assert "Blue mug" not in some
    first = browser.get(f"{page(consent)}?reason=no_image").text
    later = browser.get(f"{page(consent)}?reason=no_image&after=122")
    assert first.count("/stores/1003/products/") == 25
    assert later.text.count("/stores/1003/products/") == 7
    assert browser.get(f"{page(consent)}?before=123").text.count("/stores/1003/products/") == 25
    assert "All selected products can be sold" in page_text(
        browser.get(f"{page(consent)}?reason=gift_card")
    )
    for query in ("reason=nonsense", f"after={'0' * 19}1{'9' * 30}"):
        assert browser.get(f"{page(consent)}?{query}").status_code == 404


def test_categories_are_chosen_with_those_below(
    browser: Visitor,
    runtime: Runtime,
    consent: ChannelConsent,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choose(browser, runtime, consent, kind="categories", category_ids=["8"])
    assert "1 of 2 products selected" in page_text(browser.get(page(consent)))

    monkeypatch.setattr(channel_catalog, "CATEGORIES_SHOWN", 1)
    assert "the first 1 categories" in page_text(browser.get(page(consent)))
    choose(browser, runtime, consent, kind="categories", more_category_ids="7, 99")
    assert "2 of 2 products selected" in page_text(browser.get(page(consent)))
    assert ChannelSelection.get().category_ids == [7, 99]
    choose(browser, runtime, consent, kind="categories", category_ids=["7", "8"])
    assert browser.get(page(consent)).text.count('name="category_ids"') == 2


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"kind": "nonsense"}, "Not a valid choice"),
        ({"kind": "categories"}, "Select at least one category."),
        ({"kind": "categories", "category_ids": [str(n) for n in range(1, 502)]}, "up to 500"),
        ({"kind": "categories", "category_ids": ["9" * 40]}, "Select at least one category."),
        ({"kind": "categories", "more_category_ids": "mugs"}, "category IDs from Ecwid"),
        ({"kind": "rule", "category_ids": ["9" * 20, "9" * 5000, "x"]}, "Enter at least one"),
        ({"kind": "rule"}, "Enter at least one condition."),
        ({"kind": "rule", "price_from": "cheap"}, "Enter a price, such as 12.50."),
        ({"kind": "rule", "price_to": "-1"}, "Enter a price, such as 12.50."),
        ({"kind": "rule", "price_from": "9,50", "price_to": "3"}, "below the lowest price"),
        ({"kind": "rule", "price_to": "1e15"}, "Enter a lower price."),
        ({"kind": "rule", "attribute_value": "Oak"}, "Enter the attribute"),
        ({"kind": "rule", "brand": "b" * 201}, "at most 200 characters"),
    ],
)
def test_invalid_choice_says_what_to_change(
    browser: Visitor,
    consent: ChannelConsent,
    monkeypatch: pytest.MonkeyPatch,
    fields: dict[str, Any],
    problem: str,
) -> None:
    monkeypatch.setattr(channel_catalog, "CATEGORIES_SHOWN", 1)

    refused = browser.post(page(consent), **fields)

    assert refused.status_code == 422
    assert problem in page_text(refused)
    assert "Not saved." in page_text(refused)
    assert not ChannelSelection.select().exists()


def test_products_are_found_picked_and_excluded(
    browser: Visitor, runtime: Runtime, consent: ChannelConsent
) -> None:
    choose(browser, runtime, consent, kind="hand_picked")
    assert "No products picked yet." in page_text(browser.get(page(consent)))
    products = f"{page(consent)}/products"
    assert "No products picked or excluded" in page_text(browser.get(f"{products}?show=picked"))

    picked = browser.post(f"{products}/5/pick?q=blue")

    assert picked.headers["Location"].endswith("/products?q=blue#product-5")
    assert "Picked" in page_text(browser.get(f"{products}?q=blue"))
    assert "1 of 2 products selected" in page_text(browser.get(page(consent)))
    assert "No products found" in page_text(browser.get(f"{products}?q=plate"))
    assert browser.get(f"{products}?q=plate&after=x").status_code == 404
    browser.post(f"{products}/6/exclude?show=picked")
    assert "Excluded" in page_text(browser.get(f"{products}?show=picked"))
    browser.post(f"{products}/5/clear")
    assert [row.product_id for row in ChannelPick.select()] == [6]
    assert "The channel gets only the products you pick." in page_text(browser.get(products))
    assert browser.post(f"{products}/99/pick").status_code == 404


def test_pick_returns_to_the_same_page_of_the_list(
    browser: Visitor, store: Store, consent: ChannelConsent
) -> None:
    more = [product_payload(id=number, name=f"Cup {number}") for number in range(100, 160)]
    PRODUCTS.save(store.id, more, UPDATED_AT)
    products = f"{page(consent)}/products"
    [later] = re.findall(
        r'href="([^"]*/catalog/products\?after=[^"]+)"', browser.get(products).text
    )
    second = browser.get(later).text
    picks = re.findall(r'action="([^"]*/products/(\d+)/pick\?[^"]+)"', second)

    returned = browser.post(unescape(picks[-1][0])).headers["Location"]

    assert returned.endswith(f"{unescape(later)}#product-{picks[-1][1]}")
    assert f'id="product-{picks[-1][1]}"' in second
    assert second.count("Picked by you") == 0
    assert browser.get(returned).text.count("Picked by you") == 1


def test_list_of_picks_returns_to_its_first_page_when_the_last_one_is_empty(
    browser: Visitor, consent: ChannelConsent
) -> None:
    picks = f"{page(consent)}/products"
    for product_id in (5, 6):
        browser.post(f"{picks}/{product_id}/pick")

    taken_back = browser.post(f"{picks}/6/clear?show=picked&after=5").headers["Location"]

    assert "Blue mug" in page_text(browser.get(taken_back))


def test_staff_see_the_catalog_and_change_nothing(
    visitor: Visitor, store: Store, consent: ChannelConsent
) -> None:
    bob = make_merchant(email="bob@example.com")
    Membership.create(merchant=bob, store=store, role=Role.MANAGER)
    visitor.force_login(bob)

    catalog = page_text(visitor.get(page(consent)))
    assert "Save selection" not in catalog
    assert "We check this when the store's owner saves the product selection" in catalog
    assert "Undo" not in page_text(visitor.get(f"{page(consent)}/products"))
    assert visitor.get("/stores/1003/channels/999/catalog").status_code == 404
