"""The database file shrinks after many rows were deleted, and keeps some free pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.models import WebhookEvent, database
from portal.services.retention import reclaim_space as module
from portal.services.retention.reclaim_space import reclaim_space
from portal.services.runtime import Runtime
from tests.factories import make_event


def pages() -> int:
    """Return the size of the file in pages."""
    return int(database.execute_sql("PRAGMA page_count").fetchone()[0])


def delete_much() -> None:
    """Create a file with many free pages."""
    with database.atomic():
        for number in range(60):
            make_event(event_id=str(number), payload={"data": "x" * 20_000})
    WebhookEvent.delete().execute()


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
def test_free_pages_are_returned_except_for_some(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGES_KEPT", 20)
    monkeypatch.setattr(module, "PAGES_PER_STEP", 50)
    delete_much()
    before = pages()

    given = reclaim_space(runtime)

    assert given > 100
    assert pages() == before - given
    assert module._free_pages() == 20
    assert reclaim_space(runtime) == 0
    database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert Path(database.database).stat().st_size == pages() * 4096


@on_sqlite
def test_few_free_pages_are_kept(runtime: Runtime) -> None:
    delete_much()

    assert reclaim_space(runtime) == 0


@on_sqlite
def test_file_without_incremental_vacuum_is_left_alone(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGES_KEPT", 20)
    database.execute_sql("PRAGMA auto_vacuum = none")
    database.execute_sql("VACUUM")
    delete_much()

    assert reclaim_space(runtime) == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_is_left_alone(runtime: Runtime) -> None:
    assert reclaim_space(runtime) == 0
