"""Find work that waits in the database and wake it: what makes a lost wake-up harmless."""

from __future__ import annotations

from peewee import Expression, fn

from daemon.sync.engine import lease_name
from portal.jobs import DRAIN_EVENTS, REGISTER_WEBHOOKS, RUN_SYNC
from portal.models import (
    IS_PENDING,
    WORKING_STATES,
    Lease,
    Resource,
    RunState,
    Store,
    StoreCircuit,
    SyncRun,
    SyncState,
    WebhookEvent,
    database,
    utc_now,
)
from portal.rules.event_types import REQUEST_TYPES, SIGN_TYPES
from portal.services.runs.sync_runs import start_run
from portal.services.runtime import Runtime


def wake_waiting_events(runtime: Runtime) -> int:
    """Wake the drain of every working store that has due events; return how many.

    Events of a store whose API fails wait for its next probe.
    """
    has_due_event = fn.EXISTS(
        WebhookEvent.select(1).where(
            WebhookEvent.store_id == Store.id, IS_PENDING, WebhookEvent.due_at <= utc_now()
        )
    )
    waits = fn.EXISTS(
        StoreCircuit.select(1).where(
            StoreCircuit.store == Store.id, StoreCircuit.resume_at > utc_now()
        )
    )
    waiting = Store.select(Store.id).where(_is_working(), has_due_event, ~waits)
    store_ids = [store.id for store in waiting]
    for store_id in store_ids:
        runtime.wake(DRAIN_EVENTS, store_id)
    return len(store_ids)


def wake_requests_of_stopped(runtime: Runtime) -> int:
    """Wake the drain of every store that can't be called but has what is taken all the same.

    That is requests about personal data, and signs that the app was removed or is there again.
    """
    types = (*REQUEST_TYPES, *SIGN_TYPES)
    asks = fn.EXISTS(
        WebhookEvent.select(1).where(
            WebhookEvent.store_id == Store.id, IS_PENDING, WebhookEvent.type.in_(types)
        )
    )
    store_ids = [store.id for store in Store.select(Store.id).where(~_is_working(), asks)]
    for store_id in store_ids:
        runtime.wake(DRAIN_EVENTS, store_id)
    return len(store_ids)


def wake_waiting_runs(runtime: Runtime) -> int:
    """Wake every due run that nobody is at: new, waited out, or its worker has died."""
    waiting = (
        SyncRun.select(SyncRun.id)
        .join(Store)
        .where(
            SyncRun.finished_at.is_null(),
            SyncRun.state != RunState.PAUSED,
            SyncRun.due_at <= utc_now(),
            _is_working(),
        )
        .order_by(SyncRun.due_at)
    )
    run_ids = [run.id for run in waiting if not Lease.is_held(lease_name(run.id))]
    for run_id in run_ids:
        runtime.wake(RUN_SYNC, run_id)
    return len(run_ids)


def start_due_runs(runtime: Runtime) -> int:
    """Start a run for every resource whose time has come."""
    due = list(
        SyncState.select(SyncState.store, SyncState.resource)
        .join(Store)
        .where(SyncState.next_due_at <= utc_now(), SyncState.paused_at.is_null(), _is_working())
    )
    for state in due:
        with database.atomic():
            run = start_run(state.store_id, Resource(state.resource))
            SyncState.update(next_due_at=None).where(
                SyncState.store == state.store_id, SyncState.resource == state.resource
            ).execute()
        runtime.wake(RUN_SYNC, run.id)
    return len(due)


def wake_pending_registrations(runtime: Runtime) -> int:
    """Wake the webhook registration of every working store where it is due."""
    due = Store.select(Store.id).where(Store.webhook_due_at <= utc_now(), _is_working())
    store_ids = [store.id for store in due]
    for store_id in store_ids:
        runtime.wake(REGISTER_WEBHOOKS, store_id)
    return len(store_ids)


def _is_working() -> Expression:
    working: Expression = Store.state.in_(WORKING_STATES)
    return working
