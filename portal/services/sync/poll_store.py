"""Poll of a store: one call for its change times, and a decision about each of its resources.

A resource without changes is marked as checked, without a run; others get one. Polling is safe to
run twice and concurrently: the conditions of each update decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from portal.ecwid.errors import EcwidError, EcwidRateLimitError
from portal.ecwid.rate_limiter import Priority
from portal.errors import PortalError, StoreNotConnectedError
from portal.jobs import RUN_SYNC
from portal.models import (
    IS_WORKING,
    Store,
    SyncRun,
    SyncState,
    database,
    utc_now,
)
from portal.rules.sync.pace import poll_interval, quiet_for
from portal.services.connection.handle_refusals import handle_refusal
from portal.services.runtime import Runtime
from portal.services.sync.change_times import parse_change_times
from portal.services.sync.poll_result import Poll, apply_poll, is_idle, postpone, start_runs

log = structlog.get_logger(__name__)

# After a failed poll, the other resources of the store wait this long.
RETRY_AFTER = timedelta(minutes=5)
# Longer than a call may take (25 s). If the process is killed, the store is polled again after it.
CALL_LIMIT = timedelta(seconds=30)


def poll_store(runtime: Runtime, store_id: int) -> None:
    """Poll a store if one of its resources is due; start the runs that are needed.

    A failure is logged, and the most overdue resource gets a run that repeats the attempt and shows
    the failure.
    """
    states = _states(store_id)
    read_at = utc_now()
    due = [state for state in states if is_idle(state) and state.next_due_at <= read_at]
    if not due or not _claim(store_id, read_at):
        return
    try:
        payload = runtime.client(store_id, Priority.BACKGROUND).latest_stats()
    except (EcwidError, StoreNotConnectedError) as error:
        _handle_failure(runtime, store_id, due, error)
        return
    changed_at = parse_change_times(payload)
    signs = _signs_of_activity(states, changed_at)
    interval = poll_interval(
        quiet_for(read_at, signs), receives_events=states[0].store.receives_events
    )
    runs = apply_poll(states, Poll(changed_at, read_at, interval))
    if runs:
        runtime.wake_many(RUN_SYNC, [run.id for run in runs])


def _states(store_id: int) -> Sequence[SyncState]:
    """Return the sync states of the store with what a poll needs of the store.

    None are returned while the store may not be read.
    """
    return list(
        SyncState.select(
            SyncState, Store.id, Store.webhook_health, Store.last_event_at, Store.state_changed_at
        )
        .join(Store)
        .where(SyncState.store == store_id, IS_WORKING)
        .order_by(SyncState.next_due_at)
    )


def _claim(store_id: int, now: datetime) -> bool:
    """Postpone what is due until the poll has ended; return False if another worker polls.

    The sweep would otherwise wake further polls of a store that doesn't answer.
    """
    claimed: int = (
        SyncState.update(next_due_at=now + CALL_LIMIT)
        .where(
            SyncState.store == store_id,
            SyncState.next_due_at <= now,
            SyncState.paused_at.is_null(),
        )
        .execute()
    )
    return claimed > 0


def _signs_of_activity(
    states: Sequence[SyncState], changed_at: Mapping[str, datetime]
) -> Sequence[datetime | None]:
    store = states[0].store
    return [
        store.last_event_at,
        store.state_changed_at,
        *changed_at.values(),
        *(state.quiet_since_at for state in states),
    ]


def _handle_failure(
    runtime: Runtime, store_id: int, due: Sequence[SyncState], error: PortalError
) -> None:
    """Start one run that repeats the attempt, unless one waits or the store has stopped.

    A working store without a token is just being disconnected or connected.
    """
    if isinstance(error, EcwidRateLimitError):
        postpone(due, utc_now() + timedelta(seconds=error.retry_after_s))
        return
    if handle_refusal(runtime, store_id, error):
        return
    log.warning("poll.failed", store=store_id, problem=str(error))
    with database.atomic():
        is_covered = isinstance(error, StoreNotConnectedError) or _has_failing_run(store_id)
        runs = [] if is_covered else start_runs(due[:1], has_checked=False)
        postpone(due, utc_now() + RETRY_AFTER)
    runtime.wake_many(RUN_SYNC, [run.id for run in runs])


def _has_failing_run(store_id: int) -> bool:
    is_found: bool = (
        SyncRun.select(1)
        .where(SyncRun.store == store_id, SyncRun.finished_at.is_null(), SyncRun.failures > 0)
        .exists()
    )
    return is_found
