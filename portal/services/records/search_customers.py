"""Search of a store's customers, page by page, most recently registered first."""

from __future__ import annotations

from portal.models import Customer, Store
from portal.models.bulk import in_values
from portal.services.records.cursor_pagination import MirrorPage, PageCursor, page_by_time

# The most matches of a name prefix that are shown.
NAMED_LIMIT = 200


def search_customers(
    store: Store,
    *,
    search: str = "",
    after: PageCursor | None = None,
    before: PageCursor | None = None,
) -> MirrorPage[Customer]:
    """Return a page of the store's live customers.

    ``search`` is a whole e-mail address or the beginning of a name; a name search finds only the
    first `NAMED_LIMIT` customers by name.
    """
    query = Customer.select().where(Customer.store == store, Customer.deleted_at.is_null())
    if search:
        found = _found(store, search)
        if not found:
            return MirrorPage([], None, None)
        query = query.where(in_values(Customer.remote_id, found))
    registered = Customer.remote_created_at
    return page_by_time(
        query, Customer, registered, after=after, before=before, is_selective=bool(search)
    )


def find_customer(store: Store, remote_id: int) -> Customer | None:
    """Return the customer, deleted or not, or None if the mirror never had it."""
    found: Customer | None = Customer.get_or_none(
        Customer.store == store, Customer.remote_id == remote_id
    )
    return found


def _found(store: Store, search: str) -> list[int]:
    query = Customer.select(Customer.remote_id).where(
        Customer.store == store, Customer.deleted_at.is_null()
    )
    if "@" in search:
        query = query.where(Customer.email == search.lower()).order_by(Customer.remote_id)
    else:
        begun = search.casefold()
        query = query.where(Customer.name_key >= begun, Customer.name_key < begun + "\U0010ffff")
        query = query.order_by(Customer.name_key, Customer.remote_id)
    return [row.remote_id for row in query.limit(NAMED_LIMIT)]
