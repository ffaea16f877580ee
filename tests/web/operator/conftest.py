"""Run these tests on SQLite and on PostgreSQL, with an operator's browser."""

from __future__ import annotations

import pytest

from portal.models import Merchant
from tests.web.conftest import Visitor


@pytest.fixture
def portal_database_url(database_url: str) -> str:
    """SQLite and PostgreSQL, one after the other."""
    return database_url


@pytest.fixture
def operator(browser: Visitor, merchant: Merchant) -> Visitor:
    """The browser of a signed-in operator."""
    Merchant.update(is_operator=True).where(Merchant.id == merchant.id).execute()
    return browser
