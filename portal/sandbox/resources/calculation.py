"""Calculation of an order with the store's own terms: settings, promotions, coupon, customer."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from portal.sandbox.pricing.calculation import StoreTerms, calculate
from portal.sandbox.records import Records
from portal.sandbox.resource_specs import COUPON, CUSTOMER, PRODUCT, Body, coupon_key
from portal.sandbox.resources.coupons import Coupons
from portal.sandbox.resources.promotions import Promotions
from portal.sandbox.stores import Stores
from portal.sandbox.validation import is_integer, require_object


class Calculation:
    """Calculates orders of a store, without placing them."""

    def __init__(
        self, stores: Stores, records: Records, promotions: Promotions, coupons: Coupons
    ) -> None:
        self._stores = stores
        self._records = records
        self._promotions = promotions
        self._coupons = coupons

    def calculate(self, store: sqlite3.Row, given: Any) -> Body:
        """Return the calculated order; raise UnprocessableError if no item is usable."""
        body = require_object(given)
        store_id = store["id"]
        self._coupons.expire(store_id)

        def product(product_id: Any) -> Body | None:
            known = is_integer(product_id)
            return self._records.get(PRODUCT, store_id, product_id) if known else None

        terms = StoreTerms(
            settings=self._stores.settings(store),
            promotions=self._promotions.all(store_id),
            coupon=self._coupon(store_id, body.get("discountCoupon")),
            customer=self._customer(store_id, body.get("customerId")),
            product=product,
            now=time.time(),
        )
        return calculate(body, terms)

    def _coupon(self, store_id: int, sent: Any) -> Body | None:
        code = sent.get("code") if isinstance(sent, dict) else None
        if not isinstance(code, str):
            return None
        return self._records.find(COUPON, store_id, "code_key", coupon_key(code))

    def _customer(self, store_id: int, customer_id: Any) -> Body | None:
        # Source (client): ecwid-java-api-client, CartsTest: an unknown customerId is no error.
        # Source (documented): help article 213823045: only customers who sign in are exempt.
        # Source (assumed): The group and the tax exemption of a customer need customerId; the
        # e-mail address isn't enough.
        known = is_integer(customer_id)
        return self._records.get(CUSTOMER, store_id, customer_id) if known else None
