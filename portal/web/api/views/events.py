"""Webhook events of a store."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from portal.models import EventState, Store, WebhookEvent
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.events.event_filter import EventFilter
from portal.services.events.list_events import events_behind, find_event
from portal.web.api import store_schemas
from portal.web.api.authentication import calls_per_minute
from portal.web.api.endpoints import endpoint
from portal.web.api.pagination import PAGE_SIZE, After, Limit, cursor_behind, listed, read_place
from portal.web.api.problems import ProblemError
from portal.web.api.request_parsing import moment
from portal.web.api.responses import Answer


class EventsQuery(Struct, forbid_unknown_fields=True):
    """Query of the list of events."""

    limit: Limit = PAGE_SIZE
    after: After = None
    type: Annotated[str, Meta(description="Only of this type.", max_length=255)] = ""
    state: Annotated[EventState, Meta(description="Only in this state.")] | None = None
    since: (
        Annotated[datetime, Meta(tz=True, description="Only those received since this moment.")]
        | None
    ) = None


@endpoint(
    "GET",
    "/stores/<key:store_id>/events",
    tag="Events",
    scope=KeyScope.READ_HEALTH,
    limit=calls_per_minute,
    query=EventsQuery,
    answers={200: store_schemas.EventPage},
    problems=("invalid",),
)
def list_events(store: Store, query: EventsQuery) -> Answer:
    """List what Ecwid has told of the store, the earliest first.

    A page may hold fewer than `limit` and still have a `next`.
    """
    since = query.since and moment(query.since, "since")
    wanted = EventFilter(type=query.type, state=query.state or "", since=since)
    after = read_place(query.after)
    rows, last = events_behind(store, wanted, after.remote_id if after else 0, query.limit)
    return listed([_event(row) for row in rows], cursor_behind(last))


@endpoint(
    "GET",
    "/stores/<key:store_id>/events/<event_id>",
    tag="Events",
    scope=KeyScope.READ_HEALTH,
    limit=calls_per_minute,
    answers={200: store_schemas.Event},
)
def get_event(store: Store, event_id: str) -> store_schemas.Event:
    """Read one event by the id that Ecwid gave it."""
    event = None if "\x00" in event_id else find_event(store, event_id)
    if event is None:
        raise ProblemError("not_found", "The store has no such event.")
    return _event(event)


def _event(event: WebhookEvent) -> store_schemas.Event:
    return store_schemas.Event(
        event_id=event.event_id,
        type=event.type,
        entity_id=event.entity_id,
        state=event.state,
        attempts=event.attempts,
        created_at=event.event_created_at,
        received_at=event.received_at,
        processed_at=event.processed_at,
        error=event.error,
    )
