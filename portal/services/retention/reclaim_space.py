"""Give the space of deleted rows back to the disk: on SQLite a part at a time.

Free pages of the file are used again, so some are kept; more than that are cut off, by steps that
nobody waits for long. A file that was made before this was possible has to be made anew once, see
docs/operating.md. PostgreSQL does it by itself.
"""

from __future__ import annotations

import time

from peewee import SqliteDatabase

from portal.models import database
from portal.services.runtime import Runtime

# Of 4 KB each: so many stay free for what comes next.
PAGES_KEPT = 2_000
# The receiver waits for so many to be moved: some milliseconds.
PAGES_PER_STEP = 400
# Other entries of the schedule wait meanwhile.
TIME_BUDGET_S = 0.5


def reclaim_space(runtime: Runtime) -> int:
    """Shorten the database's file, for half a second at most; return by how many pages."""
    if not isinstance(runtime.database, SqliteDatabase):
        return 0
    ends_s, given = time.monotonic() + TIME_BUDGET_S, 0
    while time.monotonic() < ends_s and (spare := _free_pages() - PAGES_KEPT) > 0:
        with runtime.write_lock.held():
            # Each row of the answer is one page: what isn't fetched isn't done.
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
