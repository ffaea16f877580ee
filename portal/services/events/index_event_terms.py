"""Note which words new events contain, some time after they came: receiving them stays cheap.

That is when every payload is looked through once, so persons who were erased are kept out here.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from peewee import PostgresqlDatabase

from portal.models import EventWord, EventWordProgress, WebhookEvent, database, utc_now
from portal.models.bulk import ROWS_PER_STATEMENT, insert_rows
from portal.models.event_term import ONLY_ROW
from portal.rules.webhooks.search_terms import words_in
from portal.services.events.erase_events import keep_events_erased
from portal.services.runtime import Runtime

BATCH = 500
# Other entries of the schedule wait meanwhile.
ROUND_S = 0.5
# PostgreSQL gives ids at the insert and shows rows at the commit: a lower id may come later.
COMMITS = timedelta(seconds=2)


def note_event_words(_runtime: Runtime) -> int:
    """Note the words of the events that came since the last time; return of how many."""
    began, noted = time.monotonic(), 0
    while count := note_next_words():
        noted += count
        if time.monotonic() - began >= ROUND_S:
            break
    return noted


def note_next_words() -> int:
    """Note the words of the next 500 events that have none; return of how many."""
    progress = EventWordProgress.get_or_none()
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
        rows = rows.where(WebhookEvent.received_at < utc_now() - COMMITS)
    events = list(rows.order_by(WebhookEvent.id).limit(BATCH))
    if events:
        with database.atomic():
            _keep(events)
    return len(events)


def words_noted_upto() -> datetime | None:
    """Return when the last event came whose words are noted; None while there is none."""
    progress = EventWordProgress.get_or_none()
    return None if progress is None else progress.received_at


def _keep(events: list[WebhookEvent]) -> None:
    keep_events_erased(events)
    words = [
        {"store_id": event.store_id, "word": word, "event_id": event.id}
        for event in events
        for word in words_in(event.payload)
    ]
    for start in range(0, len(words), ROWS_PER_STATEMENT):
        insert_rows(EventWord, words[start : start + ROWS_PER_STATEMENT])
    EventWordProgress.insert(
        id=ONLY_ROW, upto_id=events[-1].id, received_at=events[-1].received_at
    ).on_conflict(
        conflict_target=[EventWordProgress.id],
        preserve=[EventWordProgress.upto_id, EventWordProgress.received_at],
    ).execute()
