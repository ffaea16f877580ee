"""Filters of coupons, as documented for ``GET /discount_coupons``."""

from __future__ import annotations

from collections.abc import Mapping

from portal.sandbox import filters
from portal.sandbox.filters import Filter, Search
from portal.sandbox.resources.coupons import STATUSES, TYPES

FILTERS = {
    "code": Filter("code_key = ?", filters.coupon),
    "discount_type": Filter("type IN (*)", filters.list_of(*TYPES)),
    "availability": Filter("status IN (*)", filters.list_of(*STATUSES)),
    "createdFrom": Filter("created >= ?", filters.timestamp),
    "createdTo": Filter("created < ?", filters.timestamp),
    "updatedFrom": Filter("updated >= ?", filters.timestamp),
    "updatedTo": Filter("updated < ?", filters.timestamp),
}


EXACT = FILTERS | {"code": Filter("json_extract(body, '$.code') = ?", filters.string)}


def coupon_search(args: Mapping[str, str], code_filter: str) -> Search:
    """Return the search for the parameters of ``GET /discount_coupons``.

    ``code_filter`` is the value of the switch ``coupon_filter``.
    """
    # Source (assumed): The filter "code" of GET /discount_coupons compares codes as the checkout
    # does, without case and outer blanks.
    conditions, values = filters.where(EXACT if code_filter == "exact" else FILTERS, args)
    return Search(tuple(conditions), tuple(values), "id")
