"""Fixtures for tests of the daemon, with the sandbox in place of Ecwid."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from portal.config import Settings
from portal.services.runtime import Runtime, open_runtime
from tests.shop import with_sandbox


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """The settings of a daemon that uses the sandbox, without a rate limit.

    For tests that don't use the sandbox no address answers.
    """
    if "sandbox" in request.fixturenames:
        return with_sandbox(settings, request.getfixturevalue("sandbox"))
    return settings


@pytest.fixture
def own_settings(settings: Settings, short_folder: Path, migrated_sqlite: Path) -> Settings:
    """The settings of a daemon with its own data directory, database and Valkey server."""
    folder = short_folder / f"d{time.monotonic_ns()}"
    folder.mkdir()
    (folder / "portal.db").write_bytes(migrated_sqlite.read_bytes())
    return replace(
        settings, database_url=f"sqlite:///{folder}/portal.db", redis_url="", data_dir=folder
    )


@pytest.fixture
def own_runtime(own_settings: Settings) -> Iterator[Runtime]:
    """The test's own connection to that daemon's database and Valkey server."""
    opened = open_runtime(own_settings)
    with opened.database.connection_context():
        yield opened
    opened.database.close_all()
    opened.redis.close()
    opened.http.close()
