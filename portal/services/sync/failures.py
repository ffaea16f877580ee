"""Decide what a failed step means for its run: again later, wait for a reconnect, or give up."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import structlog

from portal.ecwid.errors import EcwidRateLimitError, EcwidUnavailableError
from portal.errors import PortalError
from portal.models import SyncRun, utc_now
from portal.rules.sync.retry import is_spent, wait_s
from portal.services.connection.handle_refusals import stops_the_store
from portal.services.runs.sync_runs import fail_run
from portal.services.runtime import Runtime

# Not the state: a person may have paused or cancelled the run meanwhile.
NOTED = (SyncRun.due_at, SyncRun.error, SyncRun.failures, SyncRun.started_at)

OUTAGE_WAIT_S = 600.0

log = structlog.get_logger(__name__)


def note_failure(runtime: Runtime, run: SyncRun, error: PortalError, chance: Random) -> None:
    """Write the failure into the run and say when it is due again.

    A refusal that stops the whole store leaves the run waiting, as it is, for the store to work
    again. A rate limit is no failure: the run waits as long as Ecwid asks for. While Ecwid can't be
    reached, or answers 5xx, the run is never given up and waits `OUTAGE_WAIT_S` at the most: its
    checkpoint is worth more than the call.
    """
    if isinstance(error, EcwidRateLimitError):
        _wait(run, error.retry_after_s, str(error))
        return
    if stops_the_store(runtime, run.store_id, error):
        run.error = str(error)
        run.save(only=NOTED)
        return
    run.failures += 1
    if isinstance(error, EcwidUnavailableError):
        _wait(run, min(wait_s(run.failures, chance), OUTAGE_WAIT_S), str(error))
        return
    if is_spent(run.failures):
        run.error = str(error)
        fail_run(run)
        log.error("run.given_up", run=run.id, store=run.store_id, problem=str(error))
        return
    _wait(run, wait_s(run.failures, chance), str(error))


def _wait(run: SyncRun, seconds: float, problem: str) -> None:
    run.due_at = utc_now() + timedelta(seconds=seconds)
    run.error = problem
    run.save(only=NOTED)
    log.warning(
        "run.waits", run=run.id, store=run.store_id, wait_s=round(seconds, 1), problem=problem
    )
