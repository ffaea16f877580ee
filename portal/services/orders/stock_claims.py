"""Claims of stock: how many pieces the portal's own submissions take before a search shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from portal.models import OrderSubmission, StockClaim, utc_now
from portal.rules.orders import stock_claims as rules
from portal.rules.orders.stock_claims import SEARCH_LAG, StockKey, StockNeed
from portal.rules.orders.submission_states import IN_FLIGHT_STATES, ORDERED_STATES

# Claims of orders that have been certain for so long count no more, whenever the stock was read.
COUNTS_FOR = 4 * SEARCH_LAG


def claims_of_products(
    store_id: int, product_ids: Iterable[int], submission_id: int | None = None
) -> Mapping[StockKey, Sequence[rules.StockClaim]]:
    """Return the claims of other submissions that may still count, by stock, oldest first."""
    ids = list(product_ids)
    found: dict[StockKey, list[rules.StockClaim]] = {}
    if not ids:
        return found
    rows = (
        StockClaim.select(StockClaim, OrderSubmission.state, OrderSubmission.finished_at)
        .join(OrderSubmission)
        .where(
            OrderSubmission.store == store_id,
            StockClaim.product_id.in_(ids),
            OrderSubmission.state.in_((*IN_FLIGHT_STATES, *ORDERED_STATES)),
            OrderSubmission.finished_at.is_null()
            | (OrderSubmission.finished_at > utc_now() - COUNTS_FOR),
            OrderSubmission.id != (submission_id or 0),
        )
        .order_by(StockClaim.id)
    )
    for row in rows:
        claim = rules.StockClaim(row.quantity, row.stock, row.submission.finished_at)
        found.setdefault((row.product_id, row.variation_id), []).append(claim)
    return found


def submission_in_flight_for(store_id: int, product_id: int, submission_id: int) -> int | None:
    """Return another submission in flight that claims stock of the product, or None."""
    row = (
        StockClaim.select(StockClaim.submission)
        .join(OrderSubmission)
        .where(
            OrderSubmission.store == store_id,
            StockClaim.product_id == product_id,
            OrderSubmission.state.in_(IN_FLIGHT_STATES),
            OrderSubmission.id != submission_id,
        )
        .order_by(StockClaim.id)
        .first()
    )
    return None if row is None else row.submission_id


def claim_stock(submission_id: int, needs: Sequence[StockNeed]) -> None:
    """Claim what the order needs, in the transaction in which it begins to be sent.

    Claims that don't count any more are deleted on the way.
    """
    outdated = (
        StockClaim.select(StockClaim.id)
        .join(OrderSubmission)
        .where(
            StockClaim.product_id.in_([need.key[0] for need in needs]),
            OrderSubmission.finished_at < utc_now() - COUNTS_FOR,
        )
    )
    ids = [row.id for row in outdated] if needs else []
    StockClaim.delete().where(
        (StockClaim.submission == submission_id) | StockClaim.id.in_(ids)
    ).execute()
    rows = [
        {
            "submission": submission_id,
            "product_id": need.key[0],
            "variation_id": need.key[1],
            "quantity": need.quantity,
            "stock": need.stock,
        }
        for need in needs
    ]
    if rows:
        StockClaim.insert_many(rows).execute()
