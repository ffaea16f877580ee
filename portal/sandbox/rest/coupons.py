"""Endpoints of discount coupons."""

from __future__ import annotations

from typing import Any

from flask import request

from portal.sandbox.listing import deleted_records, envelope, parse_pagination
from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import COUPON
from portal.sandbox.rest.coupon_search import coupon_search
from portal.sandbox.rest.endpoints import Endpoint, body


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""
    coupons = parts.coupons

    # Source (documented): REST docs, GET /discount_coupons.
    @endpoint("/discount_coupons", "read_discount_coupons")
    def list_coupons(store: Any) -> Any:
        offset, limit = parse_pagination(request.args, parts.switches.text("limit_above_100"))
        coupons.expire(store["id"])
        search = coupon_search(request.args, parts.switches.text("coupon_filter"))
        total, items = parts.records.search(COUPON, store["id"], search, offset=offset, limit=limit)
        return envelope(items, total=total, offset=offset, limit=limit)

    # Source (documented): REST docs, POST /discount_coupons.
    @endpoint("/discount_coupons", "create_discount_coupons", "POST")
    def create_coupon(store: Any) -> Any:
        coupon = coupons.create(store["id"], body())
        return {"id": coupon["id"], "code": coupon["code"]}

    # Source (documented): REST docs, GET /coupons/deleted; older REST docs,
    # GET /discount_coupons/deleted.
    @endpoint("/coupons/deleted", "read_discount_coupons")
    @endpoint("/discount_coupons/deleted", "read_discount_coupons")
    def deleted_coupons(store: Any) -> Any:
        return deleted_records(parts.state, store["id"], COUPON, request.args)

    # Source (documented): REST docs, GET /discount_coupons/{couponId or code}.
    @endpoint("/discount_coupons/<reference>", "read_discount_coupons")
    def coupon(store: Any, reference: str) -> Any:
        coupons.expire(store["id"])
        return coupons.get(store["id"], reference)

    # Source (documented): REST docs, PUT /discount_coupons/{couponId or code}.
    @endpoint("/discount_coupons/<reference>", "update_discount_coupons", "PUT")
    def update_coupon(store: Any, reference: str) -> Any:
        coupons.update(store["id"], reference, body())
        return {"updateCount": 1}

    # Source (documented): REST docs, DELETE /discount_coupons/{couponId or code}.
    @endpoint("/discount_coupons/<reference>", "update_discount_coupons", "DELETE")
    def delete_coupon(store: Any, reference: str) -> Any:
        coupons.delete(store["id"], reference)
        return {"deleteCount": 1}
