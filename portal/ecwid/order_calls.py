"""Read, calculate, create and update orders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from portal.ecwid.calls import Calls, Entity, seconds
from portal.ecwid.page import PAGE_LIMIT, Page, response_fields
from portal.ecwid.values import Record
from portal.errors import RecordError


class OrderCalls(Calls):
    """Call what the scopes fetch_orders, create_orders and update_orders open.

    An order's id is a text such as ``EBJFT``; its number is an older key that we never send.
    """

    def orders(
        self,
        *,
        offset: int = 0,
        updated_from: datetime | None = None,
        updated_to: datetime | None = None,
        created_to: datetime | None = None,
        referer_id: str | None = None,
        fields: Sequence[str] = (),
    ) -> Page:
        """Return one page of up to 100 orders; unfinished ones (INCOMPLETE) are left out.

        ``referer_id`` finds what we created ourselves; with ``fields`` the orders have these
        alone. The order of results is documented nowhere; the newest came first.
        """
        return self._page(
            "/orders",
            offset=offset,
            updatedFrom=seconds(updated_from),
            updatedTo=seconds(updated_to),
            createdTo=seconds(created_to),
            refererId=referer_id,
            responseFields=response_fields(fields),
        )

    def orders_by_id(self, order_ids: Sequence[str]) -> Page:
        """Return those of at most 100 orders that exist."""
        if len(order_ids) > PAGE_LIMIT:
            raise ValueError(f"at most {PAGE_LIMIT} orders can be asked for at once")
        if not order_ids:
            # An empty list would be no filter.
            return Page(total=0, offset=0, limit=PAGE_LIMIT, items=[])
        return self._page("/orders", ids=",".join(order_ids))

    def order(self, order_id: str) -> Entity:
        """Return one order; EcwidNotFoundError means that it was deleted."""
        return self._entity(f"/orders/{quote(order_id, safe='')}")

    def create_order(self, order: Mapping[str, Any]) -> str | None:
        """Create an order as given, nothing is recalculated; return its id.

        None when Ecwid's answer names only the older number: look the order up then. Never sent
        twice: after EcwidUnavailableError it may or may not exist, so search before trying again.
        """
        record = Record("orders", self._create("/orders", order))
        try:
            return record.code("orderid") or record.code("orderId")
        except RecordError as error:
            raise self._unreadable("POST", "/orders", str(error)) from error

    def update_order(self, order_id: str, changes: Mapping[str, Any]) -> bool:
        """Change some fields of an order, such as its statuses; False if nothing changed."""
        return self._update(f"/orders/{quote(order_id, safe='')}", changes)

    def calculate_order(self, order: Mapping[str, Any]) -> Entity:
        """Return the totals, taxes and shipping options of an order that is not made yet.

        A POST that changes nothing, yet sent once, like every POST.
        """
        return self._create("/order/calculate", order)

    def deleted_orders(self, *, since: datetime) -> Iterator[int]:
        """Yield the older numbers (``internalId``) in the deletion history from ``since`` on."""
        return self._deleted("/orders/deleted", since)
