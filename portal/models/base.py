"""Database connections and the base class of all tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from peewee import Database, DatabaseProxy, Model
from playhouse.db_url import parseresult_to_dict
from psycopg.types.json import set_json_loads

from portal.errors import SettingsError
from portal.models.fields import load_json, utc_now
from portal.models.pools import PostgresqlPool, SqlitePool

__all__ = [
    "Table",
    "database",
    "open_database",
    "released_connection",
    "use_async_commit",
    "utc_now",
]

database = DatabaseProxy()

BUSY_TIMEOUT_S = 20
POOL_SIZE = 32
POOL_WAIT_S = 30
# A drain reads its next batch in a second thread.
SQLITE_CONNECTIONS_PER_THREAD = 2
# Page caches of all connections of a process, in kilobytes of 1,000 bytes. Each connection has its
# own, of 16 MB for up to 16 threads, and never less than SQLite's default.
CACHES_KB, MAX_CACHE_KB, MIN_CACHE_KB = 256_000, 16_000, 2_000

SQLITE_PRAGMAS = {
    # Must be set before the first page of a new file is written. `reclaim_space` relies on it to
    # shorten the file.
    "auto_vacuum": "incremental",
    "journal_mode": "wal",
    "foreign_keys": 1,
    # A power cut may lose the last commits, a killed process loses none. FULL costs a tenth of the
    # write rate and a p99 of 420 ms under load.
    "synchronous": "normal",
    # The pool uses the argument ``timeout`` itself, so the driver's timeout is set here.
    "busy_timeout": BUSY_TIMEOUT_S * 1000,
    # WAL pages before an automatic checkpoint. With the default of 1,000, every 200th event waited
    # for one.
    "wal_autocheckpoint": 8000,
}


class Table(Model):
    """Base of all tables: sets the database and snake-case table names."""

    class Meta:
        database = database
        legacy_table_names = False


def open_database(url: str, *, threads: int = 0, max_connections: int = POOL_SIZE) -> Database:
    """Return the database at ``url``, bound to all tables but not connected.

    ``threads`` is how many threads of this process use it at the same time, if that is more than a
    few. On PostgreSQL they share ``max_connections``, and wait for a free one. SQLite has no such
    limit.

    Accepts ``sqlite:///path`` and ``postgresql://…``; any other URL raises SettingsError. On
    SQLite, every transaction takes the write lock at its start (BEGIN IMMEDIATE). A transaction
    that reads first and writes later would otherwise fail at once, instead of waiting, if another
    process wrote in between.
    """
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        opened = _open_sqlite(url, threads)
    elif scheme in ("postgresql", "postgres"):
        opened = _open_postgresql(url, max_connections)
    else:
        raise SettingsError(
            f"DATABASE_URL begins with {scheme or 'nothing'!r}: "
            "write sqlite:///path/to/file.db or postgresql://user:password@host/name"
        )
    database.initialize(opened)
    return opened


@contextmanager
def released_connection() -> Iterator[None]:
    """Let other threads use this thread's connection while it waits for something else.

    Does nothing inside a transaction, in a thread without a connection, and on SQLite, where a
    connection costs no slot of a server and a query that is still being read must keep its own.
    """
    # Detected by the placeholder, because `database` is a proxy for either kind.
    is_postgresql = database.obj is not None and database.param == "%s"
    if not is_postgresql or database.is_closed() or database.in_transaction():
        yield
        return
    # Closing also forgets the `connection_context` blocks of this thread, which end later.
    blocks = list(database._state.ctx)
    database.close()
    try:
        yield
    finally:
        try:
            database.connect(reuse_if_open=True)
        finally:
            database._state.ctx[:] = blocks


def use_async_commit() -> None:
    """Let this transaction's commit return before it is on disk; for data that can be read again.

    A crash of the database server may lose the whole transaction; a killed process loses nothing.
    On SQLite, every commit behaves like this.
    """
    # Detected by the placeholder, because `database` is a proxy for either kind.
    if database.param == "%s":
        database.execute_sql("SET LOCAL synchronous_commit TO off")


def _cache_kb(threads: int) -> int:
    """Return the size of each connection's page cache, so that many threads need no more memory."""
    return max(MIN_CACHE_KB, min(MAX_CACHE_KB, CACHES_KB // max(1, threads)))


def _open_sqlite(url: str, threads: int) -> Database:
    path = url.removeprefix("sqlite:///")
    if path == url or not path:
        raise SettingsError("DATABASE_URL names no file: write sqlite:///path/to/file.db")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    return SqlitePool(
        path,
        # A negative size is in kilobytes.
        pragmas=SQLITE_PRAGMAS | {"cache_size": -_cache_kb(threads)},
        lock_type="IMMEDIATE",
        field_types={"TIMESTAMPTZ": "TEXT", "TRIGRAMS": "TEXT"},
        # The pool lends a connection to one thread at a time.
        check_same_thread=False,
        max_connections=max(POOL_SIZE, threads * SQLITE_CONNECTIONS_PER_THREAD),
        timeout=POOL_WAIT_S,
    )


def _open_postgresql(url: str, pool_size: int) -> Database:
    # psycopg decodes jsonb before peewee sees it, by default with floats.
    set_json_loads(load_json)
    arguments = parseresult_to_dict(urlsplit(url), unquote_password=True, unquote_user=True)
    return PostgresqlPool(
        **arguments,
        # Compared by bytes, which is fast and independent of the server's locale.
        field_types={"TRIGRAMS": 'TEXT[] COLLATE "C"'},
        prefer_psycopg3=True,
        max_connections=pool_size,
        timeout=POOL_WAIT_S,
    )
