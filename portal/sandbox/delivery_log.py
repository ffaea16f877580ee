"""Keep every delivery of a webhook with each of its tries, up to a limit."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from portal.sandbox.failing import FailingAddresses
from portal.sandbox.retries import is_delivered, next_try
from portal.sandbox.state import State
from portal.sandbox.webhook_client import Outcome


@dataclass(frozen=True)
class Attempt:
    """Hold one try of a delivery: when it began in Unix seconds, how long it took, its outcome."""

    delivery: sqlite3.Row
    at: float
    took_s: float
    outcome: Outcome


class DeliveryLog:
    """Read and write deliveries; ``due`` None means that there is nothing more to do."""

    def __init__(self, state: State, failing: FailingAddresses) -> None:
        self._state = state
        self._failing = failing
        self._cleared_up_to = 0

    def add(
        self, store_id: int, event: dict[str, Any], now: float, sends: Iterable[tuple[str, float]]
    ) -> None:
        """Note one event for each address at its moment, in the transaction under way."""
        body = json.dumps(event)
        with self._state.writing() as connection:
            connection.executemany(
                "INSERT INTO delivery (store, event_id, type, url, body, created, first_due, due)"
                " VALUES (?,?,?,?,?,?,?,?)",
                [
                    (store_id, event["eventId"], event["eventType"], url, body, now, due, due)
                    for url, due in sends
                ],
            )

    def due(self, now: float, count: int, in_hand: Collection[int]) -> list[sqlite3.Row]:
        """Return up to ``count`` deliveries that are due and in nobody's hand, earliest first."""
        rows = self._state.rows(
            "SELECT * FROM delivery WHERE due <= ? ORDER BY due, id LIMIT ?",
            now,
            count + len(in_hand),
        )
        return [row for row in rows if row["id"] not in in_hand][:count]

    def next_due(self, now: float) -> float | None:
        """Return when the next delivery will be due after now, or None."""
        row = self._state.row("SELECT min(due) FROM delivery WHERE due > ?", now)
        return None if row is None else row[0]

    def note(self, attempts: list[Attempt], *, speed: float, limit: int) -> None:
        """Note tries and what follows from them, in one transaction for all."""
        with self._state.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO attempt VALUES (?,?,?,?,?,?)",
                [
                    (
                        attempt.delivery["id"],
                        attempt.delivery["tries"] + 1,
                        attempt.at,
                        round(attempt.took_s * 1000),
                        attempt.outcome.status,
                        attempt.outcome.words,
                    )
                    for attempt in attempts
                ],
            )
            connection.executemany(
                "UPDATE delivery SET tries = tries + 1, status = ?, due = ?, delivered = ?"
                " WHERE id = ?",
                [_after(attempt, speed) for attempt in attempts],
            )
            failed = {
                a.delivery["url"]: a.at for a in attempts if not is_delivered(a.outcome.status)
            }
            delivered = {a.delivery["url"] for a in attempts if is_delivered(a.outcome.status)}
            self._failing.note(failed, delivered)
            self._clear_away(connection, limit)

    def latest(self, count: int) -> list[dict[str, Any]]:
        """Return the newest deliveries, newest first."""
        rows = self._state.rows("SELECT * FROM delivery ORDER BY id DESC LIMIT ?", count)
        return [_shown(row) for row in rows]

    def one(self, delivery_id: int) -> dict[str, Any]:
        """Return a delivery with its ``attempts``, first one first; raise LookupError."""
        row = self._state.row("SELECT * FROM delivery WHERE id = ?", delivery_id)
        if row is None:
            raise LookupError(f"there is no delivery {delivery_id}")
        attempts = self._state.rows(
            "SELECT number, at, took_ms, status, words FROM attempt WHERE delivery = ?"
            " ORDER BY number",
            delivery_id,
        )
        return _shown(row) | {"attempts": [dict(attempt) for attempt in attempts]}

    def _clear_away(self, connection: sqlite3.Connection, limit: int) -> None:
        newest = connection.execute("SELECT max(id) FROM delivery").fetchone()[0] or 0
        last = newest - limit
        # A tenth more may gather before they are cleared away together.
        if last - self._cleared_up_to <= limit // 10:
            return
        connection.execute("DELETE FROM delivery WHERE id <= ? AND due IS NULL", (last,))
        connection.execute(
            "DELETE FROM attempt WHERE delivery <= ?"
            " AND delivery NOT IN (SELECT id FROM delivery WHERE id <= ?)",
            (last, last),
        )
        self._cleared_up_to = last


def _after(attempt: Attempt, speed: float) -> tuple[str, float | None, float | None, int]:
    """Return status, next try and time of delivery, and the delivery they are of."""
    row, status = attempt.delivery, attempt.outcome.status
    if is_delivered(status):
        return status, None, attempt.at + attempt.took_s, row["id"]
    return status, next_try(row["first_due"], row["tries"] + 1, speed), None, row["id"]


def _shown(row: sqlite3.Row) -> dict[str, Any]:
    return {**dict(row), "body": json.loads(row["body"])}
