"""Log of webhook deliveries and their attempts, limited to the newest entries."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from portal.sandbox.failing_endpoints import FailingEndpoints
from portal.sandbox.retries import is_delivered, next_attempt
from portal.sandbox.state import State
from portal.sandbox.webhook_client import Outcome


@dataclass(frozen=True)
class Attempt:
    """One delivery attempt: start in Unix seconds, duration and outcome."""

    delivery: sqlite3.Row
    at: float
    duration_s: float
    outcome: Outcome


class DeliveryLog:
    """Stored deliveries. A delivery whose ``due`` is None is finished."""

    def __init__(self, state: State, failing_endpoints: FailingEndpoints) -> None:
        self._state = state
        self._failing_endpoints = failing_endpoints
        self._pruned_up_to = 0

    def add(
        self,
        store_id: int,
        event: dict[str, Any],
        now: float,
        sends: Iterable[tuple[str, float]],
        custom_app: int = 0,
    ) -> None:
        """Add a delivery of an event for each pair of URL and due time."""
        body, number = json.dumps(event), str(event["eventId"])
        rows = [((store_id, number, event["eventType"], url, body, now), due) for url, due in sends]
        with self._state.transaction() as connection:
            connection.executemany(
                "INSERT INTO delivery (store, event_id, type, url, body, created, custom_app,"
                " first_due, due) VALUES (?,?,?,?,?,?,?,?,?)",
                [(*values, custom_app, due, due) for values, due in rows],
            )

    def due(self, now: float, count: int, in_flight: Collection[int]) -> list[sqlite3.Row]:
        """Return up to ``count`` due deliveries that aren't in flight, earliest first.

        ``client_secret`` is the custom app's key, or None for the registered app.
        """
        rows = self._state.rows(
            "SELECT delivery.*, client_secret FROM delivery LEFT JOIN custom_app"
            " ON custom_app.id = delivery.custom_app WHERE due <= ?"
            " ORDER BY due, delivery.id LIMIT ?",
            now,
            count + len(in_flight),
        )
        return [row for row in rows if row["id"] not in in_flight][:count]

    def next_due(self, now: float) -> float | None:
        """Return when the next delivery becomes due after ``now``, or None."""
        row = self._state.row("SELECT min(due) FROM delivery WHERE due > ?", now)
        return None if row is None else row[0]

    def record(self, attempts: list[Attempt], *, speed: float, limit: int) -> None:
        """Record attempts and update their deliveries, all in one transaction."""
        with self._state.transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO attempt VALUES (?,?,?,?,?,?)",
                [
                    (
                        attempt.delivery["id"],
                        attempt.delivery["attempt_count"] + 1,
                        attempt.at,
                        round(attempt.duration_s * 1000),
                        attempt.outcome.status,
                        attempt.outcome.detail,
                    )
                    for attempt in attempts
                ],
            )
            connection.executemany(
                "UPDATE delivery SET attempt_count = attempt_count + 1, status = ?, due = ?,"
                " delivered = ? WHERE id = ?",
                [_delivery_update(attempt, speed) for attempt in attempts],
            )
            failed = {
                a.delivery["url"]: a.at for a in attempts if not is_delivered(a.outcome.status)
            }
            delivered = {a.delivery["url"] for a in attempts if is_delivered(a.outcome.status)}
            self._failing_endpoints.record(failed, delivered)
            self._prune(connection, limit)

    def latest(self, count: int) -> list[dict[str, Any]]:
        """Return the latest deliveries, newest first."""
        rows = self._state.rows("SELECT * FROM delivery ORDER BY id DESC LIMIT ?", count)
        return [_to_dict(row) for row in rows]

    def get(self, delivery_id: int) -> dict[str, Any]:
        """Return a delivery with its ``attempts`` in order; raise LookupError if unknown."""
        row = self._state.row("SELECT * FROM delivery WHERE id = ?", delivery_id)
        if row is None:
            raise LookupError(f"there is no delivery {delivery_id}")
        attempts = self._state.rows(
            "SELECT number, at, duration_ms, status, detail FROM attempt WHERE delivery = ?"
            " ORDER BY number",
            delivery_id,
        )
        return _to_dict(row) | {"attempts": [dict(attempt) for attempt in attempts]}

    def _prune(self, connection: sqlite3.Connection, limit: int) -> None:
        newest = connection.execute("SELECT max(id) FROM delivery").fetchone()[0] or 0
        last = newest - limit
        # Prune only once the log is a tenth over its limit: one large deletion is cheaper.
        if last - self._pruned_up_to <= limit // 10:
            return
        connection.execute("DELETE FROM delivery WHERE id <= ? AND due IS NULL", (last,))
        connection.execute(
            "DELETE FROM attempt WHERE delivery <= ?"
            " AND delivery NOT IN (SELECT id FROM delivery WHERE id <= ?)",
            (last, last),
        )
        self._pruned_up_to = last


def _delivery_update(attempt: Attempt, speed: float) -> tuple[str, float | None, float | None, int]:
    """Return status, next due time, time of delivery, and the delivery's id."""
    row, status = attempt.delivery, attempt.outcome.status
    if is_delivered(status):
        return status, None, attempt.at + attempt.duration_s, row["id"]
    return status, next_attempt(row["first_due"], row["attempt_count"] + 1, speed), None, row["id"]


def _to_dict(row: sqlite3.Row) -> dict[str, Any]:
    return {**dict(row), "body": json.loads(row["body"])}
