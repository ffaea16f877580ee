"""Run these tests on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from portal.models import Category, Coupon, Customer, MirrorTable, Order, Product

# By what stands before the full stop in the type of its events.
TABLE_OF: dict[str, type[MirrorTable]] = {
    "product": Product,
    "category": Category,
    "order": Order,
    "customer": Customer,
    "discount_coupon": Coupon,
}


@pytest.fixture
def portal_database_url(database_url: str) -> str:
    """Both kinds of database, one after the other."""
    return database_url
