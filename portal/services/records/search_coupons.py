"""Search of a store's discount coupons, page by page, most recently changed first."""

from __future__ import annotations

from portal.models import Coupon, Store
from portal.services.records.cursor_pagination import MirrorPage, PageCursor
from portal.services.records.text_search import search_page


def search_coupons(
    store: Store,
    *,
    search: str = "",
    after: PageCursor | None = None,
    before: PageCursor | None = None,
) -> MirrorPage[Coupon]:
    """Return a page of the store's live coupons whose code or name has the words of ``search``."""
    updated = Coupon.remote_updated_at
    return search_page(Coupon, store.id, search, updated, after=after, before=before)


def find_coupon_record(store: Store, remote_id: int) -> Coupon | None:
    """Return the coupon, deleted or not, or None if the mirror never had it."""
    found: Coupon | None = Coupon.get_or_none(Coupon.store == store, Coupon.remote_id == remote_id)
    return found
