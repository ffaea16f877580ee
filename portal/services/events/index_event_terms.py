"""Note which words new events contain, some time after they came: receiving them stays cheap.

That is when every payload is looked through once, so persons who were erased are kept out here.
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
# Other entries of the schedule wait meanwhile.
TIME_BUDGET_S = 0.5
# PostgreSQL gives ids at the insert and shows rows at the commit: a lower id may come later.
COMMIT_GRACE = timedelta(seconds=2)


def index_event_terms(_runtime: Runtime) -> int:
    """Note the words of the events that came since the last time; return of how many."""
    began, indexed = time.monotonic(), 0
    while count := index_next_batch():
        indexed += count
        if time.monotonic() - began >= TIME_BUDGET_S:
            break
    return indexed


def index_next_batch() -> int:
    """Note the words of the next 500 events that have none; return of how many."""
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
    """Return when the last event came whose words are noted; None while there is none."""
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
