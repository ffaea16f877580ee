"""Run these tests on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest


@pytest.fixture
def portal_database_url(database_url: str) -> str:
    """SQLite and PostgreSQL, one after the other."""
    return database_url
