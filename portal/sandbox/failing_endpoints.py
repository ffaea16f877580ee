"""Webhook endpoints that fail, which are blocked after two weeks.

Source: Ecwid, webhook documentation (docs.ecwid.com): Ecwid blocks a URL that fails for two weeks.
"""

from __future__ import annotations

import time
from typing import Any

from portal.sandbox.retries import MIN_SPEED
from portal.sandbox.state import State
from portal.sandbox.switches import Switches

BLOCKED_AFTER_S = 14 * 24 * 3600


class FailingEndpoints:
    """Failing endpoints with the time of their first failure.

    The switch ``retry_speed`` shortens the two weeks as it shortens the waits between retries.
    """

    def __init__(self, state: State, switches: Switches) -> None:
        self._state = state
        self._switches = switches

    def record(self, failed: dict[str, float], delivered: set[str]) -> None:
        """Record endpoints that failed, with the time of the failure, and endpoints that worked."""
        with self._state.transaction() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO failing_endpoint VALUES (?,?)", failed.items()
            )
            connection.executemany(
                "DELETE FROM failing_endpoint WHERE url = ?", [(u,) for u in delivered]
            )

    def is_blocked(self, url: str) -> bool:
        """Return whether the sandbox no longer sends events to an endpoint."""
        row = self._state.row("SELECT since FROM failing_endpoint WHERE url = ?", url)
        return row is not None and self._is_expired(row["since"])

    def all(self) -> list[dict[str, Any]]:
        """Return the failing endpoints, longest failing first."""
        rows = self._state.rows("SELECT * FROM failing_endpoint ORDER BY since")
        return [{**dict(row), "blocked": self._is_expired(row["since"])} for row in rows]

    def unblock_all(self) -> None:
        """Unblock all endpoints, as Ecwid's support does on request."""
        with self._state.transaction() as connection:
            connection.execute("DELETE FROM failing_endpoint")

    def _is_expired(self, since: float) -> bool:
        speed = max(self._switches.number("retry_speed"), MIN_SPEED)
        return time.time() - since >= BLOCKED_AFTER_S / speed
