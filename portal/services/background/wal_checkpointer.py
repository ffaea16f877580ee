"""Move what was committed from SQLite's log into its file, apart from who commits.

SQLite has the writer that fills the log move all of it, while everybody else waits: for a receiver
some hundred milliseconds once a second. Little by little, on a thread of its own, nobody waits.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog
from peewee import Database, PeeweeException, SqliteDatabase

from portal.models.write_lock import WriterTurn
from portal.services.background.debounce import Soon

log = structlog.get_logger(__name__)

# At a thousand events a second a log of that long has half the pages at which SQLite would move it.
DELAY_S = 0.25
# Moves what it can without waiting for readers or keeping writers out.
MOVE = "PRAGMA wal_checkpoint(PASSIVE)"


@dataclass
class LogClearer:
    """Clear the log of one database soon after it was written to; PostgreSQL does so by itself."""

    database: Database
    turn: WriterTurn
    _soon: Soon = field(init=False)

    def __post_init__(self) -> None:
        self._soon = Soon(DELAY_S, self._clear)

    def ask(self) -> None:
        """Have the log cleared soon; call it after a commit."""
        if isinstance(self.database, SqliteDatabase):
            self._soon.ask()

    def do_now(self) -> None:
        """Clear the log at once, if that was asked for."""
        self._soon.do_now()

    def _clear(self) -> None:
        try:
            with self.database.connection_context():
                self.database.execute_sql(MOVE)
                # The log begins anew once nothing is left of it: what came meanwhile is little.
                with self.turn.taken():
                    self.database.execute_sql(MOVE)
        except PeeweeException as error:
            # SQLite does it itself when the log has become long.
            log.warning("log.not_cleared", error=type(error).__name__)
