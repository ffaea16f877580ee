"""Return of unused database space to the disk: on SQLite in small steps.

SQLite reuses free pages, so some are kept. Larger numbers are cut off in short steps that delay no
other writer for long. A file from before incremental vacuum was enabled needs one full vacuum, see
docs/operating.md. PostgreSQL does this on its own.
"""

from __future__ import annotations

import time

from peewee import SqliteDatabase

from portal.models import database
from portal.services.runtime import Runtime

# Pages of 4 KB that stay free for new rows.
PAGES_KEPT = 2_000
# The receiver waits some milliseconds while this many pages are moved.
PAGES_PER_STEP = 400
# Other entries of the schedule wait during this time.
TIME_BUDGET_S = 0.5


def reclaim_space(runtime: Runtime) -> int:
    """Shrink the database file for at most half a second; return the number of freed pages."""
    if not isinstance(runtime.database, SqliteDatabase):
        return 0
    ends_s, given = time.monotonic() + TIME_BUDGET_S, 0
    while time.monotonic() < ends_s and (spare := _free_pages() - PAGES_KEPT) > 0:
        with runtime.write_lock.held():
            # SQLite frees one page per row of the result: rows must be fetched.
            steps = f"PRAGMA incremental_vacuum({min(spare, PAGES_PER_STEP)})"
            database.execute_sql(steps).fetchall()
        step = spare + PAGES_KEPT - _free_pages()
        if step <= 0:
            break
        given += step
    return given


def _free_pages() -> int:
    free: int = database.execute_sql("PRAGMA freelist_count").fetchone()[0]
    return free
