"""The checkpointer moves commits from SQLite's WAL into the database file."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
import structlog
from peewee import Database, OperationalError

from portal.models import Store
from portal.services.runtime import Runtime
from tests.factories import make_store

# PostgreSQL does its own checkpoints.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def stores_in_the_file_alone(database: Database, folder: Path) -> int:
    """Return the number of stores in a copy of the file without its WAL."""
    copy = folder / "without-log.db"
    shutil.copy(database.database, copy)
    with closing(sqlite3.connect(copy)) as alone:
        count: int = alone.execute("SELECT count(*) FROM store").fetchone()[0]
    return count


@on_sqlite
def test_commit_reaches_the_file_soon(runtime: Runtime, tmp_path: Path) -> None:
    make_store()
    assert stores_in_the_file_alone(runtime.database, tmp_path) == 0

    runtime.wal_checkpointer.trigger()

    deadline = time.monotonic() + 10
    while not stores_in_the_file_alone(runtime.database, tmp_path):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_checkpoint_without_changes_is_harmless(runtime: Runtime) -> None:
    make_store()

    for _ in range(2):
        runtime.wal_checkpointer.trigger()
        runtime.wal_checkpointer.flush()

    assert Store.select().count() == 1


@on_sqlite
def test_failed_checkpoint_is_logged_and_left_to_the_database(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(runtime.database, "execute_sql", refuse)

    with structlog.testing.capture_logs() as logs:
        runtime.wal_checkpointer.trigger()
        runtime.wal_checkpointer.flush()

    assert [line["event"] for line in logs] == ["wal.checkpoint_failed"]
