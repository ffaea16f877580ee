"""Search of a store's discount coupons, page by page, most recently changed first."""

from __future__ import annotations

from portal.models import Coupon, Store
from portal.rules.orders.coupon_terms import coupon_code_key
from portal.services.records.cursor_pagination import MirrorPage, PageCursor, page_by_time


def search_coupons(
    store: Store,
    *,
    search: str = "",
    after: PageCursor | None = None,
    before: PageCursor | None = None,
) -> MirrorPage[Coupon]:
    """Return a page of the store's live coupons whose code or name contains ``search``."""
    query = Coupon.select().where(Coupon.store == store, Coupon.deleted_at.is_null())
    if search:
        query = query.where(
            Coupon.code_key.contains(coupon_code_key(search)) | Coupon.name.contains(search)
        )
    return page_by_time(query, Coupon, Coupon.remote_updated_at, after=after, before=before)


def find_coupon_record(store: Store, remote_id: int) -> Coupon | None:
    """Return the coupon, deleted or not, or None if the mirror never had it."""
    found: Coupon | None = Coupon.get_or_none(Coupon.store == store, Coupon.remote_id == remote_id)
    return found
