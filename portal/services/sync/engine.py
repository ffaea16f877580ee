"""Sync engine: read a run step by step and write the steps with their checkpoint.

A run is read in time slices, so a large store doesn't delay a small one and a stop takes seconds.
Rows and checkpoint are committed together, and only while the worker holds the run's lease: the
run of a killed worker continues at its page, and a slow worker can't overwrite its successor.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

import structlog

from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidTooLargeError
from portal.ecwid.rate_limiter import Priority
from portal.errors import LeaseLostError, PortalError
from portal.jobs import RUN_SYNC, has_waiting_jobs
from portal.models import RunKind, RunState, SyncRun, database, utc_now
from portal.models.base import use_async_commit
from portal.models.write_lock import WriteLock
from portal.process import should_stop
from portal.services.mirror.record_sources import FullScanSource
from portal.services.mirror.resources import RESOURCES
from portal.services.runs.sync_runs import (
    HALTED_STATES,
    finish_run,
    lease_name,
    postpone_run,
    save_fields,
    save_progress,
)
from portal.services.runtime import Runtime
from portal.services.sync import full_scan, incremental, reconcile
from portal.services.sync.failures import record_failure
from portal.services.sync.first_import import is_first_read, publish_first_import
from portal.services.sync.page_batches import PageBatches
from portal.services.sync.page_result import (
    Checkpoint,
    Counts,
    PageResult,
    PhaseReader,
    page_limit_of,
    single_page_reader,
    with_page_limit,
    write_all,
)
from portal.services.sync.reconcile_full import finish_report, start_report
from portal.services.sync.request_counts import RequestCounter
from portal.services.sync.skip_unchanged import skip_if_unchanged
from portal.services.sync.slice_deadline import SliceDeadline
from portal.services.work.leases import Claim, claimed
from portal.services.work.store_concurrency import RETRY_AFTER

log = structlog.get_logger(__name__)

TIME_SLICE_S = 10.0
# Pages in flight at the end of a slice are still written if they arrive within this time.
GRACE_S = 5.0
# Longer than any single call may take (25 s), short enough for a quick take-over.
LEASE_TTL_S = 30.0

_INCREMENTAL: dict[tuple[str, str], PhaseReader] = {
    (RunKind.BACKFILL, "pages"): incremental.read_backfill,
    (RunKind.BACKFILL, "unseen"): single_page_reader(incremental.read_unseen),
    (RunKind.RECONCILIATION, "pages"): reconcile.read_pages,
    (RunKind.RECONCILIATION, "unseen"): single_page_reader(reconcile.read_unseen),
    (RunKind.RECONCILIATION, "forget"): single_page_reader(reconcile.forget),
    (RunKind.INCREMENTAL, "statistics"): single_page_reader(skip_if_unchanged),
    (RunKind.INCREMENTAL, "pages"): incremental.read_changes,
    (RunKind.INCREMENTAL, "deletions"): single_page_reader(incremental.read_deletions),
}
_FULL_SCAN: dict[tuple[str, str], PhaseReader] = {
    **{(kind, "pages"): full_scan.read_pages for kind in RunKind},
    **{(kind, "unseen"): single_page_reader(full_scan.read_unseen) for kind in RunKind},
    (RunKind.INCREMENTAL, "statistics"): single_page_reader(skip_if_unchanged),
}

STATISTICS = "statistics"
FIRST_CHECKPOINTS: dict[str, Checkpoint] = {
    RunKind.BACKFILL: {"phase": "pages"},
    RunKind.RECONCILIATION: {"phase": "pages"},
    RunKind.INCREMENTAL: {"phase": STATISTICS},
}


@dataclass(frozen=True)
class TimeSlice:
    """A time slice of a run, with the worker's claim to the run."""

    run: SyncRun
    claim: Claim
    request_counter: RequestCounter
    write_lock: WriteLock
    batches: PageBatches = field(default_factory=PageBatches)


def process_run(runtime: Runtime, run_id: int) -> None:
    """Read a slice of a due run that no other worker reads; wake the run again if it isn't done."""
    run = SyncRun.get_or_none(SyncRun.id == run_id)
    if run is None or not _is_runnable(run):
        return
    with runtime.store_concurrency.limited(RUN_SYNC.queue, run.store_id) as may_begin:
        if may_begin:
            _process(runtime, run)
        else:
            postpone_run(run, RETRY_AFTER)


def _process(runtime: Runtime, run: SyncRun) -> None:
    with claimed(lease_name(run.id), LEASE_TTL_S) as claim:
        if claim is None:
            return
        try:
            _read_slice(runtime, run, claim)
        except LeaseLostError:
            raise
        except PortalError as error:
            record_failure(runtime, run, error)
    if not claim.is_lost and not run.is_finished and run.due_at <= utc_now():
        runtime.wake(RUN_SYNC, run.id)


def _is_runnable(run: SyncRun) -> bool:
    is_due = not run.is_finished and run.state not in HALTED_STATES and run.due_at <= utc_now()
    return is_due and run.store.is_working


def _read_slice(runtime: Runtime, run: SyncRun, claim: Claim) -> None:
    client = runtime.client(run.store_id, Priority.BACKGROUND)
    client.start_at(page_limit_of(run.checkpoint))
    run.state = RunState.RUNNING
    if run.started_at is None:
        run.started_at = utc_now()
        log.info("run.started", run=run.id, store=run.store_id, resource=run.resource)
    time_slice = TimeSlice(run, claim, RequestCounter(client), runtime.write_lock)
    try:
        is_any_waiting = partial(has_waiting_jobs, runtime.redis, RUN_SYNC)
        _read_until(SliceDeadline(TIME_SLICE_S, is_any_waiting), time_slice)
    except EcwidTooLargeError:
        if not _halve_pages(run, client):
            raise
    finally:
        time_slice.request_counter.save_remainder(run)
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


def _read_until(deadline: SliceDeadline, time_slice: TimeSlice) -> None:
    run = time_slice.run
    while not run.is_finished and not should_stop() and not deadline.is_over:
        with closing(_read(time_slice.request_counter.client, run, deadline)) as page_results:
            for batch in time_slice.batches.split(page_results):
                _write(batch, time_slice)
                if run.is_finished or should_stop() or deadline.is_over_by(GRACE_S):
                    break


def _halve_pages(run: SyncRun, client: EcwidClient) -> bool:
    """Let the run continue at once with smaller pages; return False if they are smallest already.

    Not within this slice: two calls that take their longest time would outlast the lease.
    """
    if not client.can_halve_pages:
        return False
    checkpoint = run.checkpoint or FIRST_CHECKPOINTS[run.kind]
    run.checkpoint = with_page_limit(checkpoint, client.page_limit)
    save_fields(run, (SyncRun.checkpoint, SyncRun.started_at))
    log.warning(
        "run.pages_halved",
        run=run.id,
        store=run.store_id,
        resource=run.resource,
        page_limit=client.page_limit,
    )
    return True


def _read(client: EcwidClient, run: SyncRun, deadline: SliceDeadline) -> Generator[PageResult]:
    checkpoint = run.checkpoint or FIRST_CHECKPOINTS[run.kind]
    is_full_scan = isinstance(RESOURCES[run.resource].source, FullScanSource)
    readers = _FULL_SCAN if is_full_scan else _INCREMENTAL
    return readers[run.kind, checkpoint["phase"]](client, run, checkpoint, deadline)


def _write(batch: Sequence[PageResult], time_slice: TimeSlice) -> None:
    run, request_counter, following = (
        time_slice.run,
        time_slice.request_counter,
        batch[-1].following,
    )
    with time_slice.write_lock.held(), time_slice.batches.timed(batch), database.atomic():
        use_async_commit()
        time_slice.claim.keep()
        if run.kind == RunKind.RECONCILIATION and run.mirror_count is None:
            start_report(run, RESOURCES[run.resource].table)
        _count(run, write_all(batch))
        sent = request_counter.add_to(run)
        if run.total is None:
            run.total = batch[0].total
        run.failures, run.error = 0, None
        has_read = _phase(run) != STATISTICS
        run.checkpoint = with_page_limit(following, request_counter.client.page_limit)
        if following is None:
            if run.kind == RunKind.RECONCILIATION:
                finish_report(run)
            is_first = is_first_read(run)
            is_ours = finish_run(run, covered_until=run.started_at, has_read=has_read)
            if is_first:
                publish_first_import(run)
        else:
            is_ours = save_progress(run)
        if not is_ours:
            raise LeaseLostError(f"run {run.id}: a person has paused or canceled it")
    request_counter.mark_committed(sent)


def _phase(run: SyncRun) -> str:
    """Return the phase of the pages that were read last."""
    phase: str = (run.checkpoint or FIRST_CHECKPOINTS[run.kind])["phase"]
    return phase


def _count(run: SyncRun, written: Iterable[Counts]) -> None:
    for counts in written:
        run.seen += counts.seen
        run.saved += counts.saved
        run.unchanged += counts.unchanged
        run.deleted += counts.deleted
        run.quarantined += counts.quarantined
        if run.mismatches is not None:
            run.mismatches += counts.mismatches
