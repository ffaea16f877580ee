"""Open a shop: fill a new store with what a shop has. Causes no events."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal.sandbox.dates import seconds
from portal.sandbox.kinds import CATEGORY, COUPON, CUSTOMER, ORDER, PRODUCT, Body
from portal.sandbox.parts import Parts
from portal.sandbox.resources.coupons import coupon_body
from portal.sandbox.resources.customers import add_order, customer_body
from portal.sandbox.resources.order_body import order_body
from portal.sandbox.resources.product_body import product_body
from portal.sandbox.shop.catalogue import make_categories, make_products
from portal.sandbox.shop.people import make_customers
from portal.sandbox.shop.sales import make_coupons, make_orders

CATEGORIES_ROOM = 100
# So many different products are sold and customers buy: enough for a shop, little in memory.
SOLD_LIMIT = 5_000


@dataclass(frozen=True)
class Assortment:
    """Hold how many of each a new shop has."""

    products: int = 0
    orders: int = 0
    customers: int = 0
    coupons: int = 0


def open_shop(parts: Parts, store_id: int, wish: Assortment, seed: int) -> None:
    """Fill a store; the same seed gives the same shop."""
    with parts.state.writing():
        _Opening(parts, store_id, seed, int(time.time())).fill(wish)


class _Opening:
    def __init__(self, parts: Parts, store_id: int, seed: int, now: int) -> None:
        self._parts = parts
        self._store = parts.stores.existing(store_id)
        self._seed = seed
        self._now = now
        self._sold: list[Body] = []
        self._bought: dict[int, list[tuple[float, str]]] = {}

    def fill(self, wish: Assortment) -> None:
        store_id, put = self._store["id"], self._parts.records.put
        take_ids = self._parts.records.take_ids
        first = take_ids(store_id, wish.products + CATEGORIES_ROOM)
        categories = make_categories(first)
        put(CATEGORY, store_id, categories, at_once=True)
        products = self._products(wish.products, first + CATEGORIES_ROOM, categories)
        put(PRODUCT, store_id, products, at_once=True)
        coupons = list(self._coupons(wish.coupons))
        put(COUPON, store_id, coupons, at_once=True)
        first_customer = take_ids(store_id, wish.customers)
        people = [(c["id"], c["email"]) for c in self._customers(wish.customers, first_customer)]
        put(ORDER, store_id, self._orders(wish.orders, people, coupons), at_once=True)
        put(CUSTOMER, store_id, self._customers(wish.customers, first_customer), at_once=True)

    def _products(self, count: int, first_id: int, categories: list[Body]) -> Iterator[Body]:
        made = make_products(
            count, seed=self._seed, first_id=first_id, categories=categories, now=self._now
        )
        for product in made:
            body = product_body(
                product,
                store_url=self._store["url"],
                image_base=self._parts.address,
                currency=self._store["currency"],
            )
            if len(self._sold) < SOLD_LIMIT:
                self._sold.append(body)
            yield body

    def _coupons(self, count: int) -> Iterator[Body]:
        first = self._parts.records.take_ids(self._store["id"], count)
        made = make_coupons(count, seed=self._seed, now=self._now)
        for n, (created, fields) in enumerate(made):
            coupon = coupon_body(fields, first + n, created)
            expires = fields.get("expirationDate")
            if expires and seconds(expires) <= self._now:
                coupon["status"] = "EXPIRED"
            yield coupon

    def _customers(self, count: int, first_id: int) -> Iterator[Body]:
        """Yield the customers, with what they have bought so far."""
        made = make_customers(count, seed=self._seed, first_id=first_id, now=self._now)
        for customer_id, registered, fields in made:
            body = customer_body(fields, customer_id, registered)
            for total, date in self._bought.pop(customer_id, ()):
                add_order(body, total, date)
            yield body

    def _orders(
        self, count: int, customers: list[tuple[int, str]], coupons: list[Body]
    ) -> Iterator[Body]:
        if not self._sold:
            return
        first = self._parts.records.take_ids(self._store["id"], count)
        made = make_orders(
            count,
            seed=self._seed,
            now=self._now,
            products=self._sold,
            customers=customers,
            coupons=[_snapshot(coupon) for coupon in coupons],
        )
        for n, (created, updated, fields) in enumerate(made):
            order = order_body(fields, internal_id=first + n, created=created, updated=updated)
            if customers:
                purchase = (order["total"], order["createDate"])
                self._bought.setdefault(order["customerId"], []).append(purchase)
            yield order


def _snapshot(coupon: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in coupon.items() if name != "catalogLimit"}
