"""Keep everything the sandbox knows in one SQLite file, so that it survives a restart."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS store (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL, plan TEXT NOT NULL,
  features TEXT, suspended INTEGER NOT NULL DEFAULT 0, currency TEXT NOT NULL,
  profile_updated INTEGER NOT NULL, products_updated INTEGER NOT NULL,
  categories_updated INTEGER NOT NULL, next_id INTEGER NOT NULL DEFAULT 100000001
);
CREATE TABLE IF NOT EXISTS product (
  store INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, sku TEXT, price REAL,
  enabled INTEGER NOT NULL, in_stock INTEGER NOT NULL, created INTEGER NOT NULL,
  updated INTEGER NOT NULL, categories TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (store, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS product_updated ON product (store, updated, id);
CREATE INDEX IF NOT EXISTS product_created ON product (store, created, id);
CREATE INDEX IF NOT EXISTS product_name ON product (store, name, id);
CREATE INDEX IF NOT EXISTS product_price ON product (store, price, id);
CREATE INDEX IF NOT EXISTS product_sku ON product (store, sku);
CREATE TABLE IF NOT EXISTS category (
  store INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (store, id)
);
CREATE TABLE IF NOT EXISTS deleted (
  store INTEGER NOT NULL, kind TEXT NOT NULL, id INTEGER NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS deleted_at ON deleted (store, kind, at);
CREATE TABLE IF NOT EXISTS code (
  code TEXT PRIMARY KEY, store INTEGER NOT NULL, scopes TEXT NOT NULL,
  redirect_uri TEXT NOT NULL, at REAL NOT NULL, token TEXT
);
CREATE TABLE IF NOT EXISTS token (
  token TEXT PRIMARY KEY, store INTEGER NOT NULL, scopes TEXT NOT NULL,
  created INTEGER NOT NULL, is_alive INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE IF NOT EXISTS registration (
  id INTEGER PRIMARY KEY, store INTEGER NOT NULL, url TEXT NOT NULL, events TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS delivery (
  id INTEGER PRIMARY KEY, store INTEGER NOT NULL, event_id TEXT NOT NULL, type TEXT NOT NULL,
  url TEXT NOT NULL, body TEXT NOT NULL, created INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
  due REAL, status TEXT NOT NULL DEFAULT 'waiting', delivered REAL
);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS switch (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class State:
    """Hold the sandbox's database; each thread has a connection of its own.

    Raises ValueError if the file can't be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._writing = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.connection.executescript(SCHEMA)
        except (OSError, sqlite3.Error) as error:
            self.close()
            raise ValueError(f"the state {path} can't be used ({error})") from error

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
            connection.execute("PRAGMA journal_mode = wal")
            connection.execute("PRAGMA synchronous = normal")
            connection.execute("PRAGMA cache_size = -64000")
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
            connection.execute("COMMIT")

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
