"""Webhook events of a store."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from portal.models import EventState, Store, WebhookEvent
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.events.event_filter import EventFilter
from portal.services.events.list_events import events_after, find_event
from portal.web.api import store_schemas
from portal.web.api.authentication import key_rate_limit
from portal.web.api.endpoints import endpoint
from portal.web.api.list_parameters import PAGE_SIZE, After, Limit
from portal.web.api.pagination import cursor_after_row, decode_cursor, page_response
from portal.web.api.problems import ProblemError
from portal.web.api.request_parsing import to_utc
from portal.web.api.responses import ApiResponse


class EventsQuery(Struct, forbid_unknown_fields=True):
    """Query of the list of events."""

    limit: Limit = PAGE_SIZE
    after: After = None
    type: Annotated[str, Meta(description="Return only events of this type.", max_length=255)] = ""
    state: Annotated[EventState, Meta(description="Return only events in this state.")] | None = (
        None
    )
    since: (
        Annotated[
            datetime, Meta(tz=True, description="Return only events received since this time.")
        ]
        | None
    ) = None


@endpoint(
    "GET",
    "/stores/<key:store_id>/events",
    tag="Events",
    scope=KeyScope.READ_HEALTH,
    limit=key_rate_limit,
    query=EventsQuery,
    responses={200: store_schemas.WebhookEventPage},
    sends=("Link",),
)
def list_events(store: Store, query: EventsQuery) -> ApiResponse:
    """List the webhook events that Ecwid sent for the store, oldest first.

    A page may have fewer events than `limit` and still have a `next`.
    """
    since = query.since and to_utc(query.since, "since")
    wanted = EventFilter(type=query.type, state=query.state or "", since=since)
    after = decode_cursor(query.after)
    rows, last = events_after(store, wanted, after.remote_id if after else 0, query.limit)
    return page_response([_event(row) for row in rows], cursor_after_row(last))


@endpoint(
    "GET",
    "/stores/<key:store_id>/events/<event_id>",
    tag="Events",
    scope=KeyScope.READ_HEALTH,
    limit=key_rate_limit,
    responses={200: store_schemas.WebhookEvent},
)
def get_event(store: Store, event_id: str) -> store_schemas.WebhookEvent:
    """Retrieve a webhook event by the ID that Ecwid gave it."""
    event = find_event(store, event_id)
    if event is None:
        raise ProblemError("not_found", "The store has no event with this ID.")
    return _event(event)


def _event(event: WebhookEvent) -> store_schemas.WebhookEvent:
    return store_schemas.WebhookEvent(
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
