"""Answer what Ecwid has told and what is read of a store; start, pause, resume and cancel runs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from portal.errors import RunRefusedError
from portal.models import (
    SYNC_ORDER,
    EventState,
    Resource,
    RunKind,
    Store,
    SyncRun,
    WebhookEvent,
    utc_now,
)
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.sync.run_refusals import REFUSALS
from portal.services.events.browse_events import events_behind, find_event
from portal.services.events.event_filter import EventFilter
from portal.services.mirror.resource_overview import overview_of_resource
from portal.services.runs import run_control
from portal.services.runs.browse_runs import find_run, runs_behind
from portal.web.api import state_shapes
from portal.web.api.answers import Answer
from portal.web.api.endpoints import endpoint
from portal.web.api.lists import PAGE_SIZE, After, Limit, cursor_behind, listed, read_place
from portal.web.api.problems import ProblemError
from portal.web.api.reading import moment
from portal.web.api.stores import resource_shape
from portal.web.runtime import current_runtime

_RESOURCES = ", ".join(SYNC_ORDER)
_EVENTS = {"tag": "Events", "scope": KeyScope.READ_HEALTH}
_RUNS = {"tag": "Runs", "scope": KeyScope.READ_HEALTH}
_STEERING = {"tag": "Runs", "scope": KeyScope.RUN_SYNCS, "problems": ("conflict",)}


class EventsQuery(Struct, forbid_unknown_fields=True):
    """Say which events are wanted."""

    limit: Limit = PAGE_SIZE
    after: After = None
    type: Annotated[str, Meta(description="Only of this type.", max_length=255)] = ""
    state: Annotated[EventState, Meta(description="Only in this state.")] | None = None
    since: (
        Annotated[datetime, Meta(tz=True, description="Only those received since this moment.")]
        | None
    ) = None


class RunsQuery(Struct, forbid_unknown_fields=True):
    """Say which runs are wanted."""

    limit: Limit = PAGE_SIZE
    after: After = None
    resource: Annotated[Resource, Meta(description="Only of this resource.")] | None = None


class NewRun(Struct, forbid_unknown_fields=True):
    """What is to be read."""

    resource: Resource
    kind: (
        Annotated[
            RunKind,
            Meta(description="Without it, what is due: everything once, then what has changed."),
        ]
        | None
    ) = None


@endpoint(
    "GET",
    "/stores/<key:store_id>/events",
    query=EventsQuery,
    answers={200: state_shapes.EventPage},
    problems=("invalid",),
    **_EVENTS,
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
    "GET", "/stores/<key:store_id>/events/<event_id>", answers={200: state_shapes.Event}, **_EVENTS
)
def get_event(store: Store, event_id: str) -> state_shapes.Event:
    """Read one event by the id that Ecwid gave it."""
    event = None if "\x00" in event_id else find_event(store, event_id)
    if event is None:
        raise ProblemError("not_found", "The store has no such event.")
    return _event(event)


@endpoint(
    "GET",
    "/stores/<key:store_id>/runs",
    query=RunsQuery,
    answers={200: state_shapes.RunPage},
    problems=("invalid",),
    **_RUNS,
)
def list_runs(store: Store, query: RunsQuery) -> Answer:
    """List runs, the newest first."""
    after = read_place(query.after)
    rows, last = runs_behind(store, query.resource, after and after.remote_id, query.limit)
    return listed([_run(row) for row in rows], cursor_behind(last))


@endpoint(
    "GET", "/stores/<key:store_id>/runs/<key:run_id>", answers={200: state_shapes.Run}, **_RUNS
)
def get_run(store: Store, run_id: int) -> state_shapes.Run:
    """Read one run."""
    run = find_run(store, run_id)
    if run is None:
        raise ProblemError("not_found", "The store has no such run.")
    return _run(run)


@endpoint(
    "POST",
    "/stores/<key:store_id>/runs",
    body=NewRun,
    answers={202: state_shapes.Run},
    **_STEERING | {"problems": ("invalid", "bad_json", "not_json", "conflict")},
)
def start_run(store: Store, body: NewRun) -> Answer:
    """Have a resource read now; answered with the run, which may have been under way already."""
    try:
        run = run_control.start(current_runtime(), store, body.resource, body.kind)
    except RunRefusedError as refused:
        raise _conflict(refused) from refused
    return Answer(_run(run), 202)


@endpoint(
    "POST",
    "/stores/<key:store_id>/runs/<key:run_id>/cancel",
    answers={200: state_shapes.Run},
    **_STEERING,
)
def cancel_run(store: Store, run_id: int) -> state_shapes.Run:
    """End a run within one page; what it has written stays."""
    run = get_run(store, run_id)
    try:
        run_control.cancel(store, run.id)
    except RunRefusedError as refused:
        raise _conflict(refused) from refused
    return get_run(store, run_id)


@endpoint(
    "POST",
    f"/stores/<key:store_id>/resources/<any({_RESOURCES}):resource>/<any(pause, resume):action>",
    answers={200: state_shapes.HealthResource},
    **_STEERING,
)
def steer_resource(store: Store, resource: str, action: str) -> state_shapes.HealthResource:
    """Pause all reading of a resource, or go on where it stopped.

    While it is paused, what Ecwid tells by its messages is applied all the same.
    """
    chosen = Resource(resource)
    if action == "pause":
        run_control.pause(store, chosen)
    else:
        try:
            run_control.resume(current_runtime(), store, chosen)
        except RunRefusedError as refused:
            raise _conflict(refused) from refused
    return resource_shape(overview_of_resource(store, chosen, utc_now()))


def _conflict(refused: RunRefusedError) -> ProblemError:
    return ProblemError("conflict", REFUSALS[refused.reason])


def _event(event: WebhookEvent) -> state_shapes.Event:
    return state_shapes.Event(
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


def _run(run: SyncRun) -> state_shapes.Run:
    names = state_shapes.Run.__struct_fields__
    return state_shapes.Run(**{name: getattr(run, name) for name in names})
