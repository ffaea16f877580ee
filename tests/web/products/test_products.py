"""List, search and pages of products."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from portal.models import (
    Category,
    ChangeKind,
    Merchant,
    Order,
    Product,
    RecordChange,
    Resource,
    Store,
    SyncState,
    utc_now,
)
from portal.models.search_document import reindex
from portal.rules.records.sellable import UnsellableReason
from portal.services.mirror.resources import ORDERS, PRODUCTS
from portal.services.records import sorted_pages, text_search
from portal.services.records.cursor_pagination import PAGE_SIZE
from portal.web.products.sellable_labels import REASON_LABELS
from tests.factories import (
    UPDATED_AT,
    make_event,
    make_store,
    order_payload,
    product_payload,
    product_row,
)
from tests.web.conftest import Visitor, page_text


@pytest.fixture
def store(merchant: Merchant) -> Store:
    """The merchant's store."""
    return make_store(merchant)


def fill(count: int) -> None:
    """Mirror ``count`` products, two per second; higher numbers are more recently updated."""
    Product.upsert(
        product_row(
            remote_id=number,
            name=f"Mug {number:04}",
            sku=f"M-{number:04}",
            remote_updated_at=UPDATED_AT + timedelta(seconds=number // 2),
        )
        for number in range(1, count + 1)
    )


def names_on(page: str) -> list[str]:
    """Return the product names on a page, in order."""
    return re.findall(r"Mug \d{4}", page)


def link(page: str, rel: str) -> str | None:
    """Return the URL of a link of the pager."""
    tag = re.search(rf'<a\b[^>]*rel="{rel}"[^>]*>', page)
    return re.search(r'href="([^"]+)"', tag[0])[1].replace("&amp;", "&") if tag else None  # type: ignore[index]


@pytest.mark.promise(11)
def test_pages_contain_every_product_once_in_both_directions(
    browser: Visitor, store: Store
) -> None:
    fill(120)
    pages, path = [], "/stores/1003/products"

    while path:
        text = browser.get(path).text
        pages.append(names_on(text))
        last, path = path, link(text, "next") or ""

    assert [len(page) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 20]
    seen = [name for page in pages for name in page]
    assert seen == [f"Mug {number:04}" for number in range(120, 0, -1)]
    back = browser.get(link(browser.get(last).text, "prev") or "").text
    assert names_on(back) == pages[1]
    first = browser.get(link(back, "prev") or "").text
    assert names_on(first) == pages[0]
    assert link(first, "prev") is None


def test_search_matches_name_and_sku_and_is_kept_on_the_next_page(
    browser: Visitor, store: Store
) -> None:
    fill(200)

    by_sku = browser.get("/stores/1003/products?q=m-0042").text
    many = browser.get("/stores/1003/products?q=MUG+01").text

    assert names_on(by_sku) == ["Mug 0042"]
    assert "1–50 of 100" in page_text(browser.get("/stores/1003/products?q=MUG+01"))
    assert "q=MUG" in (link(many, "next") or "")
    assert 'value="MUG 01"' in many


def test_search_for_a_frequent_word_is_shown_in_steps(
    browser: Visitor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(20)
    Product.update(name="Bowl").where(Product.remote_id > 3).execute()
    reindex(Product, store.id, range(1, 21))
    monkeypatch.setattr(text_search, "MATCH_LIMIT", 2)
    monkeypatch.setattr(sorted_pages, "SCAN_LIMIT", 12)

    first = browser.get("/stores/1003/products?q=mug").text
    further = re.search(r'href="([^"]+after=[^"]+)"', first)
    assert further is not None
    second = browser.get(further[1].replace("&amp;", "&")).text

    assert "Search paused after 12 records." in first
    assert "No matches so far." in first
    assert (names_on(first), names_on(second)) == ([], ["Mug 0003", "Mug 0002", "Mug 0001"])


@pytest.mark.parametrize("words_typed", ["%", "_", "\\", "'", '"><script>', "zzz", "ü" * 500])
def test_search_for_special_characters_matches_them_literally(
    browser: Visitor, store: Store, words_typed: str
) -> None:
    fill(3)

    response = browser.client.get("/stores/1003/products", query_string={"q": words_typed})

    assert response.status_code == 200
    assert "No products found" in page_text(response)
    assert "<script>" not in response.text


def test_store_without_products_says_so(browser: Visitor, store: Store) -> None:
    SyncState.create(store=store, resource=Resource.PRODUCTS, high_water_at=utc_now())

    assert "No products yet" in page_text(browser.get("/stores/1003/products"))


def test_list_of_a_store_whose_import_runs_says_so(browser: Visitor, store: Store) -> None:
    page = browser.get("/stores/1003/products")

    assert "Still importing" in page_text(page)
    assert "Still importing" not in page_text(browser.get("/stores/1003/products?q=mug"))


def test_position_is_shown_on_every_page(browser: Visitor, store: Store) -> None:
    fill(120)
    first = browser.get("/stores/1003/products?sort=name")
    second = browser.get(link(first.text, "next") or "")
    third = browser.get(link(second.text, "next") or "")
    back = browser.get(link(third.text, "prev") or "")

    pages = [page_text(page) for page in (first, second, third, back)]
    positions = ("1–50 of 120", "51–100 of 120", "101–120 of 120", "51–100 of 120")
    assert all(position in page for position, page in zip(positions, pages, strict=True))


def test_filters_are_kept_on_the_next_page_and_can_be_removed(
    browser: Visitor, store: Store
) -> None:
    fill(120)
    Product.update(is_enabled=False).where(Product.remote_id > 60).execute()
    page = browser.get("/stores/1003/products?visibility=hidden&sort=price&q=mug")

    assert "Visibility: Hidden in the store" in page_text(page)
    assert "Filter and sort (1 active)" in page_text(page)
    assert "1–50 of 60" in page_text(page)
    further = link(page.text, "next") or ""
    for kept in ("visibility=hidden", "sort=price", "q=mug"):
        assert kept in further
    removal = re.search(r'class="chips__chip"\s+href="([^"]+)"', page.text)
    assert removal is not None
    assert removal[1] == "/stores/1003/products?q=mug&amp;sort=price"


@pytest.mark.parametrize("query", ["sort=x", "visibility=x", "category=x", "sellable=x", "first=x"])
def test_unknown_values_of_filters_are_ignored(browser: Visitor, store: Store, query: str) -> None:
    fill(3)

    assert "1–3 of 3" in page_text(browser.get(f"/stores/1003/products?{query}"))


def test_category_filter_offers_and_lists_a_category(browser: Visitor, store: Store) -> None:
    times = {"raw": {}, "remote_updated_at": UPDATED_AT, "synced_at": UPDATED_AT}
    for number, name, parent in ((7, "Tableware", None), (8, "Mugs", 7)):
        row = {"store": 1003, "remote_id": number, "name": name, "parent_id": parent} | times
        Category.upsert([row | {"deleted_at": None}])
    fill(3)
    Product.update(category_ids=[8]).where(Product.remote_id == 2).execute()

    page = browser.get("/stores/1003/products?category=8")

    assert "Category: Tableware / Mugs" in page_text(page)
    assert names_on(page.text) == ["Mug 0002"]
    assert "Tableware / Mugs" in page_text(browser.get("/stores/1003/products/2"))


@pytest.mark.parametrize("place", ["x", "1~", "~1", "0~1", "9" * 40 + "~1", "1~" + "9" * 40, ""])
def test_malformed_cursor_is_a_404(browser: Visitor, store: Store, place: str) -> None:
    assert browser.get(f"/stores/1003/products?after={place}").status_code == 404
    assert browser.get(f"/stores/1003/products?before={place}").status_code == 404


def test_cursor_beyond_the_end_is_an_empty_page(browser: Visitor, store: Store) -> None:
    fill(3)

    assert browser.get("/stores/1003/products?after=1~1").status_code == 200


def test_product_is_shown_with_its_variations_and_categories(
    browser: Visitor, store: Store
) -> None:
    payload = product_payload(
        quantity=1234,
        compareToPrice=30,
        thumbnailUrl="https://pictures.example/mug.jpg",
        options=[
            {
                "type": "SELECT",
                "name": "Size",
                "choices": [{"text": "S"}, {"text": "M", "priceModifier": Decimal("1.5")}],
            }
        ],
        combinations=[
            {"id": 1, "options": [{"name": "Size", "value": "S"}]},
            {"id": 2, "options": [{"name": "Size", "value": "M"}]},
            {"id": 3, "options": [{"name": "Size", "value": "L"}], "price": Decimal("29.5")},
            {"id": 4},
        ],
    )
    PRODUCTS.save(1003, [payload], UPDATED_AT)
    times = {
        "raw": {},
        "remote_updated_at": UPDATED_AT,
        "synced_at": UPDATED_AT,
        "deleted_at": None,
    }
    Category.upsert([{"store": 1003, "remote_id": 7, "name": "Tableware", **times}])
    response = browser.get("/stores/1003/products/5")

    page = page_text(response)
    for text in ("Stoneware mug", "€24.90", "€30.00", "1,234", "Tableware"):
        assert text in page
    for size, price in (("S", "24.90"), ("M", "26.40"), ("L", "29.50")):
        assert re.search(rf"Size: {size} – €{price}", page), size
    # The variations share the product's stock.
    assert "Unlimited" not in page
    assert "Can't be sold The product must be shipped but has no weight." in page
    assert 'src="https://pictures.example/mug.jpg"' in response.text
    assert 'alt="Stoneware mug"' in response.text
    assert 'href="https://clay.example/mug"' in response.text


def test_every_reason_not_to_sell_has_a_label() -> None:
    assert REASON_LABELS.keys() == set(UnsellableReason)


def test_product_page_says_that_channels_can_sell_it(browser: Visitor, store: Store) -> None:
    sellable = product_payload(weight=1, imageUrl="https://pictures.example/mug.jpg")
    PRODUCTS.save(1003, [sellable], UPDATED_AT)

    assert "Can be sold" in page_text(browser.get("/stores/1003/products/5"))


def test_deleted_product_says_so_and_is_not_listed(browser: Visitor, store: Store) -> None:
    fill(2)
    Product.mark_deleted(Product.matching(1003, [2]), read_at=utc_now())

    assert "was deleted in Ecwid" in page_text(browser.get("/stores/1003/products/2"))
    assert names_on(browser.get("/stores/1003/products").text) == ["Mug 0001"]


def test_unlimited_stock_hidden_products_and_missing_prices_are_shown_as_text(
    browser: Visitor, merchant: Merchant
) -> None:
    make_store(merchant, currency="")
    Product.upsert([product_row(is_enabled=False, quantity=None, price=None, name="")])
    Product.upsert([product_row(remote_id=6, price=Decimal("3.5"), name="Mug 0006")])

    page = page_text(browser.get("/stores/1003/products"))

    assert "Unlimited" in page
    assert "Hidden" in page
    assert "(No name)" in page
    assert "3.5" in page
    assert "Hidden in the store" in page_text(browser.get("/stores/1003/products/5"))


def test_product_page_links_to_its_events(browser: Visitor, store: Store) -> None:
    Product.upsert([product_row(remote_id=5)])

    assert 'href="/stores/1003/events?entity=5"' in browser.get("/stores/1003/products/5").text


def test_product_links_to_its_orders_and_the_list_names_it(browser: Visitor, store: Store) -> None:
    Product.upsert([product_row(remote_id=5, name="Stoneware mug")])
    item = order_payload()["items"][0]
    for number, product_id in ((1, 5), (2, 5), (3, 6), (4, 5)):
        order = order_payload(
            id=f"N-{number}", internalId=number, items=[item | {"productId": product_id}] * 2
        )
        ORDERS.save(store.id, [order], UPDATED_AT)
    Order.mark_deleted(Order.remote_id == 4, read_at=UPDATED_AT + timedelta(days=9))

    product_page = browser.get("/stores/1003/products/5")
    assert "Orders with this product (2)" in page_text(product_page)
    assert 'href="/stores/1003/orders?product=5"' in product_page.text
    listed = browser.get("/stores/1003/orders?product=5&sort=total")
    assert ("N-1" in listed.text, "N-2" in listed.text) == (True, True)
    assert ("N-3" in listed.text, "N-4" in listed.text) == (False, False)
    assert "Product: Stoneware mug" in page_text(listed)
    assert 'href="/stores/1003/orders?sort=total"' in listed.text
    assert 'type="hidden" name="product" value="5"' in listed.text


def test_orders_of_a_very_frequent_product_are_not_counted(
    browser: Visitor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.web.products.views.ORDERS_COUNTED", 1)
    Product.upsert([product_row(remote_id=5)])
    item = order_payload()["items"][0] | {"productId": 5}
    for number in (1, 2):
        order = order_payload(id=f"N-{number}", internalId=number, items=[item])
        ORDERS.save(store.id, [order], UPDATED_AT)

    page = page_text(browser.get("/stores/1003/products/5"))

    assert "Orders with this product" in page
    assert "Orders with this product (" not in page


def test_product_links_to_the_event_that_last_changed_it(browser: Visitor, store: Store) -> None:
    fill(5)
    event = make_event(store_id=store.id, event_id="5a4-77")
    RecordChange.create(
        store=store,
        resource=Resource.PRODUCTS,
        remote_id=5,
        event=event,
        kind=ChangeKind.UPDATED,
        changes=[],
    )

    page = browser.get(f"/stores/{store.id}/products/5")

    assert f'href="/stores/{store.id}/events/5a4-77"' in page.text
    assert "Last change" not in browser.get(f"/stores/{store.id}/products/4").text


def test_pictures_have_the_alternative_texts_of_the_store(browser: Visitor, store: Store) -> None:
    images = [
        {
            "id": "1",
            "isMain": True,
            "image400pxUrl": "https://p.example/1",
            "alt": {"main": "Front"},
        },
        {"id": "2", "isMain": False, "image400pxUrl": "https://p.example/2"},
    ]
    PRODUCTS.save(1003, [product_payload(media={"images": images})], UPDATED_AT)

    page = browser.get("/stores/1003/products/5").text

    assert re.search(r'src="https://p.example/1"\s+alt="Front"', page)
    assert re.search(r'src="https://p.example/2"\s+alt="Stoneware mug"', page)
