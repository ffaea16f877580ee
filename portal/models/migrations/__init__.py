"""Bring a database to the newest schema: numbered scripts, forward only.

Each script holds frozen copies of the tables as they were at its time, so that changing a model
never changes history. `playhouse.migrations` runs them, each in a transaction of its own.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peewee import Database, PostgresqlDatabase
from playhouse.migrations import Runner

DIRECTORY = Path(__file__).parent
# Any number will do, if nothing else on the server takes an advisory lock of the same.
LOCK_NUMBER = 0xEC31D


def migrate(database: Database, *, target: str | None = None) -> list[str]:
    """Apply what is missing, up to ``target`` or the newest; return the names applied.

    Portal and daemon may start at once and both migrate: the second waits, and finds it done.
    """
    with database.connection_context(), _alone(database):
        applied: list[str] = Runner(database, str(DIRECTORY)).up(target)
    return applied


def pending(database: Database) -> list[str]:
    """Return the names of the scripts that this database still lacks, oldest first."""
    with database.connection_context():
        return [m.name for m in Runner(database, str(DIRECTORY)).status() if not m.applied]


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """Keep other migrations of this database out.

    A transaction around all scripts can't serve: on SQLite each must switch foreign keys off
    first, which only works outside of one.
    """
    if isinstance(database, PostgresqlDatabase):
        database.execute_sql("SELECT pg_advisory_lock(%s)", (LOCK_NUMBER,))
        try:
            yield
        finally:
            database.execute_sql("SELECT pg_advisory_unlock(%s)", (LOCK_NUMBER,))
        return
    with Path(f"{database.database}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
