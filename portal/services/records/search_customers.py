"""Search of a store's customers, page by page, most recently registered first."""

from __future__ import annotations

from collections.abc import Sequence

from portal.models import Customer, Order, Store
from portal.services.records.cursor_pagination import MirrorPage, PageCursor
from portal.services.records.text_search import search_page


def search_customers(
    store: Store,
    *,
    search: str = "",
    after: PageCursor | None = None,
    before: PageCursor | None = None,
) -> MirrorPage[Customer]:
    """Return a page of the store's live customers.

    Their names, e-mail addresses and phone numbers have the words of ``search``.
    """
    registered = Customer.remote_created_at
    return search_page(Customer, store.id, search, registered, after=after, before=before)


def find_customer(store: Store, remote_id: int) -> Customer | None:
    """Return the customer, deleted or not, or None if the mirror never had it."""
    found: Customer | None = Customer.get_or_none(
        Customer.store == store, Customer.remote_id == remote_id
    )
    return found


def latest_orders_of(customer: Customer, limit: int) -> Sequence[Order]:
    """Return the newest live orders of a customer, without their items and raw JSON."""
    of_customer = Order.customer_id == customer.remote_id
    return list(
        Order.select(*Order.listed_fields())
        .where(Order.store == customer.store_id, of_customer, Order.deleted_at.is_null())
        .order_by(Order.remote_created_at.desc(), Order.remote_id.desc())
        .limit(limit)
    )
