"""Pages of a merchant's stores by name, and their search."""

from __future__ import annotations

import pytest
from peewee import Database

from portal.models import Membership, Merchant, Store
from portal.services.connection import list_stores as module
from portal.services.connection.list_stores import LARGEST_ID, list_stores
from portal.services.pagination import KeyPage
from tests.factories import make_merchant, make_store


@pytest.fixture
def merchant(database: Database, monkeypatch: pytest.MonkeyPatch) -> Merchant:
    """A merchant with seven stores, two of them of the same name, on pages of three."""
    monkeypatch.setattr(module, "PAGE_SIZE", 3)
    merchant = make_merchant()
    for number, name in enumerate(("Wax", "Clay", "Oak", "Clay", "Ash", "Iron_1", "Zinc")):
        make_store(merchant, id=1003 + number, name=name)
    make_store(make_merchant(email="eve@example.com"), id=2002, name="Clay")
    return merchant


def names(page: KeyPage[Store]) -> list[tuple[str, int]]:
    return [(store.name, store.id) for store in page.rows]


ALL = [
    ("Ash", 1007),
    ("Clay", 1004),
    ("Clay", 1006),
    ("Iron_1", 1008),
    ("Oak", 1005),
    ("Wax", 1003),
    ("Zinc", 1009),
]


def test_pages_lead_through_all_stores_and_back(merchant: Merchant) -> None:
    first = list_stores(merchant)
    second = list_stores(merchant, after=first.later)
    last = list_stores(merchant, after=second.later)

    assert [names(first), names(second), names(last)] == [ALL[:3], ALL[3:6], ALL[6:]]
    assert (first.earlier, last.later) == (None, None)
    back = list_stores(merchant, before=last.earlier)
    assert names(back) == ALL[3:6]
    start = list_stores(merchant, before=back.earlier)
    assert names(start) == ALL[:3]
    assert start.earlier is None


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("lay", [1004, 1006]),
        ("CLAY", [1004, 1006]),
        ("1005", [1005]),
        ("n_1", [1008]),
        ("%", []),
        ("2002", []),
        (str(LARGEST_ID + 1), []),
        ("nowhere", []),
    ],
)
def test_search_finds_parts_of_names_and_ids(
    merchant: Merchant, search: str, found: list[int]
) -> None:
    page = list_stores(merchant, search=search)

    assert [store.id for store in page.rows] == found
    assert (page.earlier, page.later) == (None, None)


def test_search_has_pages(merchant: Merchant) -> None:
    for number in range(4):
        store = Store.create(id=3000 + number, name=f"Shop {number}")
        Membership.create(merchant=merchant, store=store)

    first = list_stores(merchant, search="shop")
    second = list_stores(merchant, search="shop", after=first.later)

    assert [store.id for store in (*first.rows, *second.rows)] == [3000, 3001, 3002, 3003]
