"""Processes and threads that write events wait for each other."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from peewee import Database

from portal.models import open_database
from portal.models.write_lock import WriteLock


def test_second_process_waits_for_the_first(sqlite_database_url: str) -> None:
    opened = open_database(sqlite_database_url)
    # Each opens the file itself, as processes do.
    ours, theirs = WriteLock(opened), WriteLock(opened)
    has_turn = threading.Event()

    def wait_for_turn() -> None:
        with theirs.held():
            has_turn.set()

    with ours.held():
        other = threading.Thread(target=wait_for_turn)
        other.start()
        assert not has_turn.wait(0.1)

    assert has_turn.wait(10)
    other.join()
    ours.close()
    theirs.close()
    assert Path(f"{opened.database}.turn").exists()


def test_lock_is_released_after_an_error(database: Database) -> None:
    write_lock = WriteLock(database)
    with pytest.raises(ZeroDivisionError), write_lock.held():
        _ = 1 / 0

    with write_lock.held():
        pass
    write_lock.close()


def test_postgresql_needs_no_lock(postgresql_database_url: str) -> None:
    write_lock = WriteLock(open_database(postgresql_database_url))

    with write_lock.held(), write_lock.held():
        pass
