"""Claims of limited uses: unique keys, so that of two orders at the same moment one waits.

A claim is set when an order begins to be sent, and bridges the time until the mirror has the order.
It belongs to that order: once the mirror has the order as canceled or deleted, the claim is void,
and the next order takes it over. If nobody did and the order is reinstated, its claim is valid
again.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from peewee import CharField

from portal.i18n import N_
from portal.models import Order, OrderSubmission
from portal.rules.orders.coupon_terms import (
    NEW_ONLY,
    ONCE,
    ONCE_PER_CUSTOMER,
    CouponRule,
    CouponTerms,
)
from portal.rules.orders.quotes import ValidationMessage
from portal.rules.orders.submission_states import IN_FLIGHT_STATES, ORDERED_STATES
from portal.rules.privacy.data_subject_keys import email_key
from portal.services.orders.order_counts import count_orders


class Claims(NamedTuple):
    """Keys that only one order of a store may have; None if nothing is limited.

    ``coupon`` is the coupon, or the coupon and the customer. ``new_customer`` is the customer, the
    same for all coupons: after one order the customer is no longer new.
    """

    coupon: str | None = None
    new_customer: str | None = None


def claims_of(store_id: int, coupon_id: object, terms: CouponTerms, email: str | None) -> Claims:
    """Return the claims that an order with this coupon has to make.

    A coupon for returning customers needs none: an order at the same moment can't make the customer
    less of a returning one.
    """
    customer = email_key(store_id, email) if email else None
    coupon = None
    if terms.uses_limit == ONCE:
        coupon = f"{coupon_id}"
    elif terms.uses_limit == ONCE_PER_CUSTOMER and customer:
        coupon = f"{coupon_id} {customer}"
    return Claims(coupon, customer if terms.application_limit == NEW_ONLY else None)


def claimed_by_others(
    store_id: int, claims: Claims, submission_id: int | None, *, counts_in_flight: bool = True
) -> Claims:
    """Return those of the claims that another submission has, and that are not void.

    Without ``counts_in_flight``, only claims whose order is not in flight.
    """

    def is_taken(field: CharField, claim: str | None) -> bool:
        return any(
            not _is_void(row) and (counts_in_flight or row.state not in IN_FLIGHT_STATES)
            for row in _holders(store_id, field, claim, submission_id)
        )

    taken = [claim if is_taken(field, claim) else None for field, claim in _fields(claims)]
    return Claims(*taken)


def submission_with_claim(
    store_id: int, claims: Claims, email: str | None, submission_id: int, *, since: datetime
) -> OrderSubmission | None:
    """Return a submission whose outcome decides whether the claims can be made, or None.

    It is in flight and has one of the claims. For a new customer, it is also any order of the same
    customer that is in flight, or that the mirror may not have had at ``since``.
    """
    for field, claim in _fields(claims):
        for row in _holders(store_id, field, claim, submission_id):
            if row.state in IN_FLIGHT_STATES:
                return row
    if claims.new_customer is None:
        return None
    is_recent = OrderSubmission.state.in_(ORDERED_STATES) & (OrderSubmission.finished_at >= since)
    rows = OrderSubmission.select().where(
        OrderSubmission.store == store_id,
        OrderSubmission.email == email,
        OrderSubmission.id != submission_id,
        OrderSubmission.state.in_(IN_FLIGHT_STATES) | is_recent,
    )
    found: OrderSubmission | None = rows.order_by(OrderSubmission.id).first()
    return found


def release_void_claims(store_id: int, claims: Claims, submission_id: int) -> None:
    """Take these claims from submissions whose order was canceled or deleted in the store.

    Runs in the transaction that sets the claims of ``submission_id``.
    """
    for field, claim in _fields(claims):
        for row in _holders(store_id, field, claim, submission_id):
            if _is_void(row):
                OrderSubmission.update({field: None}).where(
                    OrderSubmission.id == row.id, field == claim
                ).execute()


def claim_problem(store_id: int, claims: Claims, submission_id: int) -> ValidationMessage:
    """Return why an order could not make its claims, which another order made just before."""
    rule, text = CouponRule.USES, N_("Another order has just used the coupon")
    if claimed_by_others(store_id, claims, submission_id).new_customer is not None:
        rule = CouponRule.NEW_CUSTOMER
        text = N_("The coupon is for new customers only; this one has just placed another order")
    return ValidationMessage(f"coupon_{rule}", text, field="coupon_code")


def _fields(claims: Claims) -> tuple[tuple[CharField, str | None], ...]:
    return (
        (OrderSubmission.coupon_claim, claims.coupon),
        (OrderSubmission.new_customer_claim, claims.new_customer),
    )


def _holders(
    store_id: int, field: CharField, claim: str | None, submission_id: int | None
) -> list[OrderSubmission]:
    """Return the other submission that has the claim, if any: the index is unique."""
    if claim is None:
        return []
    return list(
        OrderSubmission.select().where(
            OrderSubmission.store == store_id,
            field == claim,
            OrderSubmission.id != (submission_id or 0),
        )
    )


def _is_void(row: OrderSubmission) -> bool:
    """Return whether the mirror has the submission's order, and only as canceled or deleted."""
    if row.state not in ORDERED_STATES:
        return False
    its_order = (Order.store == row.store_id) & (Order.referer_id == row.reference)
    counts = count_orders(its_order)
    return bool(counts.given_back and not counts.counted)
