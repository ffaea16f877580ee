"""The state is kept in a file of this version, or refused."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from portal.sandbox.state import State


def test_a_state_is_found_again(tmp_path: Path) -> None:
    State(tmp_path / "s.db").close()
    state = State(tmp_path / "s.db")

    assert state.number("SELECT count(*) FROM store") == 0
    state.close()


def test_a_state_of_another_version_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "s.db")
    connection.execute("CREATE TABLE store (id INTEGER)")
    connection.close()

    with pytest.raises(ValueError, match="another version made it: move it away"):
        State(tmp_path / "s.db")


def test_what_is_to_follow_a_commit_follows_no_undone_change(tmp_path: Path) -> None:
    state = State(tmp_path / "s.db")
    done: list[str] = []

    def fail() -> None:
        with state.writing():
            state.after_commit(lambda: done.append("undone"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with state.writing():
        state.after_commit(lambda: done.append("kept"))
        assert done == []

    assert done == ["kept"]
    state.close()
