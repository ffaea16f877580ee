"""REST client of one store with the calls of all resources."""

from __future__ import annotations

from portal.ecwid.catalog import CatalogCalls
from portal.ecwid.coupons import CouponCalls
from portal.ecwid.customers import CustomerCalls
from portal.ecwid.orders import OrderCalls
from portal.ecwid.store_calls import StoreCalls


class EcwidClient(StoreCalls, CatalogCalls, OrderCalls, CustomerCalls, CouponCalls):
    """REST API of one store; every method raises subclasses of EcwidError.

    List methods return pages of up to 100 items, as Ecwid sends them. Source: Ecwid REST API v3
    (docs.ecwid.com/api-reference).
    """
