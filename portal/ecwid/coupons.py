"""Turn Ecwid's discount coupons into rows of the mirror."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.ecwid.values import Record

Row = dict[str, Any]


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
        "catalogue_limit": record.part("catalogLimit").payload or None,
        "shipping_limit": record.part("shippingLimit").payload or None,
        "remote_created_at": record.moment("creationDate"),
    }
