"""Schema migrations: numbered scripts, forward only.

Each script defines frozen copies of the tables as they were when it was written, so a later change
of a model never changes history. `playhouse.migrations` runs each script in its own transaction.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from peewee import Database, PostgresqlDatabase
from playhouse.migrations import Runner

DIRECTORY = Path(__file__).parent
# Any number that no other program uses for an advisory lock on the same server.
LOCK_NUMBER = 0xEC31D
# Scripts that got a new number before the first release, by the name that databases have recorded.
# The names are translated when they are read and never rewritten, so that processes with older code
# still find what they recorded.
RENAMED = {
    "0003_run_control": "0002_run_control",
    "0004_orders_customers_coupons": "0003_orders_customers_coupons",
    "0005_order_and_customer_lists": "0004_order_and_customer_lists",
    "0006_nightly_audits": "0005_nightly_audits",
    "0007_event_attempts": "0006_event_attempts",
    "0008_record_changes": "0007_record_changes",
    "0009_delivery_counts": "0008_delivery_counts",
    "0010_mirror_counts": "0009_mirror_counts",
    "0025_outbound_webhooks": "0026_outbound_webhooks",
}


class _Runner(Runner):
    """Migration runner that knows the former names of renamed scripts."""

    def applied(self) -> dict[str, datetime]:
        return {RENAMED.get(name, name): at for name, at in super().applied().items()}


def migrate(database: Database, *, target: str | None = None) -> list[str]:
    """Apply the pending scripts up to ``target`` or the newest; return the names applied.

    If the portal and the daemon migrate at the same time, the second one waits and finds nothing
    pending.
    """
    with database.connection_context(), _migration_lock(database):
        applied: list[str] = _Runner(database, str(DIRECTORY)).up(target)
    return applied


def pending(database: Database) -> list[str]:
    """Return the names of the scripts not yet applied to this database, oldest first."""
    with database.connection_context():
        return [m.name for m in _Runner(database, str(DIRECTORY)).status() if not m.applied]


@contextmanager
def _migration_lock(database: Database) -> Iterator[None]:
    """Keep other processes from migrating this database.

    One transaction around all scripts is no substitute: on SQLite each script must first switch
    foreign keys off, which has no effect within a transaction.
    """
    if isinstance(database, PostgresqlDatabase):
        database.execute_sql("SELECT pg_advisory_lock(%s)", (LOCK_NUMBER,))
        try:
            yield
        finally:
            database.execute_sql("SELECT pg_advisory_unlock(%s)", (LOCK_NUMBER,))
        return
    with Path(f"{database.database}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
