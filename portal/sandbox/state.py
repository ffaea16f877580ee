"""Keep everything the sandbox knows in one SQLite file, so that it survives a restart."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from portal.sandbox.schema import SCHEMA, VERSION


class State:
    """Hold the sandbox's database; each thread has a connection of its own.

    Raises ValueError if the file can't be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._writing = threading.RLock()
        self._after: list[Callable[[], None]] = []
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
            raise sqlite3.DatabaseError("another version made it: move it away and start anew")
        self.connection.executescript(f"{SCHEMA}PRAGMA user_version = {VERSION};")

    @property
    def connection(self) -> sqlite3.Connection:
        """Return this thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self._path, timeout=20, isolation_level=None, check_same_thread=False
            )
            self._connections.append(connection)
            connection.row_factory = sqlite3.Row
            # A product's JSON fits into a quarter of such a page: then a row is one look-up.
            connection.execute("PRAGMA page_size = 16384")
            connection.execute("PRAGMA journal_mode = wal")
            connection.execute("PRAGMA synchronous = normal")
            connection.execute("PRAGMA cache_size = -8000")
            self._local.connection = connection
        return connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold one transaction; an error takes everything back. May be nested."""
        with self._writing:
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
                done, self._after = self._after, []
            connection.execute("COMMIT")
            for call in done:
                call()

    def after_commit(self, call: Callable[[], None]) -> None:
        """Have ``call`` made when the transaction under way is committed, not if it is undone."""
        self._after.append(call)

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Return the rows that a query finds."""
        try:
            return self.connection.execute(sql, values).fetchall()
        except OverflowError:
            # A number too large for SQLite stands in no row.
            return []

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """Return the first row that a query finds, or None."""
        return next(iter(self.rows(sql, *values)), None)

    def number(self, sql: str, *values: Any) -> int:
        """Return the one number that a query finds, 0 for none."""
        found = self.row(sql, *values)
        return int(found[0] or 0) if found else 0

    def close(self) -> None:
        """Close every thread's connection."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()
