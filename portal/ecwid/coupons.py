"""Discount coupons: API calls, and the conversion of Ecwid's records to rows and coupon terms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote

from portal.ecwid.calls import Calls, Entity, Page, seconds
from portal.ecwid.values import Columns, Record, Row
from portal.rules.orders.coupon_dates import read_coupon_date
from portal.rules.orders.coupon_terms import ACTIVE, REPEAT_ONLY, CouponTerms, coupon_code_key
from portal.rules.orders.pricing import ZERO


def _launch(record: Record, name: str) -> datetime | None:
    return _moment(record, name, is_last_day=False)


def _expiry(record: Record, name: str) -> datetime | None:
    return _moment(record, name, is_last_day=True)


def _moment(record: Record, name: str, *, is_last_day: bool) -> datetime | None:
    text = record.text(name)
    if not text:
        return None
    try:
        return read_coupon_date(text, is_last_day=is_last_day)
    except ValueError:
        raise record.error(name, "is no time") from None


# Coupons have their times only as text, without a field in Unix seconds.
COUPON_COLUMNS: Columns = (
    ("remote_updated_at", Record.moment_of, ("updateDate",)),
    ("remote_id", Record.identity, "id"),
    ("name", Record.text, "name"),
    ("type", Record.code, "discountType"),
    ("status", Record.code, "status"),
    ("discount", Record.money, "discount"),
    ("minimum_subtotal", Record.money, "totalLimit"),
    ("launches_at", _launch, "launchDate"),
    ("expires_at", _expiry, "expirationDate"),
    ("uses_limit", Record.code, "usesLimit"),
    ("application_limit", Record.code, "applicationLimit"),
    ("order_count", Record.count, "orderCount"),
    ("remote_created_at", Record.moment_of, ("creationDate",)),
)


def coupon_row(store_id: int, payload: Any, read_at: datetime) -> Row:
    """Convert one coupon, read at ``read_at``; raise RecordError for an invalid field."""
    record = Record("discount_coupons", payload)
    code = record.code("code")
    if code is None:
        raise record.error("code", "is missing")
    row = record.row(COUPON_COLUMNS)
    row["remote_updated_at"] = row["remote_updated_at"] or read_at
    return {
        "store": store_id,
        "synced_at": read_at,
        "deleted_at": None,
        "raw": payload,
        "code": code,
        "code_key": coupon_code_key(code),
        "catalog_limit": record.part("catalogLimit").payload or None,
        "shipping_limit": record.part("shippingLimit").payload or None,
        **row,
    }


def coupon_terms(payload: Any) -> CouponTerms:
    """Return a coupon's conditions and discount; raise RecordError for an invalid field."""
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
        launches_at=_launch(record, "launchDate"),
        expires_at=_expiry(record, "expirationDate"),
        minimum_subtotal=record.money("totalLimit"),
        uses_limit=record.code("usesLimit") or "UNLIMITED",
        application_limit=application or "UNLIMITED",
        product_ids=_ids(catalog, "products"),
        category_ids=_ids(catalog, "categories"),
        shipping_methods=frozenset(map(str, record.part("shippingLimit").items("shippingMethods"))),
    )


def _ids(record: Record, name: str) -> frozenset[int]:
    return frozenset(value for value in record.items(name) if isinstance(value, int))


class CouponCalls(Calls):
    """Calls that the scope read_discount_coupons allows."""

    def coupons(
        self,
        *,
        offset: int = 0,
        updated_from: datetime | None = None,
        updated_to: datetime | None = None,
    ) -> Page:
        """Return one page of up to 100 coupons."""
        return self.page(
            "/discount_coupons",
            offset=offset,
            updatedFrom=seconds(updated_from),
            updatedTo=seconds(updated_to),
        )

    def coupons_with_code(self, code: str) -> Page:
        """Return the coupons with this code: usually none or one."""
        return self.page("/discount_coupons", code=code)

    def coupon(self, coupon_id: int | str) -> Entity:
        """Return one coupon by id, or by code: the documentation shows both.

        EcwidNotFoundError means that it was deleted; EcwidFeatureError that the store has none.
        """
        return self.entity(f"/discount_coupons/{quote(str(coupon_id), safe='')}")

    def deleted_coupons(self, *, since: datetime) -> Iterator[int]:
        """Yield the ids in the deletion history from ``since`` on."""
        return self.deleted("/discount_coupons/deleted", since)
