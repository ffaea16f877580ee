"""Deletion of a table's rows that match a condition, in short batches within a limited time."""

from __future__ import annotations

from functools import partial

from peewee import Expression, Field, Tuple

from portal.models.write_lock import WriteLock
from portal.services.work.time_budget import repeat_for

# On SQLite the receiver waits for each batch: some ten milliseconds.
BATCH = 500
# Other entries of the schedule wait during this time.
TIME_BUDGET_S = 0.25


def delete_batches(write_lock: WriteLock, condition: Expression, *key: Field) -> int:
    """Delete the rows that match; return their number. The next round deletes the rest.

    ``key`` is the table's primary key.
    """
    return repeat_for(TIME_BUDGET_S, partial(_delete_next, write_lock, condition, *key))


def _delete_next(write_lock: WriteLock, condition: Expression, *key: Field) -> int:
    table = key[0].model
    batch = table.select(*key).where(condition).limit(BATCH)
    with write_lock.held():
        deleted: int = table.delete().where(Tuple(*key).in_(batch)).execute()
    return deleted
