"""Storage of small families: records without search columns, one table for all of them."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from portal.sandbox.records import Records
from portal.sandbox.resource_specs import Body
from portal.sandbox.state import State


class Entities:
    """Reads and writes the records of all small families.

    A record is found by its id, and by a key if its family has one. Ids are unique in a store.
    """

    def __init__(self, state: State, records: Records) -> None:
        self._state = state
        self._records = records

    def all(self, store_id: int, family: str) -> list[Body]:
        """Return all records of a family, oldest first."""
        rows = self._state.rows(
            "SELECT body FROM entity WHERE store = ? AND family = ? ORDER BY id", store_id, family
        )
        return [json.loads(row["body"]) for row in rows]

    def get(self, store_id: int, family: str, entity_id: int) -> Body | None:
        """Return a record, or None."""
        return self._read("id", store_id, family, entity_id)

    def find(self, store_id: int, family: str, key: str) -> Body | None:
        """Return the record with a key, or None."""
        return self._read("key", store_id, family, key)

    def add(self, store_id: int, family: str, fields: Body, key: str = "") -> Body:
        """Store a new record and return it with its ``id``."""
        with self._state.transaction():
            body = {"id": self._records.allocate_ids(store_id), **fields}
            self.save(store_id, family, body, key)
        return body

    def save(self, store_id: int, family: str, body: Body, key: str = "") -> None:
        """Write a record that has its id already."""
        with self._state.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO entity VALUES (?,?,?,?,?)",
                (store_id, family, body["id"], key, json.dumps(body, ensure_ascii=False)),
            )

    def delete(self, store_id: int, family: str, entity_id: int) -> None:
        """Delete a record if it exists."""
        with self._state.transaction() as connection:
            connection.execute(
                "DELETE FROM entity WHERE store = ? AND family = ? AND id = ?",
                (store_id, family, entity_id),
            )

    def _read(self, column: str, store_id: int, family: str, value: Any) -> Body | None:
        row: sqlite3.Row | None = self._state.row(
            f"SELECT body FROM entity WHERE store = ? AND family = ? AND {column} = ?",  # noqa: S608 - constant name
            store_id,
            family,
            value,
        )
        return None if row is None else dict(json.loads(row["body"]))
