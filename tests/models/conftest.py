"""A database that a test migrates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from peewee import Database

from portal.models import open_database


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Database without tables; on PostgreSQL, a second database on the shared server."""
    if request.param == "sqlite":
        opened = open_database(f"sqlite:///{tmp_path}/empty.db")
        yield opened
        opened.close_all()
        return
    shared_url = request.getfixturevalue("postgresql_url")
    shared = open_database(shared_url)
    with shared.connection_context():
        shared.execute_sql('DROP DATABASE IF EXISTS "empty"')
        shared.execute_sql('CREATE DATABASE "empty"')
    shared.close_all()
    opened = open_database(shared_url.replace("/postgres?", "/empty?"))
    assert opened.database == "empty"
    yield opened
    opened.close_all()
