"""Apply a store's pending events, many at a time.

An event is only a hint. Its entity is read again and saved by the same upserts that sync uses, so a
repeated, late or reordered event does no harm. Many events of one product cost one read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial

from peewee import Expression, fn

from portal.jobs import DRAIN_EVENTS
from portal.models import (
    IS_PENDING,
    IS_WORKING,
    CircuitBreaker,
    Lease,
    Store,
    WebhookEvent,
    utc_now,
)
from portal.models.bulk import chunked
from portal.process import should_stop
from portal.rules.connection.store_states import TOKENLESS_STATES
from portal.rules.webhooks.event_types import (
    APP_LIFECYCLE_TYPES,
    PRIVACY_REQUEST_TYPES,
    UNINSTALL_TYPES,
    EventTopic,
)
from portal.services.event_processing.app_lifecycle import apply_lifecycle_events
from portal.services.event_processing.batch import (
    EVENTS_PER_TRANSACTION,
    fetch_batch,
    finish_without_fetch,
    prefetch_batches,
    write_batch,
)
from portal.services.event_processing.circuit_breaker import allows_calls
from portal.services.event_processing.pending import (
    Batch,
    DrainStatus,
    PendingEvent,
    connection_batches,
    drain_status,
    has_pending,
    nameless,
    record_batches,
    waiting_by_topic,
)
from portal.services.event_processing.privacy_requests import (
    REQUEST_KINDS,
    apply_pending_privacy_requests,
    apply_privacy_requests,
)
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork
from portal.services.work.leases import claimed

# An event storm of one store delays the other stores by at most this time.
TIME_SLICE_S = 3.0
# Longer than a call may take (25 s), and short enough that a killed worker's events wait less than
# a minute.
LEASE_TTL_S = 45.0
LEASE_PREFIX = "drain:"


def drain(runtime: Runtime, store_id: int) -> None:
    """Apply a slice of the due events of one store, and wake the next one if some are left.

    Events of a store that is unknown or can't be called wait until it is connected. Privacy
    requests and app lifecycle events are applied all the same. A stopped store, such as one whose
    plan is too small, is checked again when an event reports a change of its connection.
    """
    status = drain_status(store_id)
    if status is None:
        return
    with claimed(f"{LEASE_PREFIX}{store_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        if status.is_askable and not status.is_waiting:
            _process_batches(runtime, store_id, status, claim.keep)
        else:
            if has_pending(store_id, PRIVACY_REQUEST_TYPES):
                apply_pending_privacy_requests(runtime, store_id, claim.keep)
            if not status.is_askable:
                apply_lifecycle_events(store_id, claim.keep)
    # The wake-up of an event that was committed after our last query may have found our lease taken
    # and given up. It did so before the release, so a query after the release finds the event.
    left = drain_status(store_id)
    if left is not None and left.is_callable and left.has_due and not left.is_waiting:
        runtime.wake(DRAIN_EVENTS, store_id)


def _process_batches(
    runtime: Runtime, store_id: int, status: DrainStatus, keep_lease: Callable[[], None]
) -> None:
    """Apply batches until none is due, the slice is over or the store has to wait."""
    topics = waiting_by_topic(store_id)
    _apply_privacy_requests(runtime, store_id, topics, keep_lease)
    if status.is_callable and status.has_circuit and not _may_call(runtime, store_id, status):
        return
    read, may_read = partial(fetch_batch, runtime, store_id), partial(_may_read, store_id)
    is_over = partial(_is_over, time.monotonic() + TIME_SLICE_S)
    todo = _next_batches(store_id, status, topics, keep_lease)
    while todo:
        for fetched in prefetch_batches(todo, read, may_read, is_over):
            if not write_batch(store_id, fetched, keep_lease):
                return
        later = None if is_over() else drain_status(store_id)
        if later is None or not later.has_due:
            return
        topics = waiting_by_topic(store_id)
        _apply_privacy_requests(runtime, store_id, topics, keep_lease)
        todo = _next_batches(store_id, later, topics, keep_lease)


def _may_call(runtime: Runtime, store_id: int, status: DrainStatus) -> bool:
    """Return whether the API may be called again; probes it if an event is due."""
    return not status.has_due or allows_calls(runtime, store_id)


def _is_over(until_s: float) -> bool:
    return should_stop() or time.monotonic() > until_s


def _apply_privacy_requests(
    runtime: Runtime,
    store_id: int,
    topics: dict[EventTopic, list[PendingEvent]],
    keep_lease: Callable[[], None],
) -> None:
    """Take the privacy requests out of ``topics``, and record them."""
    for topic in REQUEST_KINDS:
        if asked := topics.pop(topic, []):
            apply_privacy_requests(runtime, store_id, topic, asked, keep_lease)


def _next_batches(
    store_id: int,
    status: DrainStatus,
    topics: dict[EventTopic, list[PendingEvent]],
    keep_lease: Callable[[], None],
) -> list[Batch]:
    """Return batches of the store's pending events, oldest first.

    Events about the connection come first, because an uninstalled store must not be called any
    more. Events that need no read are finished here.
    """
    about_connection = topics.pop(EventTopic.CONNECTION, [])
    todo = connection_batches(about_connection) if about_connection else []
    if not status.is_callable:
        return todo
    found = record_batches(topics)
    _finish_unfetched(store_id, topics, keep_lease)
    return todo + found


def _finish_unfetched(
    store_id: int, topics: Mapping[EventTopic, list[PendingEvent]], keep_lease: Callable[[], None]
) -> None:
    """Finish the events that need no read."""
    for topic, events in topics.items():
        if topic is EventTopic.INSTALLED:
            rest, reason = events, None
        elif topic is EventTopic.OTHER:
            rest, reason = events, "nothing of this kind is mirrored"
        else:
            rest = nameless(events)
            reason = "the event names no entity"
        for part in chunked(rest, EVENTS_PER_TRANSACTION):
            finish_without_fetch(store_id, topic, part, reason, keep_lease)


def _may_read(store_id: int, batch: Batch) -> bool:
    if batch.topic is EventTopic.CONNECTION:
        return True
    status = drain_status(store_id)
    return status is not None and status.is_callable


def wake_waiting_events(runtime: Runtime) -> int:
    """Wake the drains of working stores with due events; return how many."""
    return runtime.wake_due(due_drains())


def due_drains() -> DueWork:
    """Return the working stores with due events.

    Events of a store whose API fails wait for its next probe; a running drain finds new events
    without a wake-up.
    """
    return _drains(IS_WORKING & ~_waits_for_api(), WebhookEvent.due_at <= utc_now())


def wake_drains_of_stopped_stores(runtime: Runtime) -> int:
    """Wake the drains of stopped stores with events that don't wait; return how many."""
    return runtime.wake_due(due_drains_of_stopped_stores())


def due_drains_of_stopped_stores() -> DueWork:
    """Return the stopped stores with privacy requests or app lifecycle events.

    These events are applied in any state, except that a store with a token is called to confirm an
    uninstall, and keeps install events until it works.
    """
    is_tokenless = Store.state.in_(TOKENLESS_STATES)
    applies_at_once = WebhookEvent.type.in_(PRIVACY_REQUEST_TYPES) | (
        WebhookEvent.type.in_(APP_LIFECYCLE_TYPES) & is_tokenless
    )
    asks_store = (
        WebhookEvent.type.in_(UNINSTALL_TYPES)
        & (WebhookEvent.due_at <= utc_now())
        & ~_waits_for_api()
    )
    return _drains(~IS_WORKING, applies_at_once | asks_store)


def _drains(of_stores: Expression, of_events: Expression) -> DueWork:
    """Return these stores that have these pending events and no running drain."""
    chosen = (WebhookEvent.store_id == Store.id, IS_PENDING, of_events)
    waiting = Store.select(Store.id).where(
        of_stores,
        fn.EXISTS(WebhookEvent.select(1).where(*chosen)),
        Store.id.not_in(Lease.held_ids(LEASE_PREFIX)),
    )
    oldest = WebhookEvent.select(fn.MIN(WebhookEvent.due_at)).where(*chosen)
    return DueWork(DRAIN_EVENTS, waiting, oldest)


def _waits_for_api() -> Expression:
    """Return the condition for stores with a circuit breaker that waits for its next probe."""
    waiting = CircuitBreaker.select(CircuitBreaker.store).where(
        CircuitBreaker.resume_at > utc_now()
    )
    condition: Expression = Store.id.in_(waiting)
    return condition
