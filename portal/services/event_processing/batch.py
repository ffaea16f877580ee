"""Read the entities of a batch of events, and write them with the outcomes in one transaction.

A batch that fails is split in halves until the failing entity is alone. The others are applied; the
failing one is retried with a backoff until its events are dead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from portal.ecwid.call_log import LoggedCall, logged_calls
from portal.ecwid.calls import Records
from portal.ecwid.client import EcwidClient
from portal.errors import PortalError
from portal.models import database, utc_now
from portal.models.base import released_connection
from portal.models.bulk import chunked
from portal.rules.webhooks.event_types import EventTopic, is_uninstall
from portal.services.connection.probe_store import probe_store
from portal.services.event_processing.batch_problems import mark_problem, stops_drain
from portal.services.event_processing.handlers import (
    SEARCH_LAG,
    WRITE_IN_PROGRESS,
    WRITE_IN_PROGRESS_S,
    fetch_records,
    split_own_writes,
    write_records,
)
from portal.services.event_processing.outcomes import (
    mark_applied,
    mark_deferred,
    mark_ignored,
    mark_own_write,
    record_batch,
)
from portal.services.event_processing.pending import STORE_ENTITY_ID, Batch, PendingEvent
from portal.services.mirror.resource_spec import ResourceSpec
from portal.services.mirror.resources import SPECS_BY_TOPIC
from portal.services.runtime import Runtime
from portal.services.work.failures import INTERRUPTIONS

# A larger transaction would block the receiver of new events for too long.
EVENTS_PER_TRANSACTION = 2_000


@dataclass
class FetchedBatch:
    """Result of reading a batch; with ``ends_drain`` no other read would succeed now.

    ``batch`` is the part that was read. ``lagging`` are entities whose change the store's search
    doesn't return yet.
    """

    batch: Batch
    started_at: datetime
    calls: Sequence[LoggedCall]
    found: Records = field(default_factory=list)
    gone: Sequence[int] = ()
    lagging: Set[int] = frozenset()
    problem: Exception | None = None
    ends_drain: bool = False


def fetch_batch(runtime: Runtime, store_id: int, batch: Batch) -> FetchedBatch:
    """Read the entities that the batch names; the result contains the error, if any.

    Raises only errors that are unrelated to the batch, such as an unavailable database.
    """
    with logged_calls() as calls:
        fetched = FetchedBatch(batch, utc_now(), calls)
        spec = SPECS_BY_TOPIC.get(batch.topic)
        try:
            if spec is None:
                probe_store(
                    runtime,
                    store_id,
                    is_uninstall_event=any(is_uninstall(event.type) for event in batch.events),
                )
            else:
                _fetch_records(runtime.client(store_id), spec, fetched)
        except INTERRUPTIONS:
            raise
        except PortalError as error:
            fetched.problem = error
            fetched.ends_drain = stops_drain(runtime, store_id, batch, error)
        except Exception as error:  # noqa: BLE001 - a bug must not block the other events
            fetched.problem = error
    return fetched


def prefetch_batches(
    todo: Sequence[Batch],
    read: Callable[[Batch], FetchedBatch],
    may_read: Callable[[Batch], bool],
    is_over: Callable[[], bool],
) -> Iterator[FetchedBatch]:
    """Yield the result of each batch, until ``may_read`` refuses a later one or time ``is_over``.

    The next batch is read while the previous one is written, because a drain spends most of its
    time waiting for Ecwid. Nothing is prefetched after a problem or an event about the connection,
    because it may change what can be read.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="read") as thread:
        ahead: Future[FetchedBatch] | None = None
        for position, (batch, next_batch) in enumerate(pairwise([*todo, None])):
            if batch is None or (position and not may_read(batch)):
                return
            fetched = read(batch) if ahead is None else _result(ahead)
            ahead = None
            is_well = fetched.problem is None and batch.topic is not EventTopic.CONNECTION
            if is_well and next_batch is not None and not is_over():
                # With a copy of the context, the thread's log lines have store and job, too.
                ahead = thread.submit(copy_context().run, _fetch_in_thread, read, next_batch)
            yield fetched
            if ahead is None and is_over():
                return


def _result(ahead: Future[FetchedBatch]) -> FetchedBatch:
    # The thread that reads needs a connection itself.
    with released_connection():
        return ahead.result()


def _fetch_in_thread(read: Callable[[Batch], FetchedBatch], batch: Batch) -> FetchedBatch:
    with database.connection_context():
        return read(batch)


def write_batch(store_id: int, fetched: FetchedBatch, keep_lease: Callable[[], None]) -> bool:
    """Write the records and the events' outcomes; return False if the drain must stop now.

    ``keep_lease`` is called in each transaction; it raises LeaseLostError if the lease is lost.
    Only that error and database errors are raised: a problem of the batch becomes the outcome of
    its events.
    """
    problem = fetched.problem or _write(store_id, fetched, keep_lease)
    if problem is None:
        return True
    with database.atomic():
        keep_lease()
        recorded = record_batch(store_id, fetched.batch, fetched.started_at, fetched.calls)
        mark_problem(recorded, store_id, fetched.batch, problem, ends_drain=fetched.ends_drain)
        recorded.count()
    return not fetched.ends_drain


def finish_without_fetch(
    store_id: int,
    topic: EventTopic,
    events: Sequence[PendingEvent],
    reason: str | None,
    keep_lease: Callable[[], None],
) -> None:
    """Finish events that need no read: ignored for ``reason``, or applied if it is None."""
    with database.atomic():
        keep_lease()
        recorded = record_batch(store_id, Batch(topic, {STORE_ENTITY_ID: list(events)}), utc_now())
        if reason is None:
            mark_applied(recorded, events)
        else:
            mark_ignored(recorded, events, reason)
        recorded.count()


def _fetch_records(client: EcwidClient, spec: ResourceSpec, fetched: FetchedBatch) -> None:
    result = fetch_records(client, spec, fetched.batch, fetched.started_at)
    fetched.batch, fetched.lagging = result.batch, result.lagging
    fetched.found, fetched.gone = result.found, result.gone
    if result.problem is not None:
        raise result.problem


def _write(
    store_id: int, fetched: FetchedBatch, keep_lease: Callable[[], None]
) -> Exception | None:
    """Write the records with their events' outcomes; return the error if the write fails."""
    batch = fetched.batch
    spec = SPECS_BY_TOPIC.get(batch.topic)
    own, external = split_own_writes(store_id, spec, batch, fetched.found)
    applied, deferred = external.batch.partition(fetched.lagging & external.batch.entities.keys())
    parts = list(chunked(applied, EVENTS_PER_TRANSACTION))
    try:
        with database.atomic():
            keep_lease()
            if spec is not None:
                write_records(store_id, spec, external, fetched.gone, fetched.started_at)
            recorded = record_batch(store_id, batch, fetched.started_at, fetched.calls)
            mark_deferred(recorded, deferred, wait_s=SEARCH_LAG.total_seconds())
            mark_deferred(recorded, own.in_progress, WRITE_IN_PROGRESS, wait_s=WRITE_IN_PROGRESS_S)
            mark_own_write(recorded, own.events)
            mark_applied(recorded, parts[0] if parts else [])
            recorded.count()
    except INTERRUPTIONS:
        raise
    except Exception as error:  # noqa: BLE001 - a bug must not block the other events
        return error
    for part in parts[1:]:
        with database.atomic():
            keep_lease()
            mark_applied(recorded, part)
            recorded.count()
    return None
