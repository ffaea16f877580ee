"""Bring one run forward: read a step, write it with its checkpoint, until done or out of time.

A run is read in slices, so that a large store doesn't hold up a small one and a stop is never far.
Rows and checkpoint are committed together, and only while the lease is ours: a killed worker's
run goes on at its page, and a worker that was thought dead can't write over its successor.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from random import Random

import structlog

from portal.ecwid.client import EcwidClient
from portal.ecwid.quota import Lane
from portal.errors import PortalError
from portal.jobs import RUN_SYNC
from portal.models import Lease, Resource, RunKind, RunState, SyncRun, database, utc_now
from portal.models.base import flush_later
from portal.models.writer_turn import WriterTurn
from portal.process import should_stop
from portal.services.mirror.resource_overview import MIRROR_OF
from portal.services.runs.sync_runs import HELD_STATES, finish_run, lease_name, save_step
from portal.services.runtime import Runtime
from portal.services.sync import full_scan, incremental, reconcile
from portal.services.sync.failures import note_failure
from portal.services.sync.full_scan import SHORT_LISTS
from portal.services.sync.page_result import Checkpoint, Counts, Reader, Step, one_by_one
from portal.services.sync.reconcile_full import begin_proof, end_proof
from portal.services.sync.request_counts import Tally
from portal.services.sync.skip_unchanged import read_statistics
from portal.services.sync.sources import FEEDS

log = structlog.get_logger(__name__)

SLICE_S = 10.0
# Pages that are under way when a slice is over are still written, unless that takes long.
LINGER_S = 2.0
# Longer than any single call may take (25 s), short enough for a quick take-over.
LEASE_TTL_S = 30.0

READERS: dict[tuple[str, str, str], Reader] = {
    **{
        (resource, kind, phase): reader
        for resource in FEEDS
        for kind, phase, reader in (
            (RunKind.BACKFILL, "pages", incremental.read_first_copy),
            (RunKind.BACKFILL, "unseen", one_by_one(incremental.read_unseen)),
            (RunKind.AUDIT, "pages", reconcile.read_pages),
            (RunKind.AUDIT, "unseen", one_by_one(reconcile.read_unseen)),
            (RunKind.AUDIT, "forget", one_by_one(reconcile.forget)),
            (RunKind.INCREMENTAL, "statistics", one_by_one(read_statistics)),
            (RunKind.INCREMENTAL, "pages", incremental.read_changes),
            (RunKind.INCREMENTAL, "deletions", one_by_one(incremental.read_deletions)),
        )
    },
    **{
        (resource, kind, phase): reader
        for resource in SHORT_LISTS
        for kind, phase, reader in (
            (RunKind.BACKFILL, "pages", one_by_one(full_scan.read_page)),
            (RunKind.BACKFILL, "unseen", one_by_one(full_scan.read_unseen)),
            (RunKind.AUDIT, "pages", one_by_one(full_scan.read_page)),
            (RunKind.AUDIT, "unseen", one_by_one(full_scan.read_unseen)),
            (RunKind.INCREMENTAL, "statistics", one_by_one(read_statistics)),
            (RunKind.INCREMENTAL, "pages", one_by_one(full_scan.read_page)),
            (RunKind.INCREMENTAL, "unseen", one_by_one(full_scan.read_unseen)),
        )
    },
}

JITTER = Random()  # noqa: S311 - spreads retries, guards no secret

FIRST: dict[str, Checkpoint] = {
    RunKind.BACKFILL: {"phase": "pages"},
    RunKind.AUDIT: {"phase": "pages"},
    RunKind.INCREMENTAL: {"phase": "statistics"},
}


@dataclass(frozen=True)
class Slice:
    """Hold whose slice of which run this is, and what it counts and waits with."""

    run: SyncRun
    owner: str
    tally: Tally
    turn: WriterTurn


class RunTakenError(PortalError):
    """The run is no longer ours: what was read and not yet written is dropped."""


def work_on(runtime: Runtime, run_id: int) -> None:
    """Read a slice of the run, if it is due and nobody else is at it; wake it again if not done."""
    run = SyncRun.get_or_none(SyncRun.id == run_id)
    if run is None or not _is_workable(run):
        return
    owner = uuid.uuid4().hex
    if not Lease.acquire(lease_name(run_id), owner, LEASE_TTL_S):
        return
    try:
        _read_slice(runtime, run, owner)
    except RunTakenError as taken:
        log.warning("run.taken", run=run_id, store=run.store_id, how=str(taken))
        return
    except PortalError as error:
        note_failure(runtime, run, error, JITTER)
    finally:
        Lease.release(lease_name(run_id), owner)
    if not run.is_finished and run.due_at <= utc_now():
        runtime.wake(RUN_SYNC, run_id)


def _is_workable(run: SyncRun) -> bool:
    is_due = not run.is_finished and run.state not in HELD_STATES and run.due_at <= utc_now()
    return is_due and run.store.is_working


def _read_slice(runtime: Runtime, run: SyncRun, owner: str) -> None:
    client = runtime.client(run.store_id, Lane.BACKGROUND)
    run.state = RunState.RUNNING
    if run.started_at is None:
        run.started_at = utc_now()
        log.info("run.started", run=run.id, store=run.store_id, resource=run.resource)
    part = Slice(run, owner, Tally(client), runtime.turn)
    try:
        _read_until(time.monotonic() + SLICE_S, part)
    finally:
        part.tally.save_rest(run)
    if run.is_finished:
        log.info(
            "run.done",
            run=run.id,
            store=run.store_id,
            resource=run.resource,
            seen=run.seen,
            saved=run.saved,
            unchanged=run.unchanged,
            deleted=run.deleted,
            quarantined=run.quarantined,
            requests=run.requests,
            bytes=run.bytes,
        )


def _read_until(deadline: float, part: Slice) -> None:
    run = part.run
    while not run.is_finished and not should_stop() and time.monotonic() < deadline:
        with closing(_read(part.tally.client, run, deadline)) as steps:
            for step in steps:
                _write(step, part)
                if run.is_finished or should_stop() or time.monotonic() >= deadline + LINGER_S:
                    break


def _read(client: EcwidClient, run: SyncRun, until_s: float) -> Generator[Step]:
    checkpoint = run.checkpoint or FIRST[run.kind]
    return READERS[run.resource, run.kind, checkpoint["phase"]](client, run, checkpoint, until_s)


def _write(step: Step, part: Slice) -> None:
    run, tally = part.run, part.tally
    with part.turn.taken(), database.atomic():
        flush_later()
        if not Lease.acquire(lease_name(run.id), part.owner, LEASE_TTL_S):
            raise RunTakenError("by another worker")
        if run.kind == RunKind.AUDIT and run.mirror_count is None:
            begin_proof(run, MIRROR_OF[Resource(run.resource)])
        _count(run, step.write())
        sent = tally.count_into(run)
        if run.total is None:
            run.total = step.total
        run.failures, run.error = 0, None
        run.checkpoint = step.following
        if step.following is None:
            if run.kind == RunKind.AUDIT:
                end_proof(run)
            is_ours = finish_run(run, covered_until=run.started_at)
        else:
            is_ours = save_step(run)
        if not is_ours:
            raise RunTakenError("by a person who paused or cancelled it")
    tally.settle(sent)


def _count(run: SyncRun, counts: Counts) -> None:
    run.seen += counts.seen
    run.saved += counts.saved
    run.unchanged += counts.unchanged
    run.deleted += counts.deleted
    run.quarantined += counts.quarantined
    if run.differences is not None:
        run.differences += counts.differences
