"""Rows of earlier schemas, which the present models can't write."""

from __future__ import annotations

from peewee import Database

AT = "'2026-03-01 00:00:00.000000+00:00'"
_TEXTS = ("url", "currency", "timezone", "plan_name", "plan_level", "webhook_health")


def insert(database: Database, table: str, **values: object) -> None:
    """Insert a row whose values are written as SQL."""
    names = ", ".join(f'"{name}"' for name in values)
    database.execute_sql(
        f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(map(str, values.values()))})'
    )


def insert_store(database: Database, store_id: int = 1003, **later: object) -> None:
    """Insert a connected store into a schema from 0035 on; ``later`` are columns that came later.

    Their values are written as SQL.
    """
    values = {
        **dict.fromkeys(_TEXTS, "''"),
        **dict.fromkeys(("missing_features", "features"), "'[]'"),
        **dict.fromkeys(("created_at", "connected_at", "state_changed_at"), AT),
    }
    more = {"name": "'Clay'", "state": "'connected'", "is_closed": "FALSE"}
    insert(database, "store", id=store_id, **values, **more, **later)
