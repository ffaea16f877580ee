"""Filters of coupons, as documented for ``GET /discount_coupons``."""

from __future__ import annotations

from collections.abc import Mapping

from portal.sandbox import filters
from portal.sandbox.filters import Filter, Search
from portal.sandbox.resources.coupons import STATUSES, TYPES

FILTERS = {
    "code": Filter("code = ?", filters.string),
    "discount_type": Filter("type IN (*)", filters.list_of(*TYPES)),
    "availability": Filter("status IN (*)", filters.list_of(*STATUSES)),
    "createdFrom": Filter("created >= ?", filters.timestamp),
    "createdTo": Filter("created < ?", filters.timestamp),
    "updatedFrom": Filter("updated >= ?", filters.timestamp),
    "updatedTo": Filter("updated < ?", filters.timestamp),
}


def coupon_search(args: Mapping[str, str]) -> Search:
    """Return the search for the parameters of ``GET /discount_coupons``."""
    conditions, values = filters.where(FILTERS, args)
    return Search(tuple(conditions), tuple(values), "id")
