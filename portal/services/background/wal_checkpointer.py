"""WAL checkpointer: moves committed pages from SQLite's WAL into the database file.

By default SQLite runs a checkpoint in the writer that fills the WAL, and all other writers wait:
for the receiver, some hundred milliseconds once a second. Small checkpoints on a thread of their
own delay nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog
from peewee import Database, PeeweeException, SqliteDatabase

from portal.models.write_lock import WriteLock
from portal.services.background.debounce import Debouncer

log = structlog.get_logger(__name__)

# At a thousand events a second, this keeps the WAL at half the size that triggers SQLite's own
# checkpoint.
DELAY_S = 0.25
# PASSIVE checkpoints as much as possible without waiting for readers or blocking writers.
CHECKPOINT_SQL = "PRAGMA wal_checkpoint(PASSIVE)"


@dataclass
class WalCheckpointer:
    """Checkpoints one SQLite database soon after writes; does nothing for PostgreSQL."""

    database: Database
    write_lock: WriteLock
    _debouncer: Debouncer = field(init=False)

    def __post_init__(self) -> None:
        self._debouncer = Debouncer(DELAY_S, self._checkpoint)

    def trigger(self) -> None:
        """Schedule a checkpoint; call it after a commit."""
        if isinstance(self.database, SqliteDatabase):
            self._debouncer.trigger()

    def flush(self) -> None:
        """Run a scheduled checkpoint now."""
        self._debouncer.flush()

    def _checkpoint(self) -> None:
        try:
            with self.database.connection_context():
                self.database.execute_sql(CHECKPOINT_SQL)
                # SQLite reuses the WAL from its start only after a complete checkpoint. The write
                # lock keeps writers out for the rest, which is small.
                with self.write_lock.held():
                    self.database.execute_sql(CHECKPOINT_SQL)
        except PeeweeException as error:
            # SQLite's own checkpoint runs when the WAL has grown too long.
            log.warning("wal.checkpoint_failed", error=type(error).__name__)
