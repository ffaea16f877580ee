"""Result of a poll, written in one transaction: checked resources, change times and new runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import fn

from portal.models import Resource, RunKind, SyncRun, SyncState, database, utc_now
from portal.rules.sync.freshness import sync_interval
from portal.rules.sync.poll_decision import PollDecision, decide
from portal.services.runs.sync_runs import start_run


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


def is_idle(state: SyncState) -> bool:
    """Return whether the resource has no unfinished run, and isn't paused."""
    return state.next_due_at is not None and state.paused_at is None


def apply_poll(states: Sequence[SyncState], poll: Poll) -> list[SyncRun]:
    """Write the result of the poll in one transaction; return the runs to wake."""
    decisions: dict[PollDecision, list[SyncState]] = {each: [] for each in PollDecision}
    for state in filter(is_idle, states):
        decisions[_decide(state, poll)].append(state)
    with database.atomic():
        _mark_unchanged(decisions[PollDecision.UNCHANGED], poll)
        _save_change_times(states, poll)
        postpone(decisions[PollDecision.WAIT], poll.next_at)
        return start_runs(decisions[PollDecision.RUN], has_checked=True)


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


def postpone(states: Sequence[SyncState], until: datetime) -> None:
    """Check resources again at ``until``, if they were due before."""
    if states:
        SyncState.update(next_due_at=until).where(
            SyncState.id.in_([state.id for state in states]), SyncState.next_due_at < until
        ).execute()


def start_runs(states: Sequence[SyncState], *, has_checked: bool) -> list[SyncRun]:
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
