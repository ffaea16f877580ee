"""Persistent state of the sandbox in one SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from portal.sandbox import keywords
from portal.sandbox.schema import SCHEMA, VERSION


class State:
    """SQLite database with one connection per thread.

    Raises ValueError if the file can't be opened or has another schema version.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._write_lock = threading.RLock()
        self._after_commit: list[Callable[[], None]] = []
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._make_tables()
        except (OSError, sqlite3.Error) as error:
            self.close()
            raise ValueError(f"the state {path} can't be used ({error})") from error

    def _make_tables(self) -> None:
        version = self.number("PRAGMA user_version")
        is_new = not self.number("SELECT count(*) FROM sqlite_master")
        if not is_new and version != VERSION:
            raise sqlite3.DatabaseError("another version created it: move it away and start again")
        # Without a transaction, each statement of the script would commit.
        self.connection.executescript(f"BEGIN;{SCHEMA}PRAGMA user_version = {VERSION};COMMIT;")

    @property
    def connection(self) -> sqlite3.Connection:
        """Connection of the current thread, opened on first use."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self._path, timeout=20, isolation_level=None, check_same_thread=False
            )
            self._connections.append(connection)
            connection.row_factory = sqlite3.Row
            # A WITHOUT ROWID row that fills at most a quarter of a page needs no overflow page.
            # With this size a product's JSON fits, so that reading a product is one lookup.
            connection.execute("PRAGMA page_size = 16384")
            connection.execute("PRAGMA journal_mode = wal")
            connection.execute("PRAGMA synchronous = normal")
            connection.execute("PRAGMA cache_size = -8000")
            keywords.register(connection)
            self._local.connection = connection
        return connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run a write transaction; an exception rolls it back.

        A nested call joins the outer transaction.
        """
        with self._write_lock:
            connection = self.connection
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            finally:
                callbacks, self._after_commit = self._after_commit, []
            connection.execute("COMMIT")
            for call in callbacks:
                call()

    def after_commit(self, call: Callable[[], None]) -> None:
        """Run ``call`` once the current transaction is committed; a rollback drops it."""
        self._after_commit.append(call)

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Return all rows of a query."""
        try:
            return self.connection.execute(sql, values).fetchall()
        except OverflowError:
            # SQLite can't store so large an integer, so no row contains it.
            return []

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """Return the first row of a query, or None."""
        return next(iter(self.rows(sql, *values)), None)

    def number(self, sql: str, *values: Any) -> int:
        """Return the first column of the first row as an integer; 0 for NULL or no row."""
        found = self.row(sql, *values)
        return int(found[0] or 0) if found else 0

    def close(self) -> None:
        """Close the connections of all threads."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()
