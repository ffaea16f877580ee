"""Template variables of the page of one order."""

from __future__ import annotations

from typing import Any

from portal.models import Customer, Order, Product, Store
from portal.rules.orders.order_changes import ECWID_NAMES, remote_values
from portal.rules.orders.order_notes import noted_parcels, noted_refunds
from portal.rules.orders.order_statuses import CONSEQUENCES, FULFILLMENT_STATUSES, PAYMENT_STATUSES
from portal.services.orders.order_history import order_history
from portal.services.records.amounts_of_orders import amounts_of
from portal.services.records.mirrored_ids import mirrored_ids
from portal.services.records.search_orders import items_of
from portal.web.order_labels import offered_statuses
from portal.web.orders.raw_order import addresses_of, extras_of


def order_page(store: Store, order: Order) -> dict[str, Any]:
    """Return the template variables of the page with its update form.

    The form starts with the mirrored values and those on their way to the store, because the next
    update is sent after them.
    """
    history, items = order_history(order), items_of(order)
    current = remote_values(ECWID_NAMES, order.raw) | history.pending_values
    return {
        "store": store,
        "order": order,
        "items": items,
        "linked_products": mirrored_ids(Product, store.id, [i.product_id for i in items]),
        "has_customer_page": bool(mirrored_ids(Customer, store.id, [order.customer_id])),
        "amounts": amounts_of(store, order),
        "addresses": addresses_of(order.raw),
        "extras": extras_of(order.raw),
        "history": history,
        "parcels": noted_parcels(history.notes, order.tracking_number),
        "noted_refunds": noted_refunds(history.notes),
        "current_values": current,
        "form_values": current,
        "payment_statuses": offered_statuses(store, PAYMENT_STATUSES, current["payment_status"]),
        "fulfillment_statuses": offered_statuses(
            store, FULFILLMENT_STATUSES, current["fulfillment_status"]
        ),
        "consequences": CONSEQUENCES,
    }
