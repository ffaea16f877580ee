"""Count the uses of a coupon, because Ecwid doesn't count uses by orders made over the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peewee import Expression

from portal.ecwid.client import EcwidClient
from portal.ecwid.coupons import coupon_terms
from portal.ecwid.errors import EcwidFeatureError
from portal.ecwid.values import Record
from portal.errors import RecordError
from portal.models import Order, OrderSubmission
from portal.rules.orders.coupon_terms import ONCE, ONCE_PER_CUSTOMER, CouponTerms
from portal.rules.privacy.data_subject_keys import email_key


@dataclass(frozen=True)
class FoundCoupon:
    """A store's current coupon and its uses so far.

    ``customer_uses`` is None if the customer is unknown. ``claim`` is a unique key that only one
    order may have: the coupon, or the coupon and this customer. It is None if uses aren't limited.
    """

    payload: dict[str, Any]
    terms: CouponTerms
    uses: int
    customer_uses: int | None
    claim: str | None


def find_coupon(
    client: EcwidClient, code: str, email: str | None, submission_id: int | None = None
) -> FoundCoupon | None:
    """Return the store's coupon with this code, or None; raise EcwidError.

    Uses by the order of ``submission_id`` itself don't count.
    """
    try:
        items = client.coupons_with_code(code).items
    except EcwidFeatureError:
        return None
    payload = next((item for item in items if item.get("code") == code), None)
    try:
        terms = None if payload is None else coupon_terms(payload)
    except RecordError:
        terms = None
    if payload is None or terms is None:
        return None
    claim = _claim(client.store_id, payload, terms, email)
    claimed = int(_is_claimed(client.store_id, claim, submission_id))
    own = _orders_of(client.store_id, submission_id)
    with_code = (Order.store == client.store_id) & (Order.coupon_code == code) & own
    reported = Record("discount_coupons", payload).count("orderCount") or 0
    return FoundCoupon(
        payload,
        terms,
        uses=max(reported, _count(with_code), claimed) if terms.uses_limit == ONCE else reported,
        customer_uses=max(_count(with_code & (Order.email == email)), claimed) if email else None,
        claim=claim,
    )


def _claim(
    store_id: int, payload: dict[str, Any], terms: CouponTerms, email: str | None
) -> str | None:
    if terms.uses_limit == ONCE:
        return f"{payload.get('id')}"
    if terms.uses_limit == ONCE_PER_CUSTOMER and email:
        return f"{payload.get('id')} {email_key(store_id, email)}"
    return None


def _is_claimed(store_id: int, claim: str | None, submission_id: int | None) -> bool:
    held: bool = (
        OrderSubmission.select()
        .where(
            OrderSubmission.store == store_id,
            OrderSubmission.coupon_claim == claim,
            OrderSubmission.id != (submission_id or 0),
        )
        .exists()
    )
    return claim is not None and held


def _orders_of(store_id: int, submission_id: int | None) -> Expression:
    """Return the condition for orders that were not made by the submission itself."""
    own = OrderSubmission.get_or_none(
        OrderSubmission.store == store_id, OrderSubmission.id == (submission_id or 0)
    )
    others: Expression = Order.deleted_at.is_null()
    if own is None:
        return others
    return others & (Order.referer_id.is_null() | (Order.referer_id != own.reference))


def _count(condition: Expression) -> int:
    counted: int = Order.select().where(condition, Order.payment_status != "CANCELLED").count()
    return counted
