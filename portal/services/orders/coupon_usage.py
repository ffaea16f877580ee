"""Find a store's coupon by its code, and count its uses.

Ecwid doesn't count uses by orders made over the API, so the mirror and the claims count them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import Expression, fn

from portal.ecwid.client import EcwidClient
from portal.ecwid.coupons import coupon_terms
from portal.ecwid.errors import EcwidFeatureError
from portal.ecwid.values import Record, known_moment
from portal.errors import RecordError
from portal.models import Coupon, Order, OrderSubmission, utc_now
from portal.rules.orders.coupon_terms import ONCE, CouponTerms, coupon_code_key
from portal.rules.orders.submission_states import ORDERED_STATES
from portal.services.orders.coupon_claims import Claims, claimed_by_others, claims_of
from portal.services.orders.order_counts import OrderCounts, count_orders
from portal.services.orders.store_answers import AnswerKind, StoreAnswers

# Rows of the mirror with one code: the store has one coupon, and some were deleted.
SPELLINGS = 5
# An order that the mirror doesn't have after this time was deleted in the store before it was read.
UNMIRRORED_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class FoundCoupon:
    """A store's current coupon and its uses so far.

    ``customer_uses`` is None if the customer is unknown. ``claims`` are the unique keys that only
    one order may have. ``unseen_orders`` is the number of the customer's orders that claim to be
    the first one; the mirror may not have them yet.
    """

    payload: dict[str, Any]
    terms: CouponTerms
    uses: int
    customer_uses: int | None
    claims: Claims
    unseen_orders: int


def find_coupon(
    client: EcwidClient,
    code: str,
    email: str | None,
    answers: StoreAnswers,
    submission_id: int | None = None,
) -> FoundCoupon | None:
    """Return the store's coupon with this code, or None; raise EcwidError.

    A coupon is read again after a minute, or when the mirror learns of a change. Uses by the order
    of ``submission_id`` itself don't count.
    """
    try:
        payload = _find_payload(client, code, answers)
    except EcwidFeatureError:
        return None
    terms = None if payload is None else _readable_terms(payload)
    if payload is None or terms is None:
        return None
    claims = claims_of(client.store_id, payload.get("id"), terms, email)
    # A submission waits for the outcome of others; a quote can't.
    is_quote = submission_id is None
    taken = claimed_by_others(client.store_id, claims, submission_id, counts_in_flight=is_quote)
    claimed = int(taken.coupon is not None)
    is_use = _is_use(client.store_id, payload, terms, submission_id)
    reported = Record("discount_coupons", payload).count("orderCount") or 0
    return FoundCoupon(
        payload,
        terms,
        uses=max(_uses(is_use, reported), claimed) if terms.uses_limit == ONCE else reported,
        customer_uses=(
            max(count_orders(is_use & (Order.email == email)).counted, claimed) if email else None
        ),
        claims=claims,
        unseen_orders=max(
            int(taken.new_customer is not None),
            _unmirrored_orders(client.store_id, email, submission_id),
        ),
    )


def _is_use(
    store_id: int, payload: dict[str, Any], terms: CouponTerms, submission_id: int | None
) -> Expression:
    is_use = _others_with(store_id, coupon_code_key(terms.code), submission_id)
    created_at = known_moment(payload, "creationDate")
    if created_at is None:
        return is_use
    # An older order used a deleted coupon with the same code.
    return is_use & (Order.remote_created_at >= created_at)


def _readable_terms(payload: dict[str, Any]) -> CouponTerms | None:
    try:
        return coupon_terms(payload)
    except RecordError:
        return None


def _find_payload(client: EcwidClient, code: str, answers: StoreAnswers) -> dict[str, Any] | None:
    """Return the store's record of the coupon with this code, in any case.

    Whether Ecwid's filter ``code`` compares without case is documented nowhere. So the store's own
    spelling is tried first, if the mirror knows it. Of two codes that compare as equal, the one
    that was typed exactly is meant.
    """
    typed, key = code.strip(), coupon_code_key(code)
    mirrored = Coupon.select(Coupon.code, Coupon.synced_at, Coupon.deleted_at).where(
        Coupon.store == client.store_id, Coupon.code_key == key
    )
    rows = list(mirrored.order_by(Coupon.code != typed, Coupon.remote_id.desc()).limit(SPELLINGS))
    kept = answers.find(AnswerKind.COUPON, typed)
    if kept is not None and not any(_is_newer(row, kept.read_at) for row in rows):
        payload: dict[str, Any] = kept.value
        return payload
    spellings = [row.code for row in rows if row.deleted_at is None]
    for spelling in dict.fromkeys((*spellings, typed)):
        items = client.coupons_with_code(spelling).items
        found = [item for item in items if coupon_code_key(str(item.get("code") or "")) == key]
        if found:
            exact = (item for item in found if item["code"] == typed)
            payload = next(exact, found[0])
            answers.keep(AnswerKind.COUPON, payload, typed)
            return payload
    return None


def _is_newer(row: Coupon, read_at: datetime) -> bool:
    """Return whether the mirror has learned of the coupon, or of its deletion, since then."""
    return row.synced_at > read_at or (row.deleted_at is not None and row.deleted_at > read_at)


def _unmirrored_orders(store_id: int, email: str | None, submission_id: int | None) -> int:
    """Return how many orders of the customer the portal has made that the mirror doesn't have."""
    if email is None:
        return 0
    mirrored = Order.select(1).where(
        Order.store == store_id, Order.referer_id == OrderSubmission.reference
    )
    made = OrderSubmission.select().where(
        OrderSubmission.store == store_id,
        OrderSubmission.email == email,
        OrderSubmission.state.in_(ORDERED_STATES),
        OrderSubmission.id != (submission_id or 0),
        OrderSubmission.finished_at > utc_now() - UNMIRRORED_FOR,
        ~fn.EXISTS(mirrored),
    )
    return int(made.count())


def _uses(is_use: Expression, reported: int) -> int:
    """Return the uses by everybody; Ecwid's number has only the orders of the shop itself."""
    is_ours = Order.referer_id.in_(OrderSubmission.select(OrderSubmission.reference))
    counts = count_orders(is_use)
    of_portal = count_orders(is_use & is_ours)
    return OrderCounts(counts.counted, counts.given_back - of_portal.given_back).with_reported(
        reported
    )


def _others_with(store_id: int, key: str, submission_id: int | None) -> Expression:
    """Return the condition for orders with a coupon, except those made by the submission itself."""
    own = OrderSubmission.get_or_none(
        OrderSubmission.store == store_id, OrderSubmission.id == (submission_id or 0)
    )
    others: Expression = (Order.store == store_id) & (Order.coupon_code_key == key)
    if own is None:
        return others
    return others & (Order.referer_id.is_null() | (Order.referer_id != own.reference))
