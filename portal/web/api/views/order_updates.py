"""Changes of orders; the store's own changes are never overwritten unseen."""

from __future__ import annotations

from portal.models import Store, UpdateState
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.orders.order_changes import changes_of
from portal.services.orders import update_order as updates
from portal.services.orders.update_order import OrderUpdateView
from portal.services.records.read_records import read_record
from portal.services.records.record_views import ORDERS
from portal.web.api import submission_schemas
from portal.web.api.authentication import calls_per_minute
from portal.web.api.endpoints import endpoint
from portal.web.api.order_writes import address, plain, sender, told_as_problems, wait_s
from portal.web.api.problems import ProblemError
from portal.web.api.responses import Answer
from portal.web.runtime import current_runtime


@endpoint(
    "PATCH",
    "/stores/<key:store_id>/orders/<key:order_id>",
    tag="Orders",
    scope=KeyScope.WRITE_ORDERS,
    limit=calls_per_minute,
    body=submission_schemas.WantedChanges,
    headers=submission_schemas.WritingHeaders,
    answers={200: submission_schemas.OrderChange, 202: submission_schemas.OrderChange},
    problems=("invalid", "bad_json", "not_json", "conflict", "order_changed"),
)
def change_order(store: Store, order_id: int, body: submission_schemas.WantedChanges) -> Answer:
    """Change an order's statuses, tracking number or notes.

    Answered with 409 `order_changed` if the store has changed the same meanwhile: it shows both
    sides, and nothing was overwritten. With 202 and a `Location` if the outcome isn't known within
    5 s. Refunds move no money: Ecwid has no call for that.
    """
    order = read_record(ORDERS, store.id, order_id, fields=["number"])
    if order is None:
        raise ProblemError("not_found", f"The store has no order {order_id}.")
    with told_as_problems():
        view = updates.request_update(
            current_runtime(),
            store.id,
            order["number"],
            changes_of(plain(body, without="expected")),
            sender(),
            expected=changes_of(body.expected) if body.expected else None,
        )
    return _answer_of(store, updates.wait_for_update(view.id, wait_s()))


@endpoint(
    "GET",
    "/stores/<key:store_id>/order-changes/<key:change_id>",
    tag="Orders",
    scope=KeyScope.WRITE_ORDERS,
    limit=calls_per_minute,
    answers={200: submission_schemas.OrderChange},
)
def get_order_change(store: Store, change_id: int) -> submission_schemas.OrderChange:
    """Read how a change of an order stands."""
    view = updates.find_update(store.id, change_id)
    if view is None:
        raise ProblemError("not_found", "The store has no such change.")
    return _change_shape(view)


@endpoint(
    "POST",
    "/stores/<key:store_id>/order-changes/<key:change_id>/<any(send_again, drop):decision>",
    tag="Orders",
    scope=KeyScope.WRITE_ORDERS,
    limit=calls_per_minute,
    headers=submission_schemas.WritingHeaders,
    answers={200: submission_schemas.OrderChange, 202: submission_schemas.OrderChange},
    problems=("conflict", "order_changed"),
)
def decide_order_change(store: Store, change_id: int, decision: str) -> Answer:
    """Send a change again that failed or conflicts, overwriting what was shown; or drop it."""
    with told_as_problems():
        if decision == "drop":
            return Answer(_change_shape(updates.drop_update(store.id, change_id, sender())))
        updates.send_again(current_runtime(), store.id, change_id, sender())
    return _answer_of(store, updates.wait_for_update(change_id, wait_s()))


def _answer_of(store: Store, view: OrderUpdateView) -> Answer:
    headers = {"Location": address("get_order_change", store, change_id=view.id)}
    shape = _change_shape(view)
    if view.state == UpdateState.CONFLICT:
        raise ProblemError("order_changed", more={"change": shape}, headers=headers)
    return Answer(shape, 202 if view.is_waiting else 200, headers)


def _change_shape(view: OrderUpdateView) -> submission_schemas.OrderChange:
    names = submission_schemas.OrderChange.__struct_fields__
    return submission_schemas.OrderChange(**{name: getattr(view, name) for name in names})
