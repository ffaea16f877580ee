"""Erase persons from webhook events: from the payload, the headers and the search terms.

Runs inside the caller's transaction. Only ids and states are left of a payload.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from peewee import ModelSelect

from portal.models import EventTerm, SuppressionEntry, WebhookEvent
from portal.models.bulk import in_values
from portal.rules.privacy.data_subject_keys import customer_key, email_key, emails_in
from portal.rules.privacy.redaction import EVENT_ALLOWLIST, redact
from portal.rules.webhooks.event_types import EventTopic, topic_of
from portal.rules.webhooks.search_terms import extract_terms, tokenize

BATCH = 200
_OF_CUSTOMERS = (EventTopic.CUSTOMER, EventTopic.ERASURE, EventTopic.EXPORT)


def suppress_in_events(events: Sequence[WebhookEvent]) -> None:
    """Erase suppressed persons from events not indexed yet, in the rows and in ``events``."""
    of_store: dict[int, list[WebhookEvent]] = defaultdict(list)
    for event in events:
        of_store[event.store_id].append(event)
    for store_id, some in of_store.items():
        if not SuppressionEntry.exists_for(store_id):
            continue
        keys = {event.id: _keys_of(event) for event in some}
        erased = set(SuppressionEntry.matching(store_id, set().union(*keys.values())))
        for event in some:
            if keys[event.id] & erased:
                _redact(event, erased)


def erase_events(store_id: int, event_ids: Sequence[int], keys: set[str]) -> int:
    """Erase the persons with these keys from the events about them; return how many changed.

    The terms of the events must be indexed already.
    """
    changed = 0
    for event in _rows(store_id).where(in_values(WebhookEvent.id, list(event_ids))):
        if _keys_of(event) & keys:
            changed += _redact(event, keys)
    return changed


def events_about(store_id: int, entity_id: int | str, upto_id: int) -> Iterator[list[int]]:
    """Yield the ids of the events about an entity in batches, up to the row ``upto_id``."""
    after_id = 0
    while ids := _ids(
        WebhookEvent.select(WebhookEvent.id)
        .where(
            WebhookEvent.store_id == store_id,
            WebhookEvent.entity_id == str(entity_id),
            WebhookEvent.id > after_id,
            WebhookEvent.id <= upto_id,
        )
        .order_by(WebhookEvent.id)
    ):
        yield ids
        after_id = ids[-1]


def events_with(store_id: int, email: str) -> Iterator[list[int]]:
    """Yield the ids of the events that may contain an e-mail address, in batches."""
    words = tokenize(email.partition("@")[0]) or tokenize(email)
    # The longest term is usually the rarest. The provider's name is left out, because it is common.
    term, after_id = max(words, key=len, default=""), 0
    while ids := _ids(
        EventTerm.select(EventTerm.event_id)
        .where(
            EventTerm.store_id == store_id, EventTerm.term == term, EventTerm.event_id > after_id
        )
        .order_by(EventTerm.event_id)
    ):
        yield ids
        after_id = ids[-1]


def mentions(event: WebhookEvent, keys: set[str]) -> bool:
    """Return whether the event is about a person with one of the keys."""
    return bool(_keys_of(event) & keys)


def _rows(store_id: int) -> ModelSelect[WebhookEvent]:
    return WebhookEvent.select().where(WebhookEvent.store_id == store_id)


def _ids(query: ModelSelect[Any]) -> list[int]:
    return [row[0] for row in query.limit(BATCH).tuples()]


def _keys_of(event: WebhookEvent) -> set[str]:
    reported: Iterable[Any] = (event.payload, event.entity_id, getattr(event, "headers", None))
    keys = {email_key(event.store_id, email) for part in reported for email in emails_in(part)}
    if event.entity_id and topic_of(event.type) in _OF_CUSTOMERS:
        keys.add(customer_key(event.entity_id))
    return keys


def _redact(event: WebhookEvent, keys: set[str]) -> int:
    """Remove personal data from the event; return 1 if it had any, else 0."""
    old = event.payload
    if old is None:
        return 0
    left = redact(old, EVENT_ALLOWLIST) or {}
    if any(email_key(event.store_id, email) in keys for email in emails_in(left.get("entityId"))):
        event.entity_id = left["entityId"] = None
    gone = sorted({*extract_terms(old)} - {*extract_terms(left)})
    event.payload = left
    if left != old:
        # The headers are erased, too, because a proxy may have added any.
        WebhookEvent.update(payload=left, headers=None, entity_id=event.entity_id).where(
            WebhookEvent.id == event.id
        ).execute()
        EventTerm.delete().where(
            EventTerm.store_id == event.store_id,
            EventTerm.term.in_(gone),
            EventTerm.event_id == event.id,
        ).execute()
    return int(left != old)
