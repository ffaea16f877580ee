"""Find and create customers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from portal.ecwid.calls import Calls, Entity, seconds
from portal.ecwid.page import Page, response_fields
from portal.ecwid.values import Record
from portal.errors import RecordError


class CustomerCalls(Calls):
    """Call what the scopes fetch_customers and create_customers open."""

    def customers(
        self,
        *,
        sort_by: str | None = None,
        offset: int = 0,
        updated_from: datetime | None = None,
        updated_to: datetime | None = None,
        fields: Sequence[str] = (),
    ) -> Page:
        """Return one page of up to 100 customers, or of some ``fields`` of theirs alone."""
        return self._page(
            "/customers",
            sortBy=sort_by,
            offset=offset,
            updatedFrom=seconds(updated_from),
            updatedTo=seconds(updated_to),
            responseFields=response_fields(fields),
        )

    def customers_with_email(self, email: str) -> Page:
        """Return the customers with exactly this address: none or one, as a rule."""
        return self._page("/customers", email=email, useExactEmailMatch="true")

    def customer(self, customer_id: int) -> Entity:
        """Return one customer; EcwidNotFoundError means deleted."""
        return self._entity(f"/customers/{customer_id}")

    def create_customer(self, customer: Mapping[str, Any]) -> int:
        """Create a customer and return the id; EcwidConflictError: the address is taken."""
        try:
            return Record("customers", self._create("/customers", customer)).identity()
        except RecordError as error:
            raise self._unreadable("POST", "/customers", str(error)) from error

    def deleted_customers(self, *, since: datetime) -> Iterator[int]:
        """Yield the ids in the deletion history from ``since`` on."""
        return self._deleted("/customers/deleted", since)
