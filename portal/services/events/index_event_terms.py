"""Index the terms of new events some time after their receipt, so receiving them stays cheap.

Every payload is read here once, so suppressed persons are erased from events here, too.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from peewee import PostgresqlDatabase

from portal.models import EventTerm, EventTermProgress, WebhookEvent, database, utc_now
from portal.models.bulk import ROWS_PER_STATEMENT, insert_rows
from portal.models.event_term import ONLY_ROW
from portal.rules.webhooks.search_terms import extract_terms
from portal.services.events.erase_events import suppress_in_events
from portal.services.runtime import Runtime

BATCH = 500
# The schedule's other entries wait during this time.
TIME_BUDGET_S = 0.5
# PostgreSQL assigns ids at the insert and shows rows after the commit: a lower id may appear later.
COMMIT_GRACE = timedelta(seconds=2)


def index_event_terms(_runtime: Runtime) -> int:
    """Index the events received since the last call; return how many."""
    began, indexed = time.monotonic(), 0
    while count := index_next_batch():
        indexed += count
        if time.monotonic() - began >= TIME_BUDGET_S:
            break
    return indexed


def index_next_batch() -> int:
    """Index the next `BATCH` events; return how many."""
    progress = EventTermProgress.get_or_none()
    rows = WebhookEvent.select(
        WebhookEvent.id,
        WebhookEvent.store_id,
        WebhookEvent.type,
        WebhookEvent.entity_id,
        WebhookEvent.payload,
        WebhookEvent.received_at,
    )
    rows = rows.where(WebhookEvent.id > (progress.upto_id if progress else 0))
    if isinstance(database.obj, PostgresqlDatabase):
        rows = rows.where(WebhookEvent.received_at < utc_now() - COMMIT_GRACE)
    events = list(rows.order_by(WebhookEvent.id).limit(BATCH))
    if events:
        with database.atomic():
            _keep(events)
    return len(events)


def terms_indexed_until() -> datetime | None:
    """Return the time of receipt of the last indexed event; None if none is indexed."""
    progress = EventTermProgress.get_or_none()
    return None if progress is None else progress.received_at


def _keep(events: list[WebhookEvent]) -> None:
    suppress_in_events(events)
    terms = [
        {"store_id": event.store_id, "term": term, "event_id": event.id}
        for event in events
        for term in extract_terms(event.payload)
    ]
    for start in range(0, len(terms), ROWS_PER_STATEMENT):
        insert_rows(EventTerm, terms[start : start + ROWS_PER_STATEMENT])
    EventTermProgress.insert(
        id=ONLY_ROW, upto_id=events[-1].id, received_at=events[-1].received_at
    ).on_conflict(
        conflict_target=[EventTermProgress.id],
        preserve=[EventTermProgress.upto_id, EventTermProgress.received_at],
    ).execute()
