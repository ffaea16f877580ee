"""Read records again by their ids, and tell which of them are gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidNotFoundError
from portal.models import Order

Records = list[dict[str, Any]]
# Where no list by ids exists, each record is a call: a step stays short.
SINGLE_FETCH_LIMIT = 20


def fetch_each(
    read: Callable[[Any], dict[str, Any]], ids: Iterable[Any]
) -> tuple[Records, list[Any]]:
    """Return the records that exist, and the ids of those that a 404 says are gone."""
    found, gone = [], []
    for record_id in ids:
        try:
            found.append(read(record_id))
        except EcwidNotFoundError:
            gone.append(record_id)
    return found, gone


def fetch_products(client: EcwidClient, ids: Sequence[int]) -> tuple[Records, list[int]]:
    """Return those of at most 100 products that exist, and the ids of those that don't."""
    page = client.products_by_id(ids)
    # Absent from a list is a doubt (search lags behind); a 404 is an answer.
    found, gone = fetch_each(client.product, sorted(set(ids).difference(page.ids)))
    return page.items + found, gone


def fetch_orders(client: EcwidClient, ids: Sequence[int]) -> tuple[Records, list[int]]:
    """Return those of at most 100 orders that exist, and the internal ids of those that don't.

    Ecwid wants an order's text in a path; where the mirror doesn't know it, the internal id may do.
    """
    page = client.orders_by_id([str(order_id) for order_id in ids])
    listed = {item.get("internalId") for item in page.items if isinstance(item, dict)}
    absent = sorted(set(ids).difference(listed))
    rows = Order.select(Order.remote_id, Order.number).where(
        Order.matching(client.store_id, absent)
    )
    numbers = {row.remote_id: row.number for row in rows}
    found, gone = [], []
    for order_id in absent:
        there, missing = fetch_each(client.order, [numbers.get(order_id, str(order_id))])
        # A number may have gone to another order since.
        found += there
        if missing or there[0].get("internalId") != order_id:
            gone.append(order_id)
    return page.items + found, gone


def fetch_customers(client: EcwidClient, ids: Sequence[int]) -> tuple[Records, list[int]]:
    """Return those customers that exist, and the ids of those that don't; a call each."""
    return fetch_each(client.customer, ids)
