"""Pools of database connections whose problems are reported as database errors."""

from __future__ import annotations

import select
from typing import Any

from peewee import OperationalError
from playhouse.pool import MaxConnectionsExceeded, PooledPostgresqlDatabase, PooledSqliteDatabase


class _WaitingPool:
    """Pool that reports a wait in vain as an error of the database, not as an invalid value.

    Work is then interrupted and repeated, and no failure of its own is counted.
    """

    def connect(self, reuse_if_open: bool = False) -> bool:  # noqa: FBT001, FBT002 - as in peewee
        """Connect this thread; raise OperationalError if no connection becomes free in time."""
        try:
            connected: bool = super().connect(reuse_if_open)  # type: ignore[misc]
        except MaxConnectionsExceeded as error:
            raise OperationalError("no database connection became free in time") from error
        return connected


class SqlitePool(_WaitingPool, PooledSqliteDatabase):  # type: ignore[misc] # as in peewee
    """Pool of connections to an SQLite file."""


class PostgresqlPool(_WaitingPool, PooledPostgresqlDatabase):  # type: ignore[misc] # as in peewee
    """Pool of connections to PostgreSQL; a restarted server costs no failed query for each."""

    def _is_closed(self, connection: Any) -> bool:
        """Return whether the server has closed the connection; peewee would run a query each time.

        A server sends nothing to an idle connection, except that it closes it.
        """
        if connection.closed:
            return True
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        if not poll.poll(0):
            return False
        connection.close()
        return True
