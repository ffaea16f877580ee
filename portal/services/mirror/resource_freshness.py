"""Freshness of one resource of a store, the same for every page, list, chart and command."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from portal.models import RunState, Store
from portal.rules.sync.freshness import Freshness, evaluate_freshness, freshness_limit


class RunFacts(Protocol):
    """Facts of a run that its resource's freshness depends on; a `SyncRun` has them."""

    @property
    def state(self) -> str: ...
    @property
    def failures(self) -> int: ...
    @property
    def finished_at(self) -> datetime | None: ...


class StateFacts(Protocol):
    """Facts of a resource that its freshness depends on; a `SyncState` has them."""

    @property
    def resource(self) -> str: ...
    @property
    def last_success_at(self) -> datetime | None: ...
    @property
    def paused_at(self) -> datetime | None: ...
    @property
    def check_interval_s(self) -> int | None: ...


def freshness_of(
    store: Store, state: StateFacts, last_run: RunFacts | None, now: datetime
) -> Freshness:
    """Return the freshness of one resource of the store; every page and chart shows this one."""
    return evaluate_freshness(
        now=now,
        last_success_at=state.last_success_at,
        failures=failures_in_a_row(last_run, state.last_success_at),
        is_working=store.is_working,
        is_paused=state.paused_at is not None,
        is_syncing=last_run is not None and last_run.finished_at is None,
        late_after=limit_of(store, state),
    )


def limit_of(store: Store, state: StateFacts) -> timedelta:
    """Return the age at which a resource of the store is late."""
    return freshness_limit(
        state.resource, state.check_interval_s, receives_events=store.receives_events
    )


def failures_in_a_row(last_run: RunFacts | None, last_success_at: datetime | None) -> int:
    """Return how many attempts in a row failed; 0 if the run succeeded or a person ended it.

    A check that succeeded after the run ends the row, even if it left no run.
    """
    if last_run is None:
        return 0
    if last_run.finished_at is None:
        return last_run.failures
    if last_run.state != RunState.FAILED:
        return 0
    if last_success_at is not None and last_success_at > last_run.finished_at:
        return 0
    return max(1, last_run.failures)
