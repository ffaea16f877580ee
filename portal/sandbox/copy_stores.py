"""Copies of a store, to create thousands of stores in seconds."""

from __future__ import annotations

import sqlite3
import time

from portal.sandbox.parts import Parts
from portal.sandbox.stores import new_secret_token

COPIES_LIMIT = 10_000
QUIET_LIMIT_S = 365 * 24 * 3600
# Tables with the records of a store; they have the column "store".
TABLES = (
    "product",
    "category",
    "product_class",
    "promotion",
    "customer_group",
    "purchase",
    "order_status",
    "customer",
    "coupon",
    "coupon_use",
    "entity",
    "last_change",
)
# Joined in this order, the rows of one copy after another are appended to the table.
INSERT = """
INSERT INTO {table} (store, {columns})
SELECT copy.id, {values} FROM store AS copy CROSS JOIN {table} AS original
WHERE copy.id BETWEEN ? AND ? AND original.store = ?
"""


def copy_store(parts: Parts, store_id: int, count: int, quiet_s: int = 0) -> list[tuple[int, str]]:
    """Copy a store with its records ``count`` times; return ids and tokens of the copies.

    The app is installed in each copy, with all scopes that it may request. According to the
    statistics of the copies, nothing has changed in them for ``quiet_s`` seconds. This emits no
    events. Raises LookupError for an unknown store.
    """
    original = parts.stores.get_existing(store_id)
    now, scopes = int(time.time()), " ".join(parts.config.scopes)
    with parts.state.transaction() as connection:
        first_id = parts.state.number("SELECT max(id) FROM store") + 1
        ids = (first_id, first_id + count - 1)
        made = [(first_id + n, new_secret_token()) for n in range(count)]
        _add_stores(connection, original, [copy_id for copy_id, _ in made])
        connection.executemany(
            "INSERT INTO token (token, store, scopes, created) VALUES (?,?,?,?)",
            [(token, copy_id, scopes, now) for copy_id, token in made],
        )
        for table in TABLES:
            _copy_rows(connection, table, original, ids)
        _set_last_changes(connection, now - quiet_s, ids)
    return made


def _add_stores(connection: sqlite3.Connection, original: sqlite3.Row, ids: list[int]) -> None:
    names = [name for name in original.keys() if name not in ("id", "name", "url")]  # noqa: SIM118 - a Row iterates over values
    columns = ", ".join(names)
    connection.executemany(
        f"INSERT INTO store (id, name, url, {columns})"  # noqa: S608 - names of columns
        f" SELECT ?, name || ?, ?, {columns} FROM store WHERE id = ?",
        [(n, f" {n}", _url_of(original, n), original["id"]) for n in ids],
    )


def _url_of(original: sqlite3.Row, copy_id: int) -> str:
    scheme, _, host = original["url"].partition("://")
    return f"{scheme}://s{copy_id}-{host}"


def _copy_rows(
    connection: sqlite3.Connection, table: str, original: sqlite3.Row, ids: tuple[int, int]
) -> None:
    described = connection.execute(f"PRAGMA table_info({table})").fetchall()
    columns = [row["name"] for row in described if row["name"] != "store"]
    # URLs of products contain their store's URL.
    values = [
        "replace(original.body, ?, copy.url)" if c == "body" else f"original.{c}" for c in columns
    ]
    given = [original["url"]] * columns.count("body")
    statement = INSERT.format(table=table, columns=", ".join(columns), values=", ".join(values))
    connection.execute(statement, (*given, *ids, original["id"]))


def _set_last_changes(connection: sqlite3.Connection, at: int, ids: tuple[int, int]) -> None:
    connection.execute("UPDATE last_change SET at = ? WHERE store BETWEEN ? AND ?", (at, *ids))
    connection.execute(
        "UPDATE store SET created = ?, profile_updated = ? WHERE id BETWEEN ? AND ?",
        (at, at, *ids),
    )
