"""Find an order that we have sent by its reference, and mirror it as our own write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from portal.ecwid.client import EcwidClient
from portal.ecwid.orders import order_rows
from portal.errors import PortalError
from portal.models import Order, OrderSubmission, Resource, database, utc_now
from portal.rules.orders.request_checks import REFERENCE_FIELD
from portal.services.mirror.own_writes import end_write
from portal.services.mirror.resources import ORDERS
from portal.services.orders.submission_transitions import SubmissionTransitions

log = structlog.get_logger(__name__)

# An order may seem older than its submission by this much: clocks differ, and it may be sent again.
CLOCK_SKEW = timedelta(days=1)
# How often an order is read whose id isn't known yet.
READ_BACK_EVERY = timedelta(seconds=10)


@dataclass(frozen=True)
class FoundOrder:
    """An existing order: its number, its internal id and its record at Ecwid."""

    number: str
    order_id: int
    payload: Any
    read_at: datetime


def find_submitted_order(
    client: EcwidClient, reference: str, created_at: datetime
) -> FoundOrder | None:
    """Return the order with this reference, None if neither the mirror nor Ecwid's search has it.

    ``created_at`` is when the order was sent, or the time that an imported order has. An unrelated
    order with the same number is older, or has another reference in our own field.
    Raises EcwidError.
    """
    mirrored = Order.get_or_none(
        Order.store == client.store_id,
        Order.referer_id == reference,
        Order.remote_created_at >= created_at - CLOCK_SKEW,
    )
    if mirrored is not None:
        return read_back(client, mirrored.number)
    read_at = utc_now()
    found = [
        order for order in client.orders(referer_id=reference).items if _is_ours(order, reference)
    ]
    if len(found) > 1:
        log.error("submission.duplicate_found", store=client.store_id, orders=len(found))
    # Ecwid lists the newest order first, so the last one is the original.
    return _found(client.store_id, found[-1], read_at) if found else None


def read_back(client: EcwidClient, number: str) -> FoundOrder:
    """Return an order's current state at Ecwid; raise EcwidError or RecordError."""
    read_at = utc_now()
    return _found(client.store_id, client.order(number), read_at)


def save_own_order(store_id: int, found: FoundOrder) -> None:
    """Mirror the order and record it as our own write, so its events cause no external change."""
    with database.atomic():
        ORDERS.save(store_id, [found.payload], found.read_at)
        end_write(store_id, Resource.ORDERS, found.order_id, found.payload)


def mirror_own_order(
    client: EcwidClient, row: OrderSubmission, transitions: SubmissionTransitions
) -> FoundOrder | None:
    """Mirror a submission's order as our own write, and complete the submission's order id.

    Return the order, or None if it can't be read: then an event or the next sync mirrors it, and
    reading is repeated only until the id is known.
    """
    try:
        found = read_back(client, row.order_number or "")
    except PortalError as error:
        log.info("submission.not_read_back", submission=row.id, problem=str(error))
    else:
        save_own_order(row.store_id, found)
    if row.order_id is None:
        is_it = (Order.referer_id == row.reference) & (Order.number == row.order_number)
        mirrored = Order.get_or_none(Order.store == row.store_id, is_it)
        if mirrored is None:
            transitions.change(due_at=utc_now() + READ_BACK_EVERY)
        else:
            transitions.change(order_id=mirrored.remote_id, due_at=None)
    return found


def _found(store_id: int, payload: Any, read_at: datetime) -> FoundOrder:
    row = order_rows(store_id, payload, read_at).order
    return FoundOrder(row["number"], row["remote_id"], payload, read_at)


def _is_ours(order: dict[str, Any], reference: str) -> bool:
    extra = order.get("extraFields")
    reported = extra.get(REFERENCE_FIELD) if isinstance(extra, dict) else None
    return str(order.get("refererId")) == reference and reported in (None, reference)
