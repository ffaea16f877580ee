"""Discount coupons."""

from __future__ import annotations

import secrets
import string
import time
from typing import Any

from portal.sandbox.dates import format_date, parse_date
from portal.sandbox.events import EventPublisher
from portal.sandbox.records import Records
from portal.sandbox.resource_specs import COUPON, Body, coupon_key
from portal.sandbox.state import State
from portal.sandbox.stores import Stores
from portal.sandbox.switches import Switches
from portal.sandbox.validation import (
    ConflictError,
    FeatureUnavailableError,
    NotFoundError,
    WrongParameterError,
    check_types,
    is_boolean,
    is_number,
    is_text,
    require_object,
)

TYPES = ("ABS", "PERCENT", "SHIPPING", "ABS_AND_SHIPPING", "PERCENT_AND_SHIPPING")
STATUSES = ("ACTIVE", "PAUSED", "EXPIRED", "USEDUP")
USES_LIMITS = ("UNLIMITED", "ONCEPERCUSTOMER", "SINGLE")
APPLICATION_LIMITS = ("UNLIMITED", "NEW_CUSTOMER_ONLY", "REPEAT_CUSTOMER_ONLY")
READ_ONLY = frozenset({"id", "creationDate", "updateDate", "orderCount"})
# Source (assumed): A coupon without a code gets a random one of 16 letters and digits.
CODE_LENGTH = 16


class Coupons:
    """Reads and changes coupons. Every change emits its webhook event."""

    def __init__(
        self,
        state: State,
        records: Records,
        events: EventPublisher,
        switches: Switches,
        stores: Stores,
    ) -> None:
        self._state = state
        self._records = records
        self._events = events
        self._switches = switches
        self._stores = stores

    def get(self, store_id: int, reference: str) -> Body:
        """Return a coupon by its id or else by its code; raise NotFoundError if unknown.

        The switch ``coupon_path`` can turn off one of the two lookups.
        """
        path = self._switches.text("coupon_path")
        found = None
        if reference.isdecimal() and path != "code":
            found = self._records.get(COUPON, store_id, int(reference))
        if found is None and path != "id":
            found = self._records.find(COUPON, store_id, "code_key", coupon_key(reference))
        if found is None:
            raise NotFoundError("DISCOUNT_COUPON_NOT_FOUND", "Coupon is not found")
        return found

    def create(self, store_id: int, given: Any) -> Body:
        """Add a coupon and return it, with a random code if none is given.

        Raises ConflictError if the code is taken, WrongParameterError for an invalid field.
        """
        fields = _coupon_fields(given)
        fields.setdefault("code", _new_code())
        now = int(time.time())
        with self._state.transaction():
            self._check(store_id, fields, None)
            coupon = coupon_body(fields, self._records.allocate_ids(store_id), now)
            self._save(store_id, "created", coupon)
        return coupon

    def update(self, store_id: int, reference: str, given: Any) -> None:
        """Change a coupon; raise NotFoundError, ConflictError or WrongParameterError."""
        fields = _coupon_fields(given)
        with self._state.transaction():
            coupon = self.get(store_id, reference)
            self._check(store_id, {**coupon, **fields}, coupon["id"])
            changed = {**coupon, **fields, "updateDate": format_date(int(time.time()))}
            self._save(store_id, "updated", changed)

    def delete(self, store_id: int, reference: str) -> None:
        """Delete a coupon; raise NotFoundError if it doesn't exist."""
        with self._state.transaction():
            coupon = self.get(store_id, reference)
            self._records.remove(COUPON, store_id, coupon["id"])
            self._events.emit(store_id, "discount_coupon.deleted", coupon["id"])

    def count_use(self, store_id: int, code: str, order_id: int) -> None:
        """Count a use by an order, as the storefront's checkout does."""
        # Source (assumed): Orders that are created over the API are not counted in orderCount.
        with self._state.transaction() as connection:
            coupon = self.get(store_id, code)
            connection.execute(
                "INSERT INTO coupon_use VALUES (?,?,?,1)", (store_id, order_id, coupon["id"])
            )
            self._add_uses(store_id, coupon, 1)

    def follow_order(self, store_id: int, order_id: int, *, is_counted: bool) -> None:
        """Give the use of an order back or count it again; runs in the caller's transaction."""
        # Source (assumed): A canceled or deleted order gives its coupon's use back: orderCount goes
        # down by one, and a used-up coupon for a single use becomes active again; a reinstated
        # order counts again.
        use = self._state.row(
            "SELECT coupon FROM coupon_use WHERE store = ? AND purchase = ? AND is_counted <> ?",
            store_id,
            order_id,
            is_counted,
        )
        if use is None:
            return
        self._state.connection.execute(
            "UPDATE coupon_use SET is_counted = ? WHERE store = ? AND purchase = ?",
            (is_counted, store_id, order_id),
        )
        coupon = self._records.get(COUPON, store_id, use["coupon"])
        if coupon is not None:
            self._add_uses(store_id, coupon, 1 if is_counted else -1)

    def _add_uses(self, store_id: int, coupon: Body, uses: int) -> None:
        coupon["orderCount"] += uses
        if coupon["usesLimit"] == "SINGLE" and coupon["status"] in ("ACTIVE", "USEDUP"):
            coupon["status"] = "USEDUP" if coupon["orderCount"] else "ACTIVE"
        coupon["updateDate"] = format_date(int(time.time()))
        self._save(store_id, "updated", coupon)

    def expire(self, store_id: int) -> None:
        """Mark coupons past their expiration date as expired. This emits no events."""
        # Source (assumed): A coupon expires at its expiration date, and no event is emitted.
        now = int(time.time())
        rows = self._state.rows(
            "SELECT id FROM coupon WHERE store = ? AND status = 'ACTIVE' AND expires <= ?",
            store_id,
            now,
        )
        for row in rows:
            with self._state.transaction():
                coupon = self._records.get(COUPON, store_id, row["id"])
                if coupon is not None:
                    self._records.put(COUPON, store_id, [{**coupon, "status": "EXPIRED"}])

    def _save(self, store_id: int, change: str, coupon: Body) -> None:
        self._records.put(COUPON, store_id, [coupon])
        self._events.emit(store_id, f"discount_coupon.{change}", coupon["id"])

    def _check(self, store_id: int, fields: Body, coupon_id: int | None) -> None:
        # Source (documented): REST docs, "Errors", DISCOUNTS_FEATURE_NOT_AVAILABLE.
        features = self._stores.features(self._stores.get_existing(store_id))
        if "DISCOUNT_COUPONS" not in features:
            raise FeatureUnavailableError(
                403, "DISCOUNTS_FEATURE_NOT_AVAILABLE", "Coupons need a higher plan"
            )
        other = self._records.find(COUPON, store_id, "code_key", coupon_key(fields["code"]))
        if other is not None and other["id"] != coupon_id:
            raise ConflictError("", f"There is a coupon with the code {fields['code']}")
        # Source (client): ecwid-java-api-client, CouponsTest: a SHIPPING coupon has no
        # catalogLimit.
        limit = fields.get("catalogLimit") or {}
        if fields.get("discountType") == "SHIPPING" and any(limit.values()):
            raise WrongParameterError("A coupon for shipping alone has no catalogLimit")


def coupon_body(fields: Body, coupon_id: int, created: int) -> Body:
    """Return the complete JSON of a new coupon, as ``GET /discount_coupons/{id}`` sends it."""
    return {
        "name": fields["code"],
        "discountType": "ABS",
        "status": "ACTIVE",
        "discount": 0,
        "launchDate": format_date(created),
        "usesLimit": "UNLIMITED",
        "applicationLimit": "UNLIMITED",
        "repeatCustomerOnly": fields.get("applicationLimit") == "REPEAT_CUSTOMER_ONLY",
        **fields,
        "id": coupon_id,
        "creationDate": format_date(created),
        "updateDate": format_date(created),
        "orderCount": 0,
    }


def _new_code() -> str:
    letters = string.ascii_uppercase + string.digits
    return "".join(secrets.choice(letters) for _ in range(CODE_LENGTH))


def _coupon_fields(given: Any) -> Body:
    fields = require_object(given)
    check_types("DiscountCoupon", fields, COUPON_FIELD_TYPES)
    kept = {name: value for name, value in fields.items() if name not in READ_ONLY}
    for name in ("launchDate", "expirationDate"):
        if kept.get(name):
            kept[name] = format_date(parse_date(str(kept[name])))
        else:
            kept.pop(name, None)
    return kept


def _is_limit(value: Any) -> bool:
    return value is None or (
        isinstance(value, dict) and all(isinstance(item, list) for item in value.values())
    )


COUPON_FIELD_TYPES = {
    "name": is_text,
    "code": is_text,
    "discountType": lambda value: value in TYPES,
    "status": lambda value: value in STATUSES,
    "discount": lambda value: is_number(value) and value >= 0,
    "totalLimit": lambda value: value is None or is_number(value),
    "usesLimit": lambda value: value in USES_LIMITS,
    "applicationLimit": lambda value: value in APPLICATION_LIMITS,
    "repeatCustomerOnly": is_boolean,
    "catalogLimit": _is_limit,
    "shippingLimit": _is_limit,
}
