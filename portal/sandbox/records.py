"""Keep the records of every resource: the JSON as it is sent, beside the columns of searches.

A record's JSON is made once, when it changes, and kept as text: a page of a hundred is then a
matter of joining texts. With the switch ``index_lag_s`` a change reaches the searches only so much
later, as with the real service; reading by id shows it at once.
"""

from __future__ import annotations

import json
import sqlite3
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from portal.sandbox.checks import HIGHEST
from portal.sandbox.filters import Search
from portal.sandbox.kinds import KINDS, Body, Kind
from portal.sandbox.state import State

# Paging through a list finds it once; a search of 100,000 records holds 800 kB.
SEARCHES_KEPT = 50


class Records:
    """Read, search and write records; ``lag_s`` tells how late searches are."""

    def __init__(self, state: State, lag_s: Callable[[], float]) -> None:
        self._state = state
        self._lag_s = lag_s
        self._versions: Counter[int] = Counter()
        self._found: dict[tuple[str, int, Search], tuple[int, array[int]]] = {}

    def get(self, kind: Kind, store_id: int, record_id: int) -> Body | None:
        """Return a record as it is now, or None."""
        fresh = self._state.row(
            "SELECT body FROM unindexed WHERE kind = ? AND store = ? AND id = ?",
            kind.name,
            store_id,
            record_id,
        )
        found = fresh or self._state.row(
            f"SELECT body FROM {kind.table} WHERE store = ? AND id = ?",  # noqa: S608 - our own name
            store_id,
            record_id,
        )
        return None if found is None or found["body"] is None else json.loads(found["body"])

    def find(self, kind: Kind, store_id: int, column: str, value: Any) -> Body | None:
        """Return the newest record with this value in a column, whether searches know it or not."""
        waiting = self._state.rows(
            "SELECT id, body FROM unindexed WHERE kind = ? AND store = ? ORDER BY id DESC",
            kind.name,
            store_id,
        )
        for row in waiting:
            body = json.loads(row["body"]) if row["body"] else None
            if body and kind.columns[column](body) == value:
                return dict(body)
        changed = {row["id"] for row in waiting}
        rows = self._state.rows(
            f"SELECT id, body FROM {kind.table} WHERE store = ? AND {column} = ?"  # noqa: S608 - our own names
            " ORDER BY id DESC",
            store_id,
            value,
        )
        found = next((row for row in rows if row["id"] not in changed), None)
        return None if found is None else json.loads(found["body"])

    def search(
        self, kind: Kind, store_id: int, search: Search, *, offset: int = 0, limit: int = 100
    ) -> tuple[int, list[str]]:
        """Return how many records match, and one page of them as JSON texts."""
        self._settle()
        page: Sequence[int]
        if offset < limit and not self._knows(kind, store_id, search):
            total, page = self._first_ids(kind, store_id, search, offset, limit)
        else:
            ids = self._ids(kind, store_id, search)
            total, page = len(ids), ids[offset : offset + limit]
        rows = self._state.rows(
            f"SELECT id, body FROM {kind.table} WHERE store = ?"  # noqa: S608 - our own name
            f" AND id IN ({','.join('?' * len(page))})",
            store_id,
            *page,
        )
        bodies = {row["id"]: row["body"] for row in rows}
        return total, [bodies[record_id] for record_id in page if record_id in bodies]

    def put(
        self, kind: Kind, store_id: int, bodies: Iterable[Body], *, at_once: bool = False
    ) -> None:
        """Write records; searches know them after the lag, or ``at_once``."""
        connection = self._state.connection
        lag_s = 0.0 if at_once else self._lag_s()
        if lag_s:
            due = time.time() + lag_s
            connection.executemany(
                "INSERT OR REPLACE INTO unindexed VALUES (?,?,?,?,?)",
                [(kind.name, store_id, body[kind.key], _text(body), due) for body in bodies],
            )
        else:
            connection.executemany(
                kind.insert, (_row(kind, store_id, body, _text(body)) for body in bodies)
            )
        self._touch(kind, store_id)

    def remove(self, kind: Kind, store_id: int, record_id: int, number: str | None = None) -> bool:
        """Delete a record and note it in the history; False if there is no such record."""
        if record_id > HIGHEST or self.get(kind, store_id, record_id) is None:
            return False
        connection = self._state.connection
        lag_s = self._lag_s()
        if lag_s:
            connection.execute(
                "INSERT OR REPLACE INTO unindexed VALUES (?,?,?,NULL,?)",
                (kind.name, store_id, record_id, time.time() + lag_s),
            )
        else:
            self._drop(connection, kind, store_id, record_id)
        connection.execute(
            "INSERT INTO deleted VALUES (?,?,?,?,?)",
            (store_id, kind.name, record_id, int(time.time()), number),
        )
        self._touch(kind, store_id)
        return True

    def take_ids(self, store_id: int, count: int = 1) -> int:
        """Return the first of ``count`` ids that nothing in the store has had before."""
        first = self._state.number("SELECT next_id FROM store WHERE id = ?", store_id)
        self._state.connection.execute(
            "UPDATE store SET next_id = next_id + ? WHERE id = ?", (count, store_id)
        )
        return first

    def _settle(self) -> None:
        """Let the searches know of what has waited for long enough."""
        if not self._state.number("SELECT count(*) FROM unindexed WHERE due <= ?", time.time()):
            return
        with self._state.writing() as connection:
            due = self._state.rows("SELECT * FROM unindexed WHERE due <= ?", time.time())
            for row in due:
                kind = KINDS[row["kind"]]
                if row["body"] is None:
                    self._drop(connection, kind, row["store"], row["id"])
                else:
                    body = json.loads(row["body"])
                    connection.execute(kind.insert, _row(kind, row["store"], body, row["body"]))
                connection.execute(
                    "DELETE FROM unindexed WHERE kind = ? AND store = ? AND id = ?",
                    (row["kind"], row["store"], row["id"]),
                )
                self._forget_searches(row["store"])

    def _drop(
        self, connection: sqlite3.Connection, kind: Kind, store_id: int, record_id: int
    ) -> None:
        connection.execute(
            f"DELETE FROM {kind.table} WHERE store = ? AND id = ?",  # noqa: S608 - our own name
            (store_id, record_id),
        )
        connection.execute(
            "DELETE FROM unindexed WHERE kind = ? AND store = ? AND id = ?",
            (kind.name, store_id, record_id),
        )

    def _first_ids(
        self, kind: Kind, store_id: int, search: Search, offset: int, limit: int
    ) -> tuple[int, list[int]]:
        """Return how many match, and a page of their ids from near the beginning.

        Who walks by update time makes a new search for each page and reads no further in it:
        going through all of them took 60 ms a page of a store of 80,000 products.
        """
        matching = f"FROM {kind.table} WHERE {_where(search)}"
        values = (store_id, *search.values)
        total = self._state.number(f"SELECT count(*) {matching}", *values)
        rows = self._state.rows(
            f"SELECT id {matching} ORDER BY {search.order} LIMIT ? OFFSET ?",
            *values,
            limit,
            offset,
        )
        return total, [row["id"] for row in rows]

    def _knows(self, kind: Kind, store_id: int, search: Search) -> bool:
        version, _ = self._found.get((kind.name, store_id, search), (None, None))
        return version == self._versions[store_id]

    def _ids(self, kind: Kind, store_id: int, search: Search) -> array[int]:
        """Return all that match, in order; kept until something in the store changes."""
        key = (kind.name, store_id, search)
        version = self._versions[store_id]
        if self._knows(kind, store_id, search):
            return self._found[key][1]
        rows = self._state.rows(
            f"SELECT id FROM {kind.table} WHERE {_where(search)} ORDER BY {search.order}",  # noqa: S608 - our own conditions
            store_id,
            *search.values,
        )
        ids = array("q", (row["id"] for row in rows))
        if len(self._found) >= SEARCHES_KEPT:
            self._found.clear()
        self._found[key] = (version, ids)
        return ids

    def _forget_searches(self, store_id: int) -> None:
        # Not before the commit: a search from in between would be kept with what was there before.
        def forget() -> None:
            self._versions[store_id] += 1

        self._state.after_commit(forget)

    def _touch(self, kind: Kind, store_id: int) -> None:
        self._forget_searches(store_id)
        self._state.connection.execute(
            "INSERT OR REPLACE INTO touched VALUES (?,?,?)", (store_id, kind.stat, int(time.time()))
        )


def _where(search: Search) -> str:
    return " AND ".join(("store = ?", *search.conditions))


def _row(kind: Kind, store_id: int, body: Body, text: str) -> tuple[Any, ...]:
    return (store_id, body[kind.key], *(read(body) for read in kind.columns.values()), text)


def _text(body: Body) -> str:
    return json.dumps(body, ensure_ascii=False)
