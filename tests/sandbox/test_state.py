"""Tests for the state file and its transactions."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from portal.sandbox.state import State


def test_a_state_file_can_be_reopened(tmp_path: Path) -> None:
    State(tmp_path / "s.db").close()
    state = State(tmp_path / "s.db")

    assert state.number("SELECT count(*) FROM store") == 0
    state.close()


def test_a_state_file_of_another_version_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "s.db")
    connection.execute("CREATE TABLE store (id INTEGER)")
    connection.close()

    with pytest.raises(ValueError, match="another version created it: move it away"):
        State(tmp_path / "s.db")


def test_after_commit_callbacks_do_not_run_after_a_rollback(tmp_path: Path) -> None:
    state = State(tmp_path / "s.db")
    done: list[str] = []

    def fail() -> None:
        with state.transaction():
            state.after_commit(lambda: done.append("rolled back"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with state.transaction():
        state.after_commit(lambda: done.append("committed"))
        assert done == []

    assert done == ["committed"]
    state.close()
