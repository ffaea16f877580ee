"""Open the database and hold what every table shares."""

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
    # Of a new file, too, and before its first page: `reclaim_space` shortens the file.
    "auto_vacuum": "incremental",
    "journal_mode": "wal",
    "foreign_keys": 1,
    # A power cut may lose the last commits, a killed process never does; FULL costs a tenth of
    # the write rate and a 420 ms p99 under load.
    "synchronous": "normal",
    "cache_size": -16_000,
    # The pool takes the argument ``timeout`` for itself, so the driver's is set here.
    "busy_timeout": BUSY_TIMEOUT_S * 1000,
    # Pages of log until they are moved into the file: with the usual 1,000, every 200th event had
    # to wait for that.
    "wal_autocheckpoint": 8000,
}


class Table(Model):
    """Hold what every table shares: the database, and names in snake case."""

    class Meta:
        database = database
        legacy_table_names = False


def open_database(url: str) -> Database:
    """Return the database at ``url`` and bind all tables to it; nothing is connected yet.

    ``sqlite:///path`` and ``postgresql://…`` are known; anything else raises SettingsError. On
    SQLite every transaction begins as a writer (BEGIN IMMEDIATE): one that starts by reading and
    then writes would fail at once, instead of waiting, when another process wrote between.
    """
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        opened = _open_sqlite(url)
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
    """Let the commit of this transaction return before it is on disk: for what can be read again.

    A crash of the server may lose the transaction, as a whole; a killed process loses nothing. On
    SQLite every commit is like that.
    """
    # Known by its mark for values: what tables hold is a stand-in for either.
    if database.param == "%s":
        database.execute_sql("SET LOCAL synchronous_commit TO off")


def _open_sqlite(url: str) -> Database:
    path = url.removeprefix("sqlite:///")
    if path == url or not path:
        raise SettingsError("DATABASE_URL names no file: write sqlite:///path/to/file.db")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    return PooledSqliteDatabase(
        path,
        pragmas=SQLITE_PRAGMAS,
        lock_type="IMMEDIATE",
        field_types={"TIMESTAMPTZ": "TEXT"},
        # The pool lends a connection to one thread after the other, never to two at once.
        check_same_thread=False,
        max_connections=POOL_SIZE,
        timeout=POOL_WAIT_S,
    )


def _open_postgresql(url: str) -> Database:
    # The driver decodes jsonb before peewee sees it, with floats unless told otherwise.
    set_json_loads(load_json)
    arguments = parseresult_to_dict(urlsplit(url), unquote_password=True, unquote_user=True)
    return PooledPostgresqlDatabase(
        **arguments,
        prefer_psycopg3=True,
        max_connections=POOL_SIZE,
        timeout=POOL_WAIT_S,
    )
