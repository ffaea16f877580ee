"""Failure handling of sync runs: retry later, wait for a reconnect, or give up."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import structlog

from portal.ecwid.errors import EcwidUnavailableError
from portal.errors import PortalError
from portal.models import SyncRun, utc_now
from portal.rules.work.backoff import DEFAULT_BACKOFF, Backoff
from portal.services.connection.handle_refusals import handle_refusal
from portal.services.runs.sync_runs import fail_run, save_fields
from portal.services.runtime import Runtime
from portal.services.work.failures import Action, FailurePolicy, postpone_if_hanging

# Not the state: a person may have paused or canceled the run since it was read.
SAVED_FIELDS = (SyncRun.due_at, SyncRun.error, SyncRun.failures, SyncRun.started_at)

POLICY = FailurePolicy(DEFAULT_BACKOFF, retries_all=True)
# While Ecwid can't be reached, a run is never given up, because its checkpoint is worth more than
# the calls. With jitter it waits ten minutes at the longest.
OUTAGE_POLICY = FailurePolicy(Backoff((2.0, 10.0, 50.0, 250.0, 540.0), is_endless=True))

# No call takes longer.
CALL_LIMIT = timedelta(seconds=25)

log = structlog.get_logger(__name__)


def record_failure(runtime: Runtime, run: SyncRun, error: PortalError) -> None:
    """Write the failure into the run and set when the run is due again.

    If the error stops the whole store, the run stays due and continues when the store works again.
    """
    policy = OUTAGE_POLICY if isinstance(error, EcwidUnavailableError) else POLICY
    stops_store = partial(handle_refusal, runtime, run.store_id)
    decision = policy.decide(error, run.failures, stops_store)
    run.failures, run.error = decision.attempts, decision.error
    if decision.action is Action.FINISH:
        fail_run(run)
        log.error("run.failed", run=run.id, store=run.store_id, problem=run.error)
        return
    if decision.due_at is not None:
        run.due_at = decision.due_at
        retry_delay_s = round((run.due_at - utc_now()).total_seconds(), 1)
        log.warning(
            "run.postponed",
            run=run.id,
            store=run.store_id,
            retry_delay_s=retry_delay_s,
            problem=run.error,
        )
        # This run finds out whether the store answers again, before its other runs continue.
        postpone_if_hanging(error, decision.due_at + CALL_LIMIT, SyncRun, run.store_id)
    save_fields(run, SAVED_FIELDS)
