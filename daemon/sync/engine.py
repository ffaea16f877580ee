"""Bring one run forward: read a step, write it with its checkpoint, until done or out of time.

A run is read in slices, so that a large store doesn't hold up a small one and a stop is never far.
Rows and checkpoint are committed together, and only while the lease is ours: a killed worker's
run goes on at its page, and a worker that was thought dead can't write over its successor.
"""

from __future__ import annotations

import time
import uuid
from random import Random

import structlog

from daemon.stopping import should_stop
from daemon.sync import categories, products
from daemon.sync.failures import note_failure
from daemon.sync.step import Checkpoint, Counts, Reader, Step
from portal.ecwid.client import EcwidClient
from portal.ecwid.quota import Lane
from portal.errors import PortalError
from portal.jobs import RUN_SYNC
from portal.models import Lease, Resource, RunKind, RunState, SyncRun, database, utc_now
from portal.services.runtime import Runtime
from portal.services.sync_runs import finish_run

log = structlog.get_logger(__name__)

SLICE_S = 10.0
# Longer than any single call may take (25 s), short enough for a quick take-over.
LEASE_TTL_S = 30.0

READERS: dict[tuple[str, str, str], Reader] = {
    (Resource.PRODUCTS, RunKind.BACKFILL, "pages"): products.read_downwards,
    (Resource.PRODUCTS, RunKind.BACKFILL, "unseen"): products.read_unseen,
    (Resource.PRODUCTS, RunKind.INCREMENTAL, "pages"): products.read_upwards,
    (Resource.PRODUCTS, RunKind.INCREMENTAL, "deletions"): products.read_deletions,
    (Resource.CATEGORIES, RunKind.BACKFILL, "pages"): categories.read_all,
    (Resource.CATEGORIES, RunKind.BACKFILL, "unseen"): categories.read_unseen,
    (Resource.CATEGORIES, RunKind.INCREMENTAL, "pages"): categories.read_all,
    (Resource.CATEGORIES, RunKind.INCREMENTAL, "unseen"): categories.read_unseen,
}

JITTER = Random()  # noqa: S311 - spreads retries, guards no secret

FIRST: Checkpoint = {"phase": "pages"}


class LeaseLostError(PortalError):
    """Another worker has taken over the run; what was read and not yet written is dropped."""


def work_on(runtime: Runtime, run_id: int) -> None:
    """Read a slice of the run, if it is due and nobody else is at it; wake it again if not done."""
    run = SyncRun.get_or_none(SyncRun.id == run_id)
    if run is None or run.is_finished or run.due_at > utc_now() or not run.store.is_working:
        return
    owner = uuid.uuid4().hex
    if not Lease.acquire(lease_name(run_id), owner, LEASE_TTL_S):
        return
    try:
        _read_slice(runtime, run, owner)
    except LeaseLostError:
        log.warning("run.lease_lost", run=run_id, store=run.store_id)
        return
    except PortalError as error:
        note_failure(runtime, run, error, JITTER)
    finally:
        Lease.release(lease_name(run_id), owner)
    if not run.is_finished and run.due_at <= utc_now():
        runtime.wake(RUN_SYNC, run_id)


def lease_name(run_id: int) -> str:
    """Return the name of the lease that the worker of this run holds."""
    return f"run:{run_id}"


def _read_slice(runtime: Runtime, run: SyncRun, owner: str) -> None:
    client = runtime.client(run.store_id, Lane.BACKGROUND)
    if run.started_at is None:
        run.started_at, run.state = utc_now(), RunState.RUNNING
        log.info("run.started", run=run.id, store=run.store_id, resource=run.resource)
    deadline = time.monotonic() + SLICE_S
    while not run.is_finished and not should_stop() and time.monotonic() < deadline:
        requests_before = client.requests
        step = _read(client, run)
        _write(run, step, owner, requests=client.requests - requests_before)
    if run.is_finished:
        log.info(
            "run.done",
            run=run.id,
            store=run.store_id,
            resource=run.resource,
            seen=run.seen,
            saved=run.saved,
            deleted=run.deleted,
            quarantined=run.quarantined,
            requests=run.requests,
        )


def _read(client: EcwidClient, run: SyncRun) -> Step:
    checkpoint = run.checkpoint or FIRST
    reader = READERS[run.resource, run.kind, checkpoint["phase"]]
    return reader(client, run, checkpoint, utc_now())


def _write(run: SyncRun, step: Step, owner: str, *, requests: int) -> None:
    with database.atomic():
        if not Lease.acquire(lease_name(run.id), owner, LEASE_TTL_S):
            raise LeaseLostError(f"run {run.id} was taken over")
        _count(run, step.write(), requests)
        if run.total is None:
            run.total = step.total
        run.failures, run.error = 0, None
        run.checkpoint = step.following
        if step.following is None:
            finish_run(run, covered_until=run.started_at)
        else:
            run.save()


def _count(run: SyncRun, counts: Counts, requests: int) -> None:
    run.seen += counts.seen
    run.saved += counts.saved
    run.deleted += counts.deleted
    run.quarantined += counts.quarantined
    run.requests += requests
