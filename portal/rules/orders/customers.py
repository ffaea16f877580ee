"""The store's customer, as far as prices and taxes depend on the customer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KnownCustomer:
    """A customer and the number of previous orders; ``id`` is None if the store has none yet."""

    id: int | None = None
    previous_orders: int = 0
    is_tax_exempt: bool = False
    tax_id: str | None = None
    group: str | None = None
