"""Admin pages of a store's products, orders, customers and coupons."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.sandbox.admin_api import describe
from portal.sandbox.filters import Search
from portal.sandbox.order_sums import order_sums
from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import COUPON, CUSTOMER, ORDER, PRODUCT, ResourceSpec
from portal.sandbox.resources.order_body import FULFILLMENT_STATUSES, PAYMENT_STATUSES
from portal.sandbox.validation import MAX_INTEGER, parse_integer, parse_number

PAGE_SIZE = 25


@dataclass(frozen=True)
class Listing:
    """List page of a resource: the SQL text to search in, and the sort order."""

    spec: ResourceSpec
    search_text: str
    order: str


LISTINGS = {
    "products": Listing(PRODUCT, "name || ' ' || sku", "updated DESC, id DESC"),
    "orders": Listing(
        ORDER,
        "number || ' ' || email || ' ' || payment || ' ' || fulfillment"
        " || ' ' || ifnull(coupon_key, '')",
        "created DESC, id DESC",
    ),
    "customers": Listing(CUSTOMER, "name || ' ' || email", "updated DESC, id DESC"),
    "coupons": Listing(
        COUPON, "code_key || ' ' || json_extract(body, '$.name')", "updated DESC, id DESC"
    ),
}


def add_pages(blueprint: Blueprint, parts: Parts) -> None:
    """Register the pages."""
    for name, listing in LISTINGS.items():
        _add_list(blueprint, parts, name, listing)
    _add_products(blueprint, parts)
    _add_orders(blueprint, parts)
    _add_customers(blueprint, parts)


def _add_list(blueprint: Blueprint, parts: Parts, name: str, listing: Listing) -> None:
    def show(store_id: int) -> ResponseReturnValue:
        store = describe(parts, parts.stores.get_existing(store_id))
        parts.coupons.expire(store_id)
        query = request.args.get("q", "").strip()
        page = max(1, request.args.get("page", 1, type=int))
        # instr() instead of LIKE, so that % and _ match literally.
        condition = f"instr(lower({listing.search_text}), lower(?))"
        search = Search((condition,) if query else (), (query,) if query else (), listing.order)
        total, items = parts.records.search(
            listing.spec, store_id, search, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE
        )
        return render_template(
            f"sandbox/{name}.html",
            store=store,
            endpoint=f"admin.{name}",
            items=[json.loads(item) for item in items],
            total=total,
            has_more=total > page * PAGE_SIZE,
            page=page,
            search=query,
        )

    blueprint.add_url_rule(f"/stores/<int:store_id>/{name}", name, show)


def _add_products(blueprint: Blueprint, parts: Parts) -> None:
    products = parts.products

    @blueprint.post("/stores/<int:store_id>/products")
    def add_product(store_id: int) -> ResponseReturnValue:
        form = request.form
        fields = {
            "name": form.get("name"),
            "price": parse_number(form, "price"),
            "quantity": parse_integer(form, "quantity", None, -MAX_INTEGER, MAX_INTEGER),
            "image": f"new-{form.get('name')}",
        }
        product_id = products.create(store_id, fields)
        flash(f"Product {product_id} was added: “{fields['name']}”.")
        return redirect(url_for(".products", store_id=store_id), 303)

    @blueprint.get("/stores/<int:store_id>/products/<int:product_id>")
    def product(store_id: int, product_id: int) -> ResponseReturnValue:
        found = products.get(store_id, product_id)
        return render_template("sandbox/product.html", product=found, store_id=store_id)

    @blueprint.post("/stores/<int:store_id>/products/<int:product_id>")
    def save_product(store_id: int, product_id: int) -> ResponseReturnValue:
        form = request.form
        if form.get("action") == "delete":
            products.delete(store_id, product_id)
            flash(f"Product {product_id} was deleted.")
            return redirect(url_for(".products", store_id=store_id), 303)
        fields: dict[str, object] = {
            "name": form.get("name"),
            "price": parse_number(form, "price"),
            "enabled": "enabled" in form,
        }
        if form.get("quantity"):
            fields["quantity"] = parse_integer(form, "quantity", None, -MAX_INTEGER, MAX_INTEGER)
        else:
            fields["unlimited"] = True
        products.update(store_id, product_id, fields)
        flash("The product was saved.")
        return redirect(url_for(".product", store_id=store_id, product_id=product_id), 303)


def _add_orders(blueprint: Blueprint, parts: Parts) -> None:
    @blueprint.get("/stores/<int:store_id>/orders/<number>")
    def order(store_id: int, number: str) -> ResponseReturnValue:
        formats = parts.stores.settings(parts.stores.get_existing(store_id))["formatsAndUnits"]
        found = parts.orders.get(store_id, number)
        return render_template(
            "sandbox/order.html",
            order=found,
            sums=order_sums(found),
            precision=formats["currencyPrecision"],
            store_id=store_id,
            payment_statuses=PAYMENT_STATUSES,
            fulfillment_statuses=FULFILLMENT_STATUSES,
        )

    @blueprint.post("/stores/<int:store_id>/orders/<number>")
    def save_order(store_id: int, number: str) -> ResponseReturnValue:
        form = request.form
        if form.get("action") == "delete":
            parts.orders.delete(store_id, number)
            flash(f"Order {number} was deleted.")
            return redirect(url_for(".orders", store_id=store_id), 303)
        fields = {
            name: form.get(name, "")
            for name in ("paymentStatus", "fulfillmentStatus", "trackingNumber")
        }
        is_changed = parts.orders.update(store_id, number, fields)
        flash("The order was saved." if is_changed else "Nothing changed.")
        return redirect(url_for(".order", store_id=store_id, number=number), 303)


def _add_customers(blueprint: Blueprint, parts: Parts) -> None:
    @blueprint.get("/stores/<int:store_id>/customers/<int:customer_id>")
    def customer(store_id: int, customer_id: int) -> ResponseReturnValue:
        found = parts.customers.get(store_id, customer_id)
        features = parts.stores.features(parts.stores.get_existing(store_id))
        groups = parts.customer_groups.all(store_id) if "CUSTOMER_GROUPS" in features else []
        return render_template(
            "sandbox/customer.html", customer=found, groups=groups, store_id=store_id
        )

    @blueprint.post("/stores/<int:store_id>/customers/<int:customer_id>")
    def save_customer(store_id: int, customer_id: int) -> ResponseReturnValue:
        form = request.form
        fields: dict[str, object] = {
            "taxExempt": "tax_exempt" in form,
            "taxId": form.get("tax_id", ""),
        }
        if form.get("group"):
            fields["customerGroupId"] = parse_integer(form, "group", None, 0, MAX_INTEGER)
        parts.customers.update(store_id, customer_id, fields)
        flash("The customer was saved.")
        return redirect(url_for(".customer", store_id=store_id, customer_id=customer_id), 303)
