"""Updates of orders that never overwrite an unseen change in the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from msgspec import Meta, Struct

from portal.errors.orders import OrderUpdateOpenError
from portal.models import OrderUpdateState, Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.orders.order_changes import parse_order_changes
from portal.rules.orders.order_notes import OrderNotes, with_first_parcel
from portal.services.orders import order_updates as updates
from portal.services.orders.order_updates import OrderUpdateView
from portal.services.orders.update_order import cancel_order as cancel
from portal.services.orders.update_order import discard_update, request_update, retry_update
from portal.services.orders.update_preconditions import Seen
from portal.services.records.read_records import read_record
from portal.services.records.record_views import ORDERS
from portal.web.api import submission_schemas
from portal.web.api.authentication import key_rate_limit
from portal.web.api.endpoints import endpoint
from portal.web.api.list_parameters import After, Limit
from portal.web.api.order_writes import (
    errors_as_problems,
    location_url,
    polled,
    seen_versions,
    sender,
    set_fields,
    wait_s,
)
from portal.web.api.pagination import cursor_after_row, decode_cursor, page_response
from portal.web.api.problems import ProblemError
from portal.web.api.responses import ApiResponse
from portal.web.api.visible_order_updates import (
    NOTED,
    find_visible_update,
    update_schema,
    visible_sender,
    visible_update_or_404,
)
from portal.web.runtime import current_runtime
from portal.web.url_converters import LARGEST_KEY


class OrderUpdatesQuery(Struct, forbid_unknown_fields=True):
    """Query of the list of order updates."""

    limit: Limit = 50
    after: After = None
    state: Annotated[
        OrderUpdateState | None, Meta(description="Return only updates in this state.")
    ] = None
    order_id: (
        Annotated[int, Meta(ge=1, le=LARGEST_KEY, description="Return only updates of this order.")]
        | None
    ) = None
    order_number: (
        Annotated[
            str, Meta(max_length=255, description="Return only updates of this order number.")
        ]
        | None
    ) = None


@endpoint(
    "PATCH",
    "/stores/<key:store_id>/orders/<key:order_id>",
    tag="Orders",
    scope=KeyScope.WRITE_ORDERS,
    limit=key_rate_limit,
    body=submission_schemas.OrderUpdateRequest,
    headers=submission_schemas.UpdateHeaders,
    responses={200: submission_schemas.OrderUpdate, 202: submission_schemas.OrderUpdate},
    sends=("Location",),
    problems=(
        "store_not_working",
        "update_conflict",
        "precondition_failed",
        "precondition_required",
    ),
)
def update_order(
    store: Store, order_id: int, body: submission_schemas.OrderUpdateRequest
) -> ApiResponse:
    """Update an order's statuses, tracking number, parcels or notes.

    A change of a status needs what you saw: the order's `ETag` as `If-Match`, or `expected`. If the
    order has changed since, the response is 412 `precondition_failed` with its `current` values.
    Returns 409 `update_conflict` with both values if the store changes the same fields before the
    update is sent; nothing is overwritten then. Returns 202 with a `Location` to poll if the
    outcome isn't known within 5 s. Without the scope `read_orders`, the store's tracking number and
    private notes are left out of all responses. A refund status doesn't refund money because Ecwid
    has no call for that.
    """
    number = _order_number(store, order_id)
    with errors_as_problems(), _open_conflict_as_problem(store):
        notes = OrderNotes(body.parcels, body.refund)
        named = with_first_parcel(set_fields(body, without=("expected", *NOTED)), notes)
        changes = parse_order_changes(named)
        seen_values = set_fields(body.expected) if body.expected else {}
        expected = parse_order_changes(seen_values) if seen_values else None
        values = None if expected is None else expected.document()
        seen = Seen(values, seen_versions(), is_required=True)
        view = request_update(
            current_runtime(),
            store.id,
            number,
            changes,
            sender(),
            expected=expected,
            precondition=seen,
            notes=notes,
        )
    return _update_response(store, _outcome(view.id))


@endpoint(
    "POST",
    "/stores/<key:store_id>/orders/<key:order_id>/cancel",
    tag="Orders",
    scope=KeyScope.WRITE_ORDERS,
    limit=key_rate_limit,
    headers=submission_schemas.PreferHeader,
    responses={200: submission_schemas.OrderUpdate, 202: submission_schemas.OrderUpdate},
    sends=("Location",),
    problems=("conflict", "store_not_working", "update_conflict"),
)
def cancel_order(store: Store, order_id: int) -> ApiResponse:
    """Cancel an order that is not on its way.

    Sets the payment status to `CANCELLED`, which puts the items back into stock, and the
    fulfillment status to `WILL_NOT_DELIVER`. Returns 409 `conflict` if the order is shipped, and
    409 `update_conflict` if the store changes it at the same moment. A payment isn't paid back by
    this. To repeat the call is harmless.
    """
    number = _order_number(store, order_id)
    with errors_as_problems():
        view = cancel(current_runtime(), store.id, number, sender())
    return _update_response(store, _outcome(view.id))


@endpoint(
    "GET",
    "/stores/<key:store_id>/order-updates",
    tag="Orders",
    scope=KeyScope.WRITE_ORDERS,
    limit=key_rate_limit,
    query=OrderUpdatesQuery,
    responses={200: submission_schemas.OrderUpdatePage},
    sends=("Link",),
)
def list_order_updates(store: Store, query: OrderUpdatesQuery) -> ApiResponse:
    """List order updates, newest first.

    Returns the updates of your channel, or with the scope `read_orders` all updates of the store.
    """
    after = decode_cursor(query.after)
    found = updates.list_updates(
        store.id,
        order_id=query.order_id,
        order_number=query.order_number,
        states=(query.state,) if query.state else (),
        sender=visible_sender(),
        before_id=after and after.remote_id,
        limit=query.limit + 1,
    )
    rows = found[: query.limit]
    last = rows[-1].id if len(found) > query.limit else None
    return page_response([update_schema(view) for view in rows], cursor_after_row(last))


@endpoint(
    "GET",
    "/stores/<key:store_id>/order-updates/<key:update_id>",
    tag="Orders",
    scope=KeyScope.WRITE_ORDERS,
    limit=key_rate_limit,
    responses={200: submission_schemas.OrderUpdate},
)
def get_order_update(store: Store, update_id: int) -> submission_schemas.OrderUpdate:
    """Retrieve an order update."""
    return update_schema(visible_update_or_404(store, update_id))


@endpoint(
    "POST",
    "/stores/<key:store_id>/order-updates/<key:update_id>/<any(retry, drop):decision>",
    tag="Orders",
    scope=KeyScope.WRITE_ORDERS,
    limit=key_rate_limit,
    headers=submission_schemas.PreferHeader,
    responses={200: submission_schemas.OrderUpdate, 202: submission_schemas.OrderUpdate},
    sends=("Location",),
    problems=("conflict", "store_not_working", "update_conflict"),
)
def resolve_order_update(store: Store, update_id: int, decision: str) -> ApiResponse:
    """Retry or discard an order update that failed or is in conflict.

    `retry` overwrites the store's values that the update shows. `drop` discards the update. A key
    without the scope `read_orders` can do this with the updates of its channel.
    """
    visible_update_or_404(store, update_id)
    with errors_as_problems():
        if decision == "drop":
            return _update_response(store, discard_update(store.id, update_id, sender()))
        retry_update(current_runtime(), store.id, update_id, sender())
    return _update_response(store, _outcome(update_id))


def _outcome(update_id: int) -> OrderUpdateView:
    with wait_s() as timeout_s:
        return updates.wait_for_update(update_id, timeout_s)


def _order_number(store: Store, order_id: int) -> str:
    order = read_record(ORDERS, store, order_id, fields=["number"])
    if order is None:
        raise ProblemError("not_found", f"The store has no order {order_id}.")
    return str(order["number"])


@contextmanager
def _open_conflict_as_problem(store: Store) -> Iterator[None]:
    """Respond with the earlier update if a new one would overwrite what it is in conflict with."""
    try:
        yield
    except OrderUpdateOpenError as error:
        view = find_visible_update(store, error.update_id)
        if view is None:
            raise ProblemError("update_conflict") from error
        headers = {"Location": location_url("get_order_update", store, update_id=view.id)}
        more = {"order_update": update_schema(view)}
        raise ProblemError("update_conflict", more=more, headers=headers) from error


def _update_response(store: Store, view: OrderUpdateView) -> ApiResponse:
    headers = {"Location": location_url("get_order_update", store, update_id=view.id)}
    schema = update_schema(view)
    if view.state == OrderUpdateState.CONFLICT:
        raise ProblemError("update_conflict", more={"order_update": schema}, headers=headers)
    if view.is_waiting:
        return ApiResponse(schema, 202, polled(headers))
    return ApiResponse(schema, 200, headers)
