"""Apply a store's pending events, many at a time.

An event is only a hint. Its entity is read again and saved by the same upserts that sync uses, so a
repeated, late or reordered event does no harm. Many events of one product cost one read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial

from peewee import chunked, fn

from portal.jobs import DRAIN_EVENTS
from portal.models import (
    IS_PENDING,
    IS_WORKING,
    WORKING_STATES,
    CircuitBreaker,
    Store,
    WebhookEvent,
    utc_now,
)
from portal.process import should_stop
from portal.rules.connection.store_states import TOKENLESS_STATES
from portal.rules.webhooks.event_types import APP_LIFECYCLE_TYPES, PRIVACY_REQUEST_TYPES, EventTopic
from portal.services.event_processing.app_lifecycle import apply_lifecycle_events
from portal.services.event_processing.batch import (
    EVENTS_PER_TRANSACTION,
    fetch_batch,
    finish_without_fetch,
    prefetch_batches,
    write_batch,
)
from portal.services.event_processing.circuit_breaker import allows_calls, is_closed
from portal.services.event_processing.pending import (
    Batch,
    PendingEvent,
    connection_batches,
    has_due_events,
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
from portal.services.work.leases import claimed

# An event storm of one store delays the other stores by at most this time.
TIME_SLICE_S = 3.0
# Longer than a call may take (25 s), and short enough that a killed worker's events wait less than
# a minute.
LEASE_TTL_S = 45.0


def drain(runtime: Runtime, store_id: int) -> None:
    """Apply a slice of the due events of one store, and wake the next one if some are left.

    Events of a store that is unknown or can't be called wait until it is connected. Privacy
    requests and app lifecycle events are applied all the same. A stopped store, such as one whose
    plan is too small, is checked again when an event reports a change of its connection.
    """
    if not _is_known(store_id):
        return
    with claimed(f"drain:{store_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        if has_pending(store_id, PRIVACY_REQUEST_TYPES):
            apply_pending_privacy_requests(runtime, store_id, claim.keep)
        if _is_askable(store_id):
            _process_batches(runtime, store_id, claim.keep)
        else:
            apply_lifecycle_events(store_id, claim.keep)
    # The wake-up of an event that was committed after our last query may have found our lease taken
    # and given up. It did so before the release, so a query after the release finds the event.
    if _is_callable(store_id) and is_closed(store_id) and has_due_events(store_id):
        runtime.wake(DRAIN_EVENTS, store_id)


def _process_batches(runtime: Runtime, store_id: int, keep_lease: Callable[[], None]) -> None:
    """Apply batches until none is due, the slice is over or the store has to wait."""
    if _is_callable(store_id) and has_due_events(store_id) and not allows_calls(runtime, store_id):
        return
    read, may_read = partial(fetch_batch, runtime, store_id), partial(_may_read, store_id)
    is_over = partial(_is_over, time.monotonic() + TIME_SLICE_S)
    todo = _next_batches(runtime, store_id, keep_lease)
    while todo:
        for fetched in prefetch_batches(todo, read, may_read, is_over):
            if not write_batch(store_id, fetched, keep_lease):
                return
        todo = [] if is_over() else _next_batches(runtime, store_id, keep_lease)


def _is_over(until_s: float) -> bool:
    return should_stop() or time.monotonic() > until_s


def _next_batches(runtime: Runtime, store_id: int, keep_lease: Callable[[], None]) -> list[Batch]:
    """Return batches of the store's pending events, oldest first.

    Events about the connection come first, because an uninstalled store must not be called any
    more. Events that need no read are finished here.
    """
    topics = waiting_by_topic(store_id)
    about_connection = topics.pop(EventTopic.CONNECTION, [])
    todo = connection_batches(about_connection) if about_connection else []
    if not _is_callable(store_id):
        return todo
    for topic in REQUEST_KINDS:
        if asked := topics.pop(topic, []):
            apply_privacy_requests(runtime, store_id, topic, asked, keep_lease)
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
    return batch.topic is EventTopic.CONNECTION or _is_callable(store_id)


def _is_known(store_id: int) -> bool:
    return _state_of(store_id) is not None


def _is_askable(store_id: int) -> bool:
    state = _state_of(store_id)
    return state is not None and state not in TOKENLESS_STATES


def _is_callable(store_id: int) -> bool:
    return _state_of(store_id) in WORKING_STATES


def _state_of(store_id: int) -> str | None:
    state: str | None = Store.select(Store.state).where(Store.id == store_id).scalar()
    return state


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
        CircuitBreaker.select(1).where(
            CircuitBreaker.store == Store.id, CircuitBreaker.resume_at > utc_now()
        )
    )
    waiting = Store.select(Store.id).where(IS_WORKING, has_due_event, ~waits)
    return runtime.wake_many(DRAIN_EVENTS, (store.id for store in waiting))


def wake_drains_of_stopped_stores(runtime: Runtime) -> int:
    """Wake the drain of every stopped store with privacy requests or app lifecycle events.

    These events are applied in any state. Return how many stores there are.
    """
    types = (*PRIVACY_REQUEST_TYPES, *APP_LIFECYCLE_TYPES)
    asks = fn.EXISTS(
        WebhookEvent.select(1).where(
            WebhookEvent.store_id == Store.id, IS_PENDING, WebhookEvent.type.in_(types)
        )
    )
    asking = Store.select(Store.id).where(~IS_WORKING, asks)
    return runtime.wake_many(DRAIN_EVENTS, (store.id for store in asking))
