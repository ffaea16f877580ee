"""Declare how coupons are filtered, as ``GET /discount_coupons`` is documented."""

from __future__ import annotations

from collections.abc import Mapping

from portal.sandbox import filters
from portal.sandbox.filters import Filter, Search
from portal.sandbox.resources.coupons import STATUSES, TYPES

FILTERS = {
    "code": Filter("code = ?", filters.word),
    "discount_type": Filter("type IN (*)", filters.several_of(*TYPES)),
    "availability": Filter("status IN (*)", filters.several_of(*STATUSES)),
    "createdFrom": Filter("created >= ?", filters.moment),
    "createdTo": Filter("created < ?", filters.moment),
    "updatedFrom": Filter("updated >= ?", filters.moment),
    "updatedTo": Filter("updated < ?", filters.moment),
}


def coupon_search(args: Mapping[str, str]) -> Search:
    """Return the search that the parameters of ``GET /discount_coupons`` ask for."""
    conditions, values = filters.where(FILTERS, args)
    return Search(tuple(conditions), tuple(values), "id")
