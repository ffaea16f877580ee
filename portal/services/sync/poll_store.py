"""Poll of a store: one call for its change times, and a decision about each of its resources.

A resource without changes is marked as checked, without a run; others get one. Polling is safe to
run twice and concurrently: the conditions of each update decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from peewee import fn

from portal.ecwid.errors import EcwidError, EcwidRateLimitError
from portal.ecwid.rate_limiter import Priority
from portal.errors import PortalError, StoreNotConnectedError
from portal.jobs import RUN_SYNC
from portal.models import (
    IS_WORKING,
    Resource,
    RunKind,
    Store,
    SyncRun,
    SyncState,
    database,
    utc_now,
)
from portal.rules.sync.freshness import sync_interval
from portal.rules.sync.pace import poll_interval, quiet_for
from portal.rules.sync.poll_decision import PollDecision, decide
from portal.services.connection.handle_refusals import handle_refusal
from portal.services.runs.sync_runs import start_run
from portal.services.runtime import Runtime
from portal.services.sync.change_times import parse_change_times

log = structlog.get_logger(__name__)

# After a failed poll, the other resources of the store wait this long.
RETRY_AFTER = timedelta(minutes=5)
# Longer than a call may take (25 s). If the process is killed, the store is polled again after it.
CALL_LIMIT = timedelta(seconds=30)


@dataclass(frozen=True)
class Poll:
    """Answer of a store, and the time until the next poll.

    ``read_at`` is before the request: a change that is made while the store answers is later.
    """

    changed_at: Mapping[str, datetime]
    read_at: datetime
    interval: timedelta

    @property
    def next_at(self) -> datetime:
        """Return when the store is polled again."""
        return self.read_at + self.interval


def poll_store(runtime: Runtime, store_id: int) -> None:
    """Poll a store if one of its resources is due; start the runs that are needed.

    A failure is logged, and the most overdue resource gets a run that repeats the attempt and shows
    the failure.
    """
    states = _states(store_id)
    read_at = utc_now()
    due = [state for state in states if _is_idle(state) and state.next_due_at <= read_at]
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
    runs = _apply(states, Poll(changed_at, read_at, interval))
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


def _is_idle(state: SyncState) -> bool:
    """Return whether the resource has no unfinished run, and isn't paused."""
    return state.next_due_at is not None and state.paused_at is None


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


def _apply(states: Sequence[SyncState], poll: Poll) -> list[SyncRun]:
    """Write the result of the poll in one transaction; return the runs to wake."""
    decisions: dict[PollDecision, list[SyncState]] = {each: [] for each in PollDecision}
    for state in filter(_is_idle, states):
        decisions[_decide(state, poll)].append(state)
    with database.atomic():
        _mark_unchanged(decisions[PollDecision.UNCHANGED], poll)
        _save_change_times(states, poll)
        _postpone(decisions[PollDecision.WAIT], poll.next_at)
        return _start_runs(decisions[PollDecision.RUN], has_checked=True)


def _decide(state: SyncState, poll: Poll) -> PollDecision:
    return decide(
        changed_at=poll.changed_at.get(state.resource),
        high_water_at=state.high_water_at,
        next_due_at=state.next_due_at,
        next_poll_at=poll.next_at,
        run_interval=sync_interval(state.resource, receives_events=state.store.receives_events),
    )


def _mark_unchanged(states: Sequence[SyncState], poll: Poll) -> None:
    """Count a check of resources whose mirror is complete up to the poll."""
    if not states:
        return
    now = utc_now()
    SyncState.update(
        high_water_at=poll.read_at,
        last_success_at=now,
        next_due_at=poll.next_at,
        check_interval_s=round(poll.interval.total_seconds()),
        unchanged_checks=SyncState.unchanged_checks + 1,
        quiet_since_at=fn.COALESCE(SyncState.quiet_since_at, now),
    ).where(
        SyncState.id.in_([state.id for state in states]),
        SyncState.paused_at.is_null(),
        SyncState.next_due_at.is_null(is_null=False),
        # Another worker may have read a later time, or the mirror may have been erased.
        SyncState.high_water_at < poll.read_at,
    ).execute()


def _save_change_times(states: Sequence[SyncState], poll: Poll) -> None:
    """Store the reported change times; those that are the same take one statement."""
    reported = [state for state in states if state.resource in poll.changed_at]
    for state in reported:
        changed_at = poll.changed_at[state.resource]
        if changed_at != state.remote_changed_at:
            SyncState.update(remote_changed_at=changed_at).where(SyncState.id == state.id).execute()
    if reported:
        SyncState.update(remote_checked_at=poll.read_at).where(
            SyncState.id.in_([state.id for state in reported])
        ).execute()


def _postpone(states: Sequence[SyncState], until: datetime) -> None:
    """Check resources again at ``until``, if they were due before."""
    if states:
        SyncState.update(next_due_at=until).where(
            SyncState.id.in_([state.id for state in states]), SyncState.next_due_at < until
        ).execute()


def _start_runs(states: Sequence[SyncState], *, has_checked: bool) -> list[SyncRun]:
    """Start a run for each resource that nobody has paused or started in between.

    After a successful poll (``has_checked``), incremental runs needn't ask for the change times.
    """
    runs = []
    for state in states:
        is_free = (
            SyncState.update(next_due_at=None)
            .where(
                SyncState.id == state.id,
                SyncState.paused_at.is_null(),
                SyncState.next_due_at.is_null(is_null=False),
            )
            .execute()
        )
        if is_free:
            run = start_run(state.store_id, Resource(state.resource), is_scheduled=True)
            if has_checked and run.kind == RunKind.INCREMENTAL and run.checkpoint is None:
                run.checkpoint = {"phase": "pages"}
                run.save(only=[SyncRun.checkpoint])
            runs.append(run)
    return runs


def _handle_failure(
    runtime: Runtime, store_id: int, due: Sequence[SyncState], error: PortalError
) -> None:
    """Start one run that repeats the attempt, unless one waits or the store has stopped.

    A working store without a token is just being disconnected or connected.
    """
    if isinstance(error, EcwidRateLimitError):
        _postpone(due, utc_now() + timedelta(seconds=error.retry_after_s))
        return
    if handle_refusal(runtime, store_id, error):
        return
    log.warning("poll.failed", store=store_id, problem=str(error))
    with database.atomic():
        is_covered = isinstance(error, StoreNotConnectedError) or _has_failing_run(store_id)
        runs = [] if is_covered else _start_runs(due[:1], has_checked=False)
        _postpone(due, utc_now() + RETRY_AFTER)
    runtime.wake_many(RUN_SYNC, [run.id for run in runs])


def _has_failing_run(store_id: int) -> bool:
    is_found: bool = (
        SyncRun.select(1)
        .where(SyncRun.store == store_id, SyncRun.finished_at.is_null(), SyncRun.failures > 0)
        .exists()
    )
    return is_found
