"""Updates of orders that never overwrite an unseen change in the store."""

from __future__ import annotations

from portal.models import OrderUpdateState, Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.orders.order_changes import parse_order_changes
from portal.services.orders import update_order as updates
from portal.services.orders.update_order import OrderUpdateView
from portal.services.records.read_records import read_record
from portal.services.records.record_views import ORDERS
from portal.web.api import submission_schemas
from portal.web.api.authentication import key_rate_limit
from portal.web.api.endpoints import endpoint
from portal.web.api.order_writes import (
    errors_as_problems,
    location_url,
    prefer_wait_s,
    sender,
    set_fields,
)
from portal.web.api.problems import ProblemError
from portal.web.api.responses import ApiResponse
from portal.web.runtime import current_runtime


@endpoint(
    "PATCH",
    "/stores/<key:store_id>/orders/<key:order_id>",
    tag="Orders",
    scope=KeyScope.WRITE_ORDERS,
    limit=key_rate_limit,
    body=submission_schemas.OrderUpdateRequest,
    headers=submission_schemas.PreferHeader,
    responses={200: submission_schemas.OrderUpdate, 202: submission_schemas.OrderUpdate},
    problems=("invalid", "bad_json", "not_json", "conflict", "update_conflict"),
)
def update_order(
    store: Store, order_id: int, body: submission_schemas.OrderUpdateRequest
) -> ApiResponse:
    """Update an order's statuses, tracking number or notes.

    Returns 409 `update_conflict` with both values if the store has changed the same fields; nothing
    is overwritten then. Returns 202 with a `Location` to poll if the outcome isn't known within 5
    s. A refund status doesn't refund money because Ecwid has no call for that.
    """
    order = read_record(ORDERS, store, order_id, fields=["number"])
    if order is None:
        raise ProblemError("not_found", f"The store has no order {order_id}.")
    with errors_as_problems():
        view = updates.request_update(
            current_runtime(),
            store.id,
            order["number"],
            parse_order_changes(set_fields(body, without="expected")),
            sender(),
            expected=parse_order_changes(body.expected) if body.expected else None,
        )
    return _update_response(store, updates.wait_for_update(view.id, prefer_wait_s()))


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
    view = updates.find_update(store.id, update_id)
    if view is None:
        raise ProblemError("not_found", "The store has no order update with this ID.")
    return _update_schema(view)


@endpoint(
    "POST",
    "/stores/<key:store_id>/order-updates/<key:update_id>/<any(retry, drop):decision>",
    tag="Orders",
    scope=KeyScope.WRITE_ORDERS,
    limit=key_rate_limit,
    headers=submission_schemas.PreferHeader,
    responses={200: submission_schemas.OrderUpdate, 202: submission_schemas.OrderUpdate},
    problems=("conflict", "update_conflict"),
)
def resolve_order_update(store: Store, update_id: int, decision: str) -> ApiResponse:
    """Retry or discard an order update that failed or is in conflict.

    `retry` overwrites the store's values that the update shows. `drop` discards the update.
    """
    with errors_as_problems():
        if decision == "drop":
            return ApiResponse(
                _update_schema(updates.discard_update(store.id, update_id, sender()))
            )
        updates.retry_update(current_runtime(), store.id, update_id, sender())
    return _update_response(store, updates.wait_for_update(update_id, prefer_wait_s()))


def _update_response(store: Store, view: OrderUpdateView) -> ApiResponse:
    headers = {"Location": location_url("get_order_update", store, update_id=view.id)}
    schema = _update_schema(view)
    if view.state == OrderUpdateState.CONFLICT:
        raise ProblemError("update_conflict", more={"order_update": schema}, headers=headers)
    return ApiResponse(schema, 202 if view.is_waiting else 200, headers)


def _update_schema(view: OrderUpdateView) -> submission_schemas.OrderUpdate:
    names = submission_schemas.OrderUpdate.__struct_fields__
    return submission_schemas.OrderUpdate(**{name: getattr(view, name) for name in names})
