"""Storage of all records: each record's JSON, and the columns that searches use.

The JSON text is written once, when a record changes, so that serving a page only joins texts.
With the switch ``search_lag_s``, searches see a change after that many seconds, as at the real
service. Reading by id always returns the current record.
"""

from __future__ import annotations

import json
import sqlite3
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from portal.sandbox.filters import Search
from portal.sandbox.resource_specs import RESOURCES, Body, ResourceSpec
from portal.sandbox.state import State
from portal.sandbox.validation import MAX_INTEGER

# Results of recent searches, so that paging runs a search once; 100,000 ids take 800 kB.
LEADING_RECORDS = 4_000
CACHED_SEARCHES = 50
OLDEST_FIRST = Search((), (), "id")
ALL_LIMIT = 1_000  # of small resources, such as product classes


class Records:
    """Reads, searches and writes records. ``lag_s`` returns the current search lag."""

    def __init__(self, state: State, lag_s: Callable[[], float]) -> None:
        self._state = state
        self._lag_s = lag_s
        self._versions: Counter[int] = Counter()
        self._cache: dict[tuple[str, int, Search], tuple[int, array[int]]] = {}

    def get(self, spec: ResourceSpec, store_id: int, record_id: int) -> Body | None:
        """Return the current record, or None."""
        pending = self._state.row(
            "SELECT body FROM unindexed WHERE resource = ? AND store = ? AND id = ?",
            spec.name,
            store_id,
            record_id,
        )
        found = pending or self._state.row(
            f"SELECT body FROM {spec.table} WHERE store = ? AND id = ?",  # noqa: S608 - constant name
            store_id,
            record_id,
        )
        return None if found is None or found["body"] is None else json.loads(found["body"])

    def find(self, spec: ResourceSpec, store_id: int, column: str, value: Any) -> Body | None:
        """Return the newest record with a value in a column, regardless of the search lag."""
        pending = self._state.rows(
            "SELECT id, body FROM unindexed WHERE resource = ? AND store = ? ORDER BY id DESC",
            spec.name,
            store_id,
        )
        for row in pending:
            body = json.loads(row["body"]) if row["body"] else None
            if body and spec.columns[column](body) == value:
                return dict(body)
        changed = {row["id"] for row in pending}
        rows = self._state.rows(
            f"SELECT id, body FROM {spec.table} WHERE store = ? AND {column} = ?"  # noqa: S608 - constant names
            " ORDER BY id DESC",
            store_id,
            value,
        )
        found = next((row for row in rows if row["id"] not in changed), None)
        return None if found is None else json.loads(found["body"])

    def search(
        self,
        spec: ResourceSpec,
        store_id: int,
        search: Search,
        *,
        offset: int = 0,
        limit: int = 100,
    ) -> tuple[int, list[str]]:
        """Return the number of matching records, and one page of them as JSON texts."""
        self._index_due_changes()
        page: Sequence[int]
        if offset < LEADING_RECORDS and not self._is_cached(spec, store_id, search):
            total, page = self._leading_ids(spec, store_id, search, offset, limit)
        else:
            ids = self._ids(spec, store_id, search)
            total, page = len(ids), ids[offset : offset + limit]
        rows = self._state.rows(
            f"SELECT id, body FROM {spec.table} WHERE store = ?"  # noqa: S608 - constant name
            f" AND id IN ({','.join('?' * len(page))})",
            store_id,
            *page,
        )
        bodies = {row["id"]: row["body"] for row in rows}
        return total, [bodies[record_id] for record_id in page if record_id in bodies]

    def all(self, spec: ResourceSpec, store_id: int) -> list[Body]:
        """Return all records of a small resource that searches find, oldest first."""
        _, texts = self.search(spec, store_id, OLDEST_FIRST, limit=ALL_LIMIT)
        return [json.loads(text) for text in texts]

    def put(
        self,
        spec: ResourceSpec,
        store_id: int,
        bodies: Iterable[Body],
        *,
        searchable_now: bool = False,
    ) -> None:
        """Write records; searches find them after the search lag unless ``searchable_now``."""
        connection = self._state.connection
        lag_s = 0.0 if searchable_now else self._lag_s()
        if lag_s:
            due = time.time() + lag_s
            connection.executemany(
                "INSERT OR REPLACE INTO unindexed VALUES (?,?,?,?,?)",
                [(spec.name, store_id, body[spec.key], _text(body), due) for body in bodies],
            )
        else:
            connection.executemany(
                spec.insert, (spec.row(store_id, body, _text(body)) for body in bodies)
            )
        self._mark_changed(spec, store_id)

    def remove(
        self, spec: ResourceSpec, store_id: int, record_id: int, number: str | None = None
    ) -> bool:
        """Delete a record and add it to the deletion history; return False if it doesn't exist."""
        if record_id > MAX_INTEGER or self.get(spec, store_id, record_id) is None:
            return False
        connection = self._state.connection
        lag_s = self._lag_s()
        if lag_s:
            connection.execute(
                "INSERT OR REPLACE INTO unindexed VALUES (?,?,?,NULL,?)",
                (spec.name, store_id, record_id, time.time() + lag_s),
            )
        else:
            self._delete(connection, spec, store_id, record_id)
        connection.execute(
            "INSERT INTO deleted VALUES (?,?,?,?,?)",
            (store_id, spec.name, record_id, int(time.time()), number),
        )
        self._mark_changed(spec, store_id)
        return True

    def allocate_ids(self, store_id: int, count: int = 1) -> int:
        """Reserve ``count`` consecutive ids that are new in the store; return the first."""
        first = self._state.number("SELECT next_id FROM store WHERE id = ?", store_id)
        self._state.connection.execute(
            "UPDATE store SET next_id = next_id + ? WHERE id = ?", (count, store_id)
        )
        return first

    def _index_due_changes(self) -> None:
        """Apply pending changes to the search columns once their lag has passed."""
        if not self._state.number("SELECT count(*) FROM unindexed WHERE due <= ?", time.time()):
            return
        with self._state.transaction() as connection:
            due = self._state.rows("SELECT * FROM unindexed WHERE due <= ?", time.time())
            for row in due:
                spec = RESOURCES[row["resource"]]
                if row["body"] is None:
                    self._delete(connection, spec, row["store"], row["id"])
                else:
                    body = json.loads(row["body"])
                    connection.execute(spec.insert, spec.row(row["store"], body, row["body"]))
                connection.execute(
                    "DELETE FROM unindexed WHERE resource = ? AND store = ? AND id = ?",
                    (row["resource"], row["store"], row["id"]),
                )
                self._invalidate_searches(row["store"])

    def _delete(
        self, connection: sqlite3.Connection, spec: ResourceSpec, store_id: int, record_id: int
    ) -> None:
        connection.execute(
            f"DELETE FROM {spec.table} WHERE store = ? AND id = ?",  # noqa: S608 - constant name
            (store_id, record_id),
        )
        connection.execute(
            "DELETE FROM unindexed WHERE resource = ? AND store = ? AND id = ?",
            (spec.name, store_id, record_id),
        )

    def _leading_ids(
        self, spec: ResourceSpec, store_id: int, search: Search, offset: int, limit: int
    ) -> tuple[int, list[int]]:
        """Return the number of matches, and the ids of one of the first pages.

        A client that pages by update time starts a new search for each page. Loading all ids for
        it would take 60 ms of processor in a store of 80,000 products.
        """
        matching = f"FROM {spec.table} WHERE {_where(search)}"
        values = (store_id, *search.values)
        total = self._state.number(f"SELECT count(*) {matching}", *values)
        rows = self._state.rows(
            f"SELECT id {matching} ORDER BY {search.order} LIMIT ? OFFSET ?",
            *values,
            limit,
            offset,
        )
        return total, [row["id"] for row in rows]

    def _is_cached(self, spec: ResourceSpec, store_id: int, search: Search) -> bool:
        version, _ = self._cache.get((spec.name, store_id, search), (None, None))
        return version == self._versions[store_id]

    def _ids(self, spec: ResourceSpec, store_id: int, search: Search) -> array[int]:
        """Return all matching ids in order, cached until a record of the store changes."""
        key = (spec.name, store_id, search)
        version = self._versions[store_id]
        if self._is_cached(spec, store_id, search):
            return self._cache[key][1]
        rows = self._state.rows(
            f"SELECT id FROM {spec.table} WHERE {_where(search)} ORDER BY {search.order}",  # noqa: S608 - constant conditions
            store_id,
            *search.values,
        )
        ids = array("q", (row["id"] for row in rows))
        if len(self._cache) >= CACHED_SEARCHES:
            self._cache.clear()
        self._cache[key] = (version, ids)
        return ids

    def _invalidate_searches(self, store_id: int) -> None:
        # After the commit: a search that runs before it would cache the old results again.
        def invalidate() -> None:
            self._versions[store_id] += 1

        self._state.after_commit(invalidate)

    def _mark_changed(self, spec: ResourceSpec, store_id: int) -> None:
        self._invalidate_searches(store_id)
        self._state.connection.execute(
            "INSERT OR REPLACE INTO last_change VALUES (?,?,?)",
            (store_id, spec.stat, int(time.time())),
        )


def _where(search: Search) -> str:
    return " AND ".join(("store = ?", *search.conditions))


def _text(body: Body) -> str:
    return json.dumps(body, ensure_ascii=False)
