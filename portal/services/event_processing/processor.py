"""Apply a store's waiting events, many at a time.

An event is a hint: what it names is read again and saved by the same upserts that sync uses, so a
repeated, late or reordered event does no harm. Many events of one product cost one read.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from functools import partial

import structlog
from peewee import chunked, fn

from portal.jobs import DRAIN_EVENTS
from portal.models import (
    IS_PENDING,
    IS_WORKING,
    WORKING_STATES,
    Lease,
    Store,
    StoreCircuit,
    WebhookEvent,
    utc_now,
)
from portal.process import should_stop
from portal.rules.connection.store_states import UNASKABLE_STATES
from portal.rules.webhooks.event_types import REQUEST_TYPES, SIGN_TYPES, EventTopic
from portal.services.event_processing.app_lifecycle import take_signs
from portal.services.event_processing.batch import (
    EVENTS_PER_TRANSACTION,
    DrainTakenError,
    read_batch,
    settle,
    write_batch,
)
from portal.services.event_processing.circuit_breaker import is_closed, lets_through
from portal.services.event_processing.handlers import KINDS
from portal.services.event_processing.pending import (
    THE_STORE,
    Batch,
    WaitingEvent,
    batches,
    by_entity,
    by_topic,
    entity_number,
    has_due_events,
    waiting_events,
)
from portal.services.event_processing.prefetch import readings
from portal.services.event_processing.privacy_requests import (
    REQUESTS,
    take_requests,
    take_waiting_requests,
)
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

# A storm of one store doesn't hold up the others for longer.
SLICE_S = 3.0
# Longer than a call may take (25 s), and so short that a killed worker's events wait no minute.
LEASE_TTL_S = 45.0


def drain(runtime: Runtime, store_id: int) -> None:
    """Apply a slice of the due events of one store, and wake the next one if some are left.

    Events of a store that is unknown or can't be called stay as they are until it is connected;
    all but requests about personal data, and what is told of the app itself.
    A store that is stopped for its plan, say, is looked at again when an event says that something
    of its connection changed.
    """
    owner = uuid.uuid4().hex
    if not _is_known(store_id) or not Lease.acquire(_lease(store_id), owner, LEASE_TTL_S):
        return
    try:
        take_waiting_requests(runtime, store_id, partial(_keep_lease, store_id, owner))
        if _is_askable(store_id):
            _work(runtime, store_id, owner)
        else:
            take_signs(store_id, partial(_keep_lease, store_id, owner))
    except DrainTakenError:
        log.warning("events.drain_taken", store=store_id)
    finally:
        Lease.release(_lease(store_id), owner)
    # An event that was committed after our last look and whose own wake-up met our lease would
    # be stranded. That wake-up looked before we released, so looking after the release sees it.
    if _is_callable(store_id) and is_closed(store_id) and has_due_events(store_id):
        runtime.wake(DRAIN_EVENTS, store_id)


def _work(runtime: Runtime, store_id: int, owner: str) -> None:
    """Apply batch after batch until none is due, the slice is over or the store is left alone."""
    keep_lease = partial(_keep_lease, store_id, owner)
    if _is_callable(store_id) and has_due_events(store_id) and not lets_through(runtime, store_id):
        return
    read, may_read = partial(read_batch, runtime, store_id), partial(_may_read, store_id)
    is_over = partial(_is_over, time.monotonic() + SLICE_S)
    todo = _next_batches(runtime, store_id, keep_lease)
    while todo:
        for reading in readings(todo, read, may_read, is_over):
            if not write_batch(store_id, reading, keep_lease):
                return
        todo = [] if is_over() else _next_batches(runtime, store_id, keep_lease)


def _is_over(until_s: float) -> bool:
    return should_stop() or time.monotonic() > until_s


def _next_batches(runtime: Runtime, store_id: int, keep_lease: Callable[[], None]) -> list[Batch]:
    """Return what is to be read for the store's waiting events, the oldest first.

    The connection comes before all: a store that was uninstalled is asked nothing more. What needs
    no reading is settled here.
    """
    topics = by_topic(waiting_events(store_id))
    about_connection = {THE_STORE: topics.pop(EventTopic.CONNECTION, [])}
    todo = batches(EventTopic.CONNECTION, about_connection)
    if not _is_callable(store_id):
        return todo
    for topic in REQUESTS:
        if asked := topics.pop(topic, []):
            take_requests(runtime, store_id, topic, asked, keep_lease)
    found = []
    for topic, events in topics.items():
        if topic in KINDS:
            found += batches(topic, by_entity(events), KINDS[topic].at_once)
    _settle(store_id, topics, keep_lease)
    return todo + sorted(found, key=lambda batch: batch.events[0].id)


def _settle(
    store_id: int, topics: Mapping[EventTopic, list[WaitingEvent]], keep_lease: Callable[[], None]
) -> None:
    """Finish the events that ask for nothing to be read."""
    for topic, events in topics.items():
        if topic is EventTopic.INSTALLED:
            rest, reason = events, None
        elif topic is EventTopic.OTHER:
            rest, reason = events, "nothing of this kind is mirrored"
        else:
            rest = [event for event in events if entity_number(event) is None]
            reason = "the event names no entity"
        for part in chunked(rest, EVENTS_PER_TRANSACTION):
            settle(store_id, topic, part, reason, keep_lease)


def _keep_lease(store_id: int, owner: str) -> None:
    if not Lease.acquire(_lease(store_id), owner, LEASE_TTL_S):
        raise DrainTakenError(f"store {store_id}: another drain is at it")


def _may_read(store_id: int, batch: Batch) -> bool:
    return batch.topic is EventTopic.CONNECTION or _is_callable(store_id)


def _is_known(store_id: int) -> bool:
    return _state_of(store_id) is not None


def _is_askable(store_id: int) -> bool:
    state = _state_of(store_id)
    return state is not None and state not in UNASKABLE_STATES


def _is_callable(store_id: int) -> bool:
    return _state_of(store_id) in WORKING_STATES


def _state_of(store_id: int) -> str | None:
    state: str | None = Store.select(Store.state).where(Store.id == store_id).scalar()
    return state


def _lease(store_id: int) -> str:
    return f"drain:{store_id}"


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
    waiting = Store.select(Store.id).where(IS_WORKING, has_due_event, ~waits)
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
    store_ids = [store.id for store in Store.select(Store.id).where(~IS_WORKING, asks)]
    for store_id in store_ids:
        runtime.wake(DRAIN_EVENTS, store_id)
    return len(store_ids)
