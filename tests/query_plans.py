"""Query plans of both databases, for tests that a query uses its index."""

from __future__ import annotations

from typing import Any

from peewee import Database, PostgresqlDatabase, Query


def plan_of(database: Database, query: Query) -> str:
    """Return the database's plan of a query as text; call it in a transaction.

    PostgreSQL's scans and sorts are switched off until the end of the transaction.
    """
    return plan_of_text(database, *query.sql())


def plan_of_text(database: Database, sql: str, values: list[Any]) -> str:
    """Return the same for a statement's text and its values."""
    if isinstance(database, PostgresqlDatabase):
        # For empty tables PostgreSQL prefers a scan, and sorting no rows costs nothing.
        for way in ("seqscan", "bitmapscan", "sort"):
            database.execute_sql(f"SET LOCAL enable_{way} = off")
        return _column(database, f"EXPLAIN {sql}", values, 0)
    return _column(database, f"EXPLAIN QUERY PLAN {sql}", values, 3)


def _column(database: Database, sql: str, values: list[Any], position: int) -> str:
    return "\n".join(row[position] for row in database.execute_sql(sql, values))
