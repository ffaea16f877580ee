"""Deletion of old webhook events: first their payloads, later the rows, in short batches.

An event's attempts and its part in replays are deleted with its row; batches left without attempts
are deleted, too. An event's search terms are deleted with its payload. Ids grow with time, so each
scan starts at the oldest row and stops at the first one that is too young. This needs no index on
the time, which every new event would have to update.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import takewhile

from peewee import Value, fn

from portal.models import (
    EventAttempt,
    EventBatch,
    EventPruning,
    EventTerm,
    WebhookEvent,
    database,
    utc_now,
)
from portal.models.bulk import chunked, in_values
from portal.models.event_pruning import ONLY_ROW
from portal.models.fields import JsonText
from portal.rules.webhooks.search_terms import extract_terms
from portal.services.runtime import Runtime

# On SQLite the receiver waits for each batch: some ten milliseconds for 50 events.
BATCH = 50
WORDS_PER_STATEMENT = 500
# Other entries of the schedule wait during this time.
TIME_BUDGET_S = 0.5
# JSON null instead of SQL NULL: no accepted event has it, and the column stays NOT NULL.
PRUNED = Value(JsonText("null"), converter=False)


def prune_events(runtime: Runtime) -> int:
    """Delete data older than the configured ages, for at most half a second; return the count.

    Counts payloads, events and batches. The next round continues where this one stopped.
    """
    now, settings = utc_now(), runtime.settings
    rows_before = now - timedelta(days=settings.event_retention_days)
    payloads_before = now - timedelta(days=settings.event_payload_retention_days)
    ends_s = time.monotonic() + TIME_BUDGET_S
    steps: Sequence[tuple[Callable[[Runtime, datetime], int], datetime]] = (
        (_delete_rows, rows_before),
        (_delete_batches, rows_before),
        (_clear_payloads, payloads_before),
    )
    pruned = 0
    for step, before in steps:
        while time.monotonic() < ends_s and (count := step(runtime, before)):
            pruned += count
    return pruned


def _delete_rows(runtime: Runtime, before: datetime) -> int:
    events = _oldest(before, after_id=0)
    if events:
        terms = _terms_of(events)
        with _write_batch(runtime):
            _delete_terms(terms, events)
            WebhookEvent.delete().where(in_values(WebhookEvent.id, _ids(events))).execute()
    return len(events)


def _delete_batches(runtime: Runtime, before: datetime) -> int:
    oldest = EventBatch.select(EventBatch.id, EventBatch.started_at).order_by(EventBatch.id)
    old = list(takewhile(lambda batch: batch.started_at < before, oldest.limit(BATCH)))
    if not old:
        return 0
    has_attempt = fn.EXISTS(EventAttempt.select(1).where(EventAttempt.batch == EventBatch.id))
    with _write_batch(runtime):
        forgotten: int = (
            EventBatch.delete()
            .where(EventBatch.id.in_([batch.id for batch in old]), ~has_attempt)
            .execute()
        )
    return forgotten


def _clear_payloads(runtime: Runtime, before: datetime) -> int:
    progress = EventPruning.get_or_none()
    events = _oldest(before, after_id=progress.upto_id if progress else 0)
    if events:
        terms = _terms_of(events)
        with _write_batch(runtime):
            _delete_terms(terms, events)
            WebhookEvent.update({WebhookEvent.payload: PRUNED}).where(
                in_values(WebhookEvent.id, _ids(events))
            ).execute()
            EventPruning.insert(id=ONLY_ROW, upto_id=events[-1].id).on_conflict(
                conflict_target=[EventPruning.id], preserve=[EventPruning.upto_id]
            ).execute()
    return len(events)


@contextmanager
def _write_batch(runtime: Runtime) -> Iterator[None]:
    """Take the SQLite write lock fairly: the receiver gets its turn between two batches."""
    with runtime.write_lock.held(), database.atomic():
        yield


def _oldest(before: datetime, after_id: int) -> Sequence[WebhookEvent]:
    """Return the next events after id ``after_id`` that are older than ``before``, without gaps."""
    rows = WebhookEvent.select(
        WebhookEvent.id, WebhookEvent.store_id, WebhookEvent.received_at, WebhookEvent.payload
    )
    batch = rows.where(WebhookEvent.id > after_id).order_by(WebhookEvent.id).limit(BATCH)
    return list(takewhile(lambda event: event.received_at < before, batch))


def _ids(events: Sequence[WebhookEvent]) -> list[int]:
    return [event.id for event in events]


def _terms_of(events: Sequence[WebhookEvent]) -> Mapping[int, set[str]]:
    """Return the search terms of the events, by store; pruned payloads have none."""
    terms: dict[int, set[str]] = defaultdict(set)
    for event in events:
        terms[event.store_id].update(extract_terms(event.payload))
    return terms


def _delete_terms(terms: Mapping[int, set[str]], events: Sequence[WebhookEvent]) -> None:
    """Delete the search terms of consecutive events."""
    first, last = events[0].id, events[-1].id
    for store_id, found in terms.items():
        for some in chunked(sorted(found), WORDS_PER_STATEMENT):
            EventTerm.delete().where(
                EventTerm.store_id == store_id,
                EventTerm.term.in_(some),
                EventTerm.event_id.between(first, last),
            ).execute()
