"""Stores of jobs: a job has one id, of a store or of a row that belongs to one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from portal.jobs import (
    ADVANCE_REPLAY,
    DRAIN_EVENTS,
    ERASE_STORE_DATA,
    POLL_STORE,
    PROBE_STORE,
    PROCESS_PRIVACY_REQUESTS,
    REGISTER_WEBHOOKS,
    RESYNC_RECORDS,
    RUN_SYNC,
    SEND_ORDER_UPDATES,
    SUBMIT_ORDER,
)
from portal.models import EventReplay, OrderSubmission, SyncRun
from portal.services.operator.job_facts import JobFacts

# Jobs whose id is the store's.
STORE_JOBS = frozenset(
    job.path
    for job in (
        DRAIN_EVENTS,
        ERASE_STORE_DATA,
        POLL_STORE,
        PROBE_STORE,
        PROCESS_PRIVACY_REQUESTS,
        REGISTER_WEBHOOKS,
        RESYNC_RECORDS,
        SEND_ORDER_UPDATES,
    )
)
# Tables of the rows that other jobs name. Jobs in neither concern no single store.
ROW_JOBS: dict[str, type[Any]] = {
    RUN_SYNC.path: SyncRun,
    SUBMIT_ORDER.path: OrderSubmission,
    ADVANCE_REPLAY.path: EventReplay,
}


def stores_of(jobs: Sequence[JobFacts]) -> dict[str, int]:
    """Return the store of each job by the job's id; takes at most three statements.

    Jobs that concern no single store, or whose row was deleted, are missing.
    """
    found = {job.id: job.ids[0] for job in jobs if job.path in STORE_JOBS and job.ids}
    for path, table in ROW_JOBS.items():
        of_rows = [job for job in jobs if job.path == path and job.ids]
        stores = _stores_by_row(table, {job.ids[0] for job in of_rows})
        found |= {job.id: stores[job.ids[0]] for job in of_rows if job.ids[0] in stores}
    return found


def _stores_by_row(table: type[Any], ids: Iterable[int]) -> dict[int, int]:
    wanted: Callable[..., Any] = table.select(table.id, table.store).where
    rows = list(ids)
    return dict(wanted(table.id.in_(rows)).tuples()) if rows else {}
