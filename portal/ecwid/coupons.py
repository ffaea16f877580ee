"""Turn Ecwid's discount coupons into rows of the mirror."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from portal.ecwid.values import Record
from portal.rules.orders.coupon_terms import ACTIVE, REPEAT_ONLY, CouponTerms
from portal.rules.orders.pricing import ZERO

Row = dict[str, Any]

_LOCAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2})?")


def coupon_row(store_id: int, payload: Any, read_at: datetime) -> Row:
    """Return the row of one coupon as read at ``read_at``; raise RecordError if impossible.

    Coupons tell their times as texts only, without Unix seconds beside them.
    """
    record = Record("discount_coupons", payload)
    code = record.code("code")
    if code is None:
        raise record.error("code", "is missing")
    return {
        "store": store_id,
        "remote_updated_at": record.moment("updateDate") or read_at,
        "synced_at": read_at,
        "deleted_at": None,
        "raw": payload,
        "remote_id": record.identity(),
        "code": code,
        "name": record.text("name"),
        "type": record.code("discountType"),
        "status": record.code("status"),
        "discount": record.money("discount"),
        "minimum_subtotal": record.money("totalLimit"),
        "launches_at": record.moment("launchDate"),
        "expires_at": record.moment("expirationDate"),
        "uses_limit": record.code("usesLimit"),
        "application_limit": record.code("applicationLimit"),
        "order_count": record.count("orderCount"),
        "catalog_limit": record.part("catalogLimit").payload or None,
        "shipping_limit": record.part("shippingLimit").payload or None,
        "remote_created_at": record.moment("creationDate"),
    }


def coupon_terms(payload: Any) -> CouponTerms:
    """Return what a coupon asks for and gives; raise RecordError if a field is impossible.

    A time without an offset is the store's own clock, a day begins at its midnight.
    """
    record = Record("discount_coupons", payload)
    catalog = record.part("catalogLimit")
    application = record.code("applicationLimit")
    if application is None and record.boolean("repeatCustomerOnly", default=False):
        application = REPEAT_ONLY
    return CouponTerms(
        code=record.code("code") or "",
        type=record.code("discountType") or "ABS",
        discount=record.money("discount") or ZERO,
        status=record.code("status") or ACTIVE,
        launches_at=_moment(record, "launchDate"),
        expires_at=_moment(record, "expirationDate"),
        minimum_subtotal=record.money("totalLimit"),
        uses_limit=record.code("usesLimit") or "UNLIMITED",
        application_limit=application or "UNLIMITED",
        product_ids=_ids(catalog, "products"),
        category_ids=_ids(catalog, "categories"),
        shipping_methods=frozenset(map(str, record.part("shippingLimit").items("shippingMethods"))),
    )


def _moment(record: Record, name: str) -> datetime | None:
    text = record.text(name) or ""
    if not _LOCAL.fullmatch(text):
        return record.moment(name)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise record.error(name, "is no time") from None


def _ids(record: Record, name: str) -> frozenset[int]:
    return frozenset(value for value in record.items(name) if isinstance(value, int))
