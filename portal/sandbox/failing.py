"""Remember which addresses take no webhooks, and block one after two weeks, as Ecwid does."""

from __future__ import annotations

import time
from typing import Any

from portal.sandbox.retries import SLOWEST
from portal.sandbox.state import State
from portal.sandbox.switches import Switches

BLOCKED_AFTER_S = 14 * 24 * 3600


class FailingAddresses:
    """Hold since when an address fails; the clock is that of the repeats."""

    def __init__(self, state: State, switches: Switches) -> None:
        self._state = state
        self._switches = switches

    def note(self, failed: dict[str, float], delivered: set[str]) -> None:
        """Note addresses that failed, each with the moment, and those that didn't."""
        with self._state.writing() as connection:
            connection.executemany("INSERT OR IGNORE INTO failing VALUES (?,?)", failed.items())
            connection.executemany("DELETE FROM failing WHERE url = ?", [(u,) for u in delivered])

    def is_blocked(self, url: str) -> bool:
        """Tell whether nothing is sent to an address any more."""
        row = self._state.row("SELECT since FROM failing WHERE url = ?", url)
        return row is not None and self._is_over(row["since"])

    def all(self) -> list[dict[str, Any]]:
        """Return the addresses that fail, longest first."""
        rows = self._state.rows("SELECT * FROM failing ORDER BY since")
        return [{**dict(row), "blocked": self._is_over(row["since"])} for row in rows]

    def forget(self) -> None:
        """Begin anew with every address, as Ecwid's support does on request."""
        with self._state.writing() as connection:
            connection.execute("DELETE FROM failing")

    def _is_over(self, since: float) -> bool:
        speed = max(self._switches.number("retry_speed"), SLOWEST)
        return time.time() - since >= BLOCKED_AFTER_S / speed
