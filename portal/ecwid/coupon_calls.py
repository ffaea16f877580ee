"""Read discount coupons."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from portal.ecwid.calls import Calls, Entity, seconds
from portal.ecwid.page import Page


class CouponCalls(Calls):
    """Calls that need the scope read_discount_coupons."""

    def coupons(
        self,
        *,
        offset: int = 0,
        updated_from: datetime | None = None,
        updated_to: datetime | None = None,
    ) -> Page:
        """Return one page of up to 100 coupons."""
        return self._page(
            "/discount_coupons",
            offset=offset,
            updatedFrom=seconds(updated_from),
            updatedTo=seconds(updated_to),
        )

    def coupons_with_code(self, code: str) -> Page:
        """Return the coupons with this code: none or one, as a rule."""
        return self._page("/discount_coupons", code=code)

    def coupon(self, coupon_id: int | str) -> Entity:
        """Return one coupon by id, or by code: the documentation shows both.

        EcwidNotFoundError means that it was deleted; EcwidFeatureError that the store has none.
        """
        return self._entity(f"/discount_coupons/{quote(str(coupon_id), safe='')}")
