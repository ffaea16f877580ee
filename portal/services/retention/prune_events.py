"""Forget events: their payloads first, the rows later, in batches that hold nobody up for long.

What hangs on a row, its attempts and its part in replays, goes with it; batches that served none
but forgotten events go, too. The words of an event go with its payload. Keys grow with time, so
each walk begins at the oldest row and ends at the first that is younger: no index of times is
needed, which each arriving event would pay for.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import takewhile

from peewee import Value, chunked, fn

from portal.models import (
    EventAttempt,
    EventBatch,
    EventPruning,
    EventTerm,
    WebhookEvent,
    database,
    utc_now,
)
from portal.models.bulk import in_values
from portal.models.event_pruning import ONLY_ROW
from portal.models.fields import JsonText
from portal.rules.webhooks.search_terms import extract_terms
from portal.services.runtime import Runtime

# The receiver waits while a batch is written: some ten milliseconds with 50 events.
BATCH = 50
WORDS_PER_STATEMENT = 500
# Other entries of the schedule wait meanwhile.
TIME_BUDGET_S = 0.5
# JSON's null and not SQL's: no accepted event has it, and the column stays as it is.
PRUNED = Value(JsonText("null"), converter=False)


def prune_events(runtime: Runtime) -> int:
    """Forget what is older than the settings say, for half a second at most; return how much.

    Counted are payloads, events and batches. The next round goes on where this one stopped.
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
    """Write in line with the receiver's processes: each gets its turn between two batches."""
    with runtime.write_lock.held(), database.atomic():
        yield


def _oldest(before: datetime, after_id: int) -> Sequence[WebhookEvent]:
    """Return the first events behind a row that came before then: all of them, without gaps."""
    rows = WebhookEvent.select(
        WebhookEvent.id, WebhookEvent.store_id, WebhookEvent.received_at, WebhookEvent.payload
    )
    batch = rows.where(WebhookEvent.id > after_id).order_by(WebhookEvent.id).limit(BATCH)
    return list(takewhile(lambda event: event.received_at < before, batch))


def _ids(events: Sequence[WebhookEvent]) -> list[int]:
    return [event.id for event in events]


def _terms_of(events: Sequence[WebhookEvent]) -> Mapping[int, set[str]]:
    """Return the words of the events by store; pruned payloads have none."""
    terms: dict[int, set[str]] = defaultdict(set)
    for event in events:
        terms[event.store_id].update(extract_terms(event.payload))
    return terms


def _delete_terms(terms: Mapping[int, set[str]], events: Sequence[WebhookEvent]) -> None:
    """Delete the words of events that have no gaps between them."""
    first, last = events[0].id, events[-1].id
    for store_id, found in terms.items():
        for some in chunked(sorted(found), WORDS_PER_STATEMENT):
            EventTerm.delete().where(
                EventTerm.store_id == store_id,
                EventTerm.term.in_(some),
                EventTerm.event_id.between(first, last),
            ).execute()
