"""Counts the SQL statements of a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from peewee import Database


@contextmanager
def count_statements(database: Database) -> Iterator[list[str]]:
    """Yield a list to which each statement of the block is appended."""
    statements: list[str] = []
    execute_sql = database.execute_sql

    def record(sql: str, *arguments: Any, **named: Any) -> Any:
        statements.append(sql)
        return execute_sql(sql, *arguments, **named)

    database.execute_sql = record
    try:
        yield statements
    finally:
        database.execute_sql = execute_sql
