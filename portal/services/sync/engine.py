"""Sync engine: read a run step by step and write each step with its checkpoint.

A run is read in time slices, so a large store doesn't delay a small one and a stop takes seconds.
Rows and checkpoint are committed together, and only while the worker holds the run's lease: the
run of a killed worker continues at its page, and a slow worker can't overwrite its successor.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass

import structlog

from portal.ecwid.client import EcwidClient
from portal.ecwid.rate_limiter import Lane
from portal.errors import LeaseLostError, PortalError
from portal.jobs import RUN_SYNC
from portal.models import Resource, RunKind, RunState, SyncRun, database, utc_now
from portal.models.base import flush_later
from portal.models.write_lock import WriterTurn
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
from portal.services.work.leases import Claim, claimed

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

FIRST: dict[str, Checkpoint] = {
    RunKind.BACKFILL: {"phase": "pages"},
    RunKind.AUDIT: {"phase": "pages"},
    RunKind.INCREMENTAL: {"phase": "statistics"},
}


@dataclass(frozen=True)
class Slice:
    """A time slice of a run, with the worker's claim to the run."""

    run: SyncRun
    claim: Claim
    tally: Tally
    turn: WriterTurn


def work_on(runtime: Runtime, run_id: int) -> None:
    """Read a slice of a due run that no other worker reads; wake the run again if it isn't done."""
    run = SyncRun.get_or_none(SyncRun.id == run_id)
    if run is None or not _is_workable(run):
        return
    with claimed(lease_name(run_id), LEASE_TTL_S) as claim:
        if claim is None:
            return
        try:
            _read_slice(runtime, run, claim)
        except LeaseLostError:
            raise
        except PortalError as error:
            note_failure(runtime, run, error)
    if not claim.is_lost and not run.is_finished and run.due_at <= utc_now():
        runtime.wake(RUN_SYNC, run_id)


def _is_workable(run: SyncRun) -> bool:
    is_due = not run.is_finished and run.state not in HELD_STATES and run.due_at <= utc_now()
    return is_due and run.store.is_working


def _read_slice(runtime: Runtime, run: SyncRun, claim: Claim) -> None:
    client = runtime.client(run.store_id, Lane.BACKGROUND)
    run.state = RunState.RUNNING
    if run.started_at is None:
        run.started_at = utc_now()
        log.info("run.started", run=run.id, store=run.store_id, resource=run.resource)
    part = Slice(run, claim, Tally(client), runtime.turn)
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
        part.claim.keep()
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
            raise LeaseLostError(f"run {run.id}: a person has paused or canceled it")
    tally.settle(sent)


def _count(run: SyncRun, counts: Counts) -> None:
    run.seen += counts.seen
    run.saved += counts.saved
    run.unchanged += counts.unchanged
    run.deleted += counts.deleted
    run.quarantined += counts.quarantined
    if run.differences is not None:
        run.differences += counts.differences
