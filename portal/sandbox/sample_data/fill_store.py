"""Fills a new store with sample data. This emits no events."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import starmap
from typing import Any

from portal.sandbox.dates import parse_date
from portal.sandbox.ids import with_ids
from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import (
    CATEGORY,
    COUPON,
    CUSTOMER,
    CUSTOMER_GROUP,
    ORDER,
    PRODUCT,
    Body,
)
from portal.sandbox.resources.coupons import coupon_body
from portal.sandbox.resources.customers import IDS_PER_CUSTOMER, add_order, customer_body
from portal.sandbox.resources.order_body import order_body
from portal.sandbox.resources.product_body import product_body
from portal.sandbox.sample_data.catalog import make_categories, make_products
from portal.sandbox.sample_data.customers import make_customers
from portal.sandbox.sample_data.details import category_with_image
from portal.sandbox.sample_data.sales import make_coupons, make_orders
from portal.sandbox.sample_data.showcase import LEAST_PRODUCTS, showcase_product

RESERVED_CATEGORY_IDS = 100
# Sample orders use at most this many different products, which limits the memory needed.
ORDERED_PRODUCTS_LIMIT = 5_000


@dataclass(frozen=True)
class SampleSize:
    """Number of records of each resource in a new store."""

    products: int = 0
    orders: int = 0
    customers: int = 0
    coupons: int = 0


def fill_store(parts: Parts, store_id: int, size: SampleSize, seed: int) -> None:
    """Fill an empty store. The same seed gives the same data."""
    with parts.state.transaction():
        _StoreFiller(parts, store_id, seed, int(time.time())).fill(size)


class _StoreFiller:
    def __init__(self, parts: Parts, store_id: int, seed: int, now: int) -> None:
        self._parts = parts
        self._store = parts.stores.get_existing(store_id)
        self._seed = seed
        self._now = now
        self._allocate_ids = partial(parts.records.allocate_ids, store_id)
        self._ordered_products: list[Body] = []
        self._purchases: dict[int, list[tuple[float, str]]] = {}

    def fill(self, size: SampleSize) -> None:
        store_id, put = self._store["id"], self._parts.records.put
        first = self._allocate_ids(size.products + RESERVED_CATEGORY_IDS)
        categories = [
            category_with_image(category, self._parts.address)
            for category in make_categories(first)
        ]
        put(CATEGORY, store_id, categories, searchable_now=True)
        products = self._products(size.products, first + RESERVED_CATEGORY_IDS, categories)
        put(PRODUCT, store_id, products, searchable_now=True)
        coupons = list(self._coupons(size.coupons, [category["id"] for category in categories]))
        put(COUPON, store_id, coupons, searchable_now=True)
        first_customer = self._allocate_ids(IDS_PER_CUSTOMER * size.customers)
        customers = [(c["id"], c["email"]) for c in self._customers(size.customers, first_customer)]
        put(ORDER, store_id, self._orders(size.orders, customers, coupons), searchable_now=True)
        put(
            CUSTOMER, store_id, self._customers(size.customers, first_customer), searchable_now=True
        )

    def _products(self, count: int, first_id: int, categories: list[Body]) -> Iterator[Body]:
        formats = self._parts.stores.settings(self._store)["formatsAndUnits"]
        generated = make_products(
            count, seed=self._seed, first_id=first_id, categories=categories, now=self._now
        )
        if count >= LEAST_PRODUCTS:
            generated = starmap(showcase_product, enumerate(generated))
        for product in generated:
            if "combinations" in product:
                product["combinations"] = with_ids(product["combinations"], self._allocate_ids)
            body = product_body(
                product,
                store_url=self._store["url"],
                image_base=self._parts.address,
                formats=formats,
            )
            if len(self._ordered_products) < ORDERED_PRODUCTS_LIMIT:
                self._ordered_products.append(body)
            yield body

    def _coupons(self, count: int, categories: list[int]) -> Iterator[Body]:
        first = self._allocate_ids(count)
        generated = make_coupons(
            count,
            seed=self._seed,
            now=self._now,
            products=[product["id"] for product in self._ordered_products],
            categories=categories,
        )
        for n, (created, fields) in enumerate(generated):
            coupon = coupon_body(fields, first + n, created)
            expires = fields.get("expirationDate")
            if expires and parse_date(expires) <= self._now:
                coupon["status"] = "EXPIRED"
            yield coupon

    def _customers(self, count: int, first_id: int) -> Iterator[Body]:
        """Yield the customers with the statistics of their orders so far."""
        generated = make_customers(count, seed=self._seed, first_id=first_id, now=self._now)
        for customer_id, registered, fields in generated:
            body = customer_body(fields, customer_id, registered)
            for total, date in self._purchases.pop(customer_id, ()):
                add_order(body, total, date)
            yield body

    def _group(self) -> Body | None:
        """Add a customer group if the plan of the store has groups."""
        if "CUSTOMER_GROUPS" not in self._parts.stores.features(self._store):
            return None
        group = {"name": "Regulars", "id": self._allocate_ids()}
        put = self._parts.records.put
        put(CUSTOMER_GROUP, self._store["id"], [group], searchable_now=True)
        return group

    def _orders(
        self, count: int, customers: list[tuple[int, str]], coupons: list[Body]
    ) -> Iterator[Body]:
        if not self._ordered_products:
            return
        group = self._group() if count else None
        first = self._allocate_ids(count)
        generated = make_orders(
            count,
            seed=self._seed,
            now=self._now,
            products=self._ordered_products,
            customers=customers,
            coupons=[_snapshot(coupon) for coupon in coupons],
            group=group,
        )
        for n, (created, updated, fields) in enumerate(generated):
            fields["items"] = with_ids(fields["items"], self._allocate_ids)
            order = order_body(fields, internal_id=first + n, created=created, updated=updated)
            if customers:
                purchase = (order["total"], order["createDate"])
                self._purchases.setdefault(order["customerId"], []).append(purchase)
            yield order


def _snapshot(coupon: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in coupon.items() if name != "catalogLimit"}
