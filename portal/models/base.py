"""Database connections and the base class of all tables."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from peewee import Database, DatabaseProxy, Model
from playhouse.db_url import parseresult_to_dict
from playhouse.pool import PooledPostgresqlDatabase, PooledSqliteDatabase
from psycopg.types.json import set_json_loads

from portal.errors import SettingsError
from portal.models.fields import load_json, utc_now

__all__ = ["Table", "database", "open_database", "use_async_commit", "utc_now"]

database = DatabaseProxy()

BUSY_TIMEOUT_S = 20
POOL_SIZE = 32
POOL_WAIT_S = 10

SQLITE_PRAGMAS = {
    # Must be set before the first page of a new file is written. `reclaim_space` relies on it to
    # shorten the file.
    "auto_vacuum": "incremental",
    "journal_mode": "wal",
    "foreign_keys": 1,
    # A power cut may lose the last commits, a killed process loses none. FULL costs a tenth of the
    # write rate and a p99 of 420 ms under load.
    "synchronous": "normal",
    "cache_size": -16_000,
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


def open_database(url: str, *, threads: int | None = None) -> Database:
    """Return the database at ``url``, bound to all tables but not connected.

    ``threads`` is how many threads of this process use it at the same time, if it is known.

    Accepts ``sqlite:///path`` and ``postgresql://…``; any other URL raises SettingsError. On
    SQLite, every transaction takes the write lock at its start (BEGIN IMMEDIATE). A transaction
    that reads first and writes later would otherwise fail at once, instead of waiting, if another
    process wrote in between.
    """
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        opened = _open_sqlite(url, max(POOL_SIZE, threads or 0))
    elif scheme in ("postgresql", "postgres"):
        opened = _open_postgresql(url)
    else:
        raise SettingsError(
            f"DATABASE_URL begins with {scheme or 'nothing'!r}: "
            "write sqlite:///path/to/file.db or postgresql://user:password@host/name"
        )
    database.initialize(opened)
    return opened


def use_async_commit() -> None:
    """Let this transaction's commit return before it is on disk; for data that can be read again.

    A crash of the database server may lose the whole transaction; a killed process loses nothing.
    On SQLite, every commit behaves like this.
    """
    # Detected by the placeholder, because `database` is a proxy for either kind.
    if database.param == "%s":
        database.execute_sql("SET LOCAL synchronous_commit TO off")


def _open_sqlite(url: str, pool_size: int) -> Database:
    path = url.removeprefix("sqlite:///")
    if path == url or not path:
        raise SettingsError("DATABASE_URL names no file: write sqlite:///path/to/file.db")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    return PooledSqliteDatabase(
        path,
        pragmas=SQLITE_PRAGMAS,
        lock_type="IMMEDIATE",
        field_types={"TIMESTAMPTZ": "TEXT", "TRIGRAMS": "TEXT"},
        # The pool lends a connection to one thread at a time.
        check_same_thread=False,
        max_connections=pool_size,
        timeout=POOL_WAIT_S,
    )


def _open_postgresql(url: str) -> Database:
    # psycopg decodes jsonb before peewee sees it, by default with floats.
    set_json_loads(load_json)
    arguments = parseresult_to_dict(urlsplit(url), unquote_password=True, unquote_user=True)
    return PooledPostgresqlDatabase(
        **arguments,
        # Compared by bytes, which is fast and independent of the server's locale.
        field_types={"TRIGRAMS": 'TEXT[] COLLATE "C"'},
        prefer_psycopg3=True,
        max_connections=POOL_SIZE,
        timeout=POOL_WAIT_S,
    )
