"""All claims of a submission, made in one step before its order is sent.

The step locks the store's row, so submissions of one store make their claims one after the other.
A claim is refused only if that is certain. If it depends on an order in flight, the submission
waits for the outcome, and is quoted again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.models import OrderSubmission, Store, database, utc_now
from portal.rules.orders.quantity_limits import out_of_stock
from portal.rules.orders.quotes import Quote, ValidationMessage
from portal.rules.orders.stock_claims import StockNeed, remaining_stock
from portal.rules.orders.submission_states import SubmissionState
from portal.services.orders.coupon_claims import (
    Claims,
    claim_problem,
    claimed_by_others,
    release_void_claims,
    submission_with_claim,
)
from portal.services.orders.stock_claims import (
    claim_stock,
    claims_of_products,
    submission_in_flight_for,
)
from portal.services.orders.submission_transitions import SubmissionTransitions
from portal.services.work.row_locks import locked

# The end of the submission in flight wakes the others; this is for the case that it doesn't.
WAIT = timedelta(seconds=2)


@dataclass(frozen=True)
class ClaimResult:
    """Problems that forbid the claims, or when to try again: both are empty if all is granted.

    ``waits_for`` is the submission in flight, if there is one to wait for.
    """

    problems: tuple[ValidationMessage, ...] = ()
    due_at: datetime | None = None
    waits_for: int | None = None


GRANTED = ClaimResult()


def begin_sending(
    row: OrderSubmission,
    quote: Quote,
    transitions: SubmissionTransitions,
    customer_id: int | None,
) -> ClaimResult:
    """Commit the claims and the state *submitting*, if everything is granted; return the result."""
    claims = Claims(quote.coupon_claim, quote.new_customer_claim)
    with database.atomic():
        list(locked(Store.select(Store.id).where(Store.id == row.store_id)))
        result = _check(row, quote, claims)
        if result == GRANTED:
            release_void_claims(row.store_id, claims, row.id)
            transitions.apply(
                SubmissionState.SUBMITTING,
                coupon_claim=claims.coupon,
                new_customer_claim=claims.new_customer,
                customer_id=customer_id,
                sent_at=utc_now(),
                attempts=row.attempts + 1,
            )
            claim_stock(row.id, quote.stock_needs)
    return result


def _check(row: OrderSubmission, quote: Quote, claims: Claims) -> ClaimResult:
    read_at = quote.read_at or quote.created_at
    other = submission_with_claim(row.store_id, claims, row.email, row.id, since=read_at)
    if other is not None:
        return _wait_for(other)
    if any(claimed_by_others(row.store_id, claims, row.id)):
        return ClaimResult((claim_problem(row.store_id, claims, row.id),))
    return _check_stock(row, quote.stock_needs, read_at)


def _check_stock(
    row: OrderSubmission, needs: tuple[StockNeed, ...], read_at: datetime
) -> ClaimResult:
    claimed = claims_of_products(row.store_id, {need.key[0] for need in needs}, row.id)
    problems, doubtful = [], []
    for need in needs:
        left = remaining_stock(need.stock, read_at, claimed.get(need.key, ()))
        most = left.most - need.held_back
        if need.quantity > most:
            problems.append(out_of_stock(need.name, need.quantity, most, need.position))
        elif need.quantity > left.least - need.held_back:
            doubtful.append(need)
    if problems:
        return ClaimResult(tuple(problems))
    if not doubtful:
        return GRANTED
    waits_for = submission_in_flight_for(row.store_id, doubtful[0].key[0], row.id)
    return ClaimResult(due_at=utc_now() + WAIT, waits_for=waits_for)


def _wait_for(other: OrderSubmission) -> ClaimResult:
    if other.is_finished:
        # It finished after the quote was begun, so another quote knows it.
        return ClaimResult(due_at=utc_now())
    return ClaimResult(due_at=utc_now() + WAIT, waits_for=other.id)
