"""Orders and submissions of a store by ID, and the sender of a request."""

from __future__ import annotations

from flask import abort

from portal.models import Order, Store
from portal.services.orders.submissions import SubmissionView, find_submission
from portal.services.orders.submit_order import OrderSender
from portal.services.records.search_orders import find_order
from portal.web.login import signed_in_merchant


def get_order_or_404(store: Store, order_id: int) -> Order:
    """Return the store's order; respond with 404 if it is missing."""
    order = find_order(store, order_id)
    if order is None:
        abort(404)
    return order


def get_submission_or_404(store: Store, submission_id: int) -> SubmissionView:
    """Return the store's submission; respond with 404 if it is missing."""
    view = find_submission(store.id, submission_id)
    if view is None:
        abort(404)
    return view


def signed_in_sender() -> OrderSender:
    """Return the signed-in merchant as the sender of an order or an order update."""
    merchant = signed_in_merchant()
    return OrderSender(f"merchant {merchant.id}", merchant)
