"""Move what was committed from SQLite's log into its file, apart from who commits.

SQLite has the writer that fills the log move all of it, while everybody else waits: for a receiver
some hundred milliseconds once a second. Little by little, on a thread of its own, nobody waits.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog
from peewee import Database, PeeweeException, SqliteDatabase

from portal.models.write_lock import WriteLock
from portal.services.background.debounce import Debouncer

log = structlog.get_logger(__name__)

# At a thousand events a second a log of that long has half the pages at which SQLite would move it.
DELAY_S = 0.25
# Moves what it can without waiting for readers or keeping writers out.
CHECKPOINT_SQL = "PRAGMA wal_checkpoint(PASSIVE)"


@dataclass
class WalCheckpointer:
    """Clear the log of one database soon after it was written to; PostgreSQL does so by itself."""

    database: Database
    write_lock: WriteLock
    _debouncer: Debouncer = field(init=False)

    def __post_init__(self) -> None:
        self._debouncer = Debouncer(DELAY_S, self._checkpoint)

    def trigger(self) -> None:
        """Have the log cleared soon; call it after a commit."""
        if isinstance(self.database, SqliteDatabase):
            self._debouncer.trigger()

    def flush(self) -> None:
        """Clear the log at once, if that was asked for."""
        self._debouncer.flush()

    def _checkpoint(self) -> None:
        try:
            with self.database.connection_context():
                self.database.execute_sql(CHECKPOINT_SQL)
                # The log begins anew once nothing is left of it: what came meanwhile is little.
                with self.write_lock.held():
                    self.database.execute_sql(CHECKPOINT_SQL)
        except PeeweeException as error:
            # SQLite does it itself when the log has become long.
            log.warning("wal.checkpoint_failed", error=type(error).__name__)
