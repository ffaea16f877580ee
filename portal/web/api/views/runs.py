"""Sync runs of a store: list, start and cancel them; pause and resume resources."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from portal.errors import RunRefusedError
from portal.models import (
    SYNC_ORDER,
    Resource,
    RunKind,
    Store,
    SyncRun,
    utc_now,
)
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.sync.run_refusals import RUN_REFUSAL_TEXTS
from portal.services.mirror.resource_overview import resource_overview
from portal.services.runs import requested_runs, run_control
from portal.services.runs.list_runs import find_run, runs_after
from portal.web.api import health_schemas, store_schemas
from portal.web.api.authentication import key_rate_limit
from portal.web.api.endpoints import endpoint
from portal.web.api.list_parameters import PAGE_SIZE, After, Limit
from portal.web.api.pagination import cursor_after_row, decode_cursor, page_response
from portal.web.api.problems import ProblemError
from portal.web.api.responses import ApiResponse
from portal.web.api.views.stores import resource_schema
from portal.web.runtime import current_runtime

_RESOURCES = ", ".join(SYNC_ORDER)


class RunsQuery(Struct, forbid_unknown_fields=True):
    """Query of the list of runs."""

    limit: Limit = PAGE_SIZE
    after: After = None
    resource: Annotated[Resource, Meta(description="Return only runs of this resource.")] | None = (
        None
    )


class NewRun(Struct, forbid_unknown_fields=True):
    """Sync run to start."""

    resource: Resource
    kind: (
        Annotated[
            RunKind,
            Meta(description="Defaults to `backfill` until one has finished, then `incremental`."),
        ]
        | None
    ) = None


@endpoint(
    "GET",
    "/stores/<key:store_id>/runs",
    tag="Runs",
    scope=KeyScope.READ_HEALTH,
    limit=key_rate_limit,
    query=RunsQuery,
    responses={200: store_schemas.SyncRunPage},
    sends=("Link",),
)
def list_runs(store: Store, query: RunsQuery) -> ApiResponse:
    """List sync runs, newest first."""
    after = decode_cursor(query.after)
    rows, last = runs_after(store, query.resource, after and after.remote_id, query.limit)
    return page_response([_run(row) for row in rows], cursor_after_row(last))


@endpoint(
    "GET",
    "/stores/<key:store_id>/runs/<key:run_id>",
    tag="Runs",
    scope=KeyScope.READ_HEALTH,
    limit=key_rate_limit,
    responses={200: store_schemas.SyncRun},
)
def get_run(store: Store, run_id: int) -> store_schemas.SyncRun:
    """Retrieve a sync run."""
    run = find_run(store, run_id)
    if run is None:
        raise ProblemError("not_found", "The store has no run with this ID.")
    return _run(run)


@endpoint(
    "POST",
    "/stores/<key:store_id>/runs",
    tag="Runs",
    scope=KeyScope.RUN_SYNCS,
    limit=key_rate_limit,
    body=NewRun,
    responses={202: store_schemas.SyncRun},
    problems=("conflict",),
)
def start_run(store: Store, body: NewRun) -> ApiResponse:
    """Start a sync run of a resource.

    Returns the run that is active already if there is one.
    """
    try:
        run = requested_runs.start(current_runtime(), store, body.resource, body.kind)
    except RunRefusedError as refused:
        raise _conflict(refused) from refused
    return ApiResponse(_run(run), 202)


@endpoint(
    "POST",
    "/stores/<key:store_id>/runs/<key:run_id>/cancel",
    tag="Runs",
    scope=KeyScope.RUN_SYNCS,
    limit=key_rate_limit,
    responses={200: store_schemas.SyncRun},
    problems=("conflict",),
)
def cancel_run(store: Store, run_id: int) -> store_schemas.SyncRun:
    """Cancel a sync run.

    The run ends after its current page. Records that it has written are kept.
    """
    run = get_run(store, run_id)
    try:
        run_control.cancel(store, run.id)
    except RunRefusedError as refused:
        raise _conflict(refused) from refused
    return get_run(store, run_id)


@endpoint(
    "POST",
    f"/stores/<key:store_id>/resources/<any({_RESOURCES}):resource>/<any(pause, resume):action>",
    tag="Runs",
    scope=KeyScope.RUN_SYNCS,
    limit=key_rate_limit,
    responses={200: health_schemas.HealthResource},
    problems=("conflict",),
)
def pause_or_resume_resource(
    store: Store, resource: str, action: str
) -> health_schemas.HealthResource:
    """Pause or resume all sync runs of a resource.

    Webhook events from Ecwid are still applied while a resource is paused. A resumed run continues
    where it stopped.
    """
    chosen = Resource(resource)
    if action == "pause":
        run_control.pause(store, chosen)
    else:
        try:
            run_control.resume(current_runtime(), store, chosen)
        except RunRefusedError as refused:
            raise _conflict(refused) from refused
    return resource_schema(resource_overview(store, chosen, utc_now()))


def _conflict(refused: RunRefusedError) -> ProblemError:
    return ProblemError("conflict", RUN_REFUSAL_TEXTS[refused.reason])


def _run(run: SyncRun) -> store_schemas.SyncRun:
    names = store_schemas.SyncRun.__struct_fields__
    return store_schemas.SyncRun(**{name: getattr(run, name) for name in names})
