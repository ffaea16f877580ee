"""Submissions at the same moment never sell more than the store has, and refuse none wrongly."""

from __future__ import annotations

from collections import Counter as Count
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from portal.models import OrderSubmission, StockClaim, database, utc_now
from portal.rules.orders.stock_claims import SEARCH_LAG
from portal.rules.orders.submission_states import SubmissionState
from portal.services.orders.process_submission import process_submission
from portal.services.orders.quote_order import quote_order
from portal.services.orders.submissions import SubmissionView
from portal.services.orders.submit_order import OrderSender, submit_order
from tests.services.orders.conftest import Counter, codes, let_pass

SENDERS = 8


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both kinds of database, because their locks differ."""
    return str(request.getfixturevalue(f"{request.param}_database_url"))


def submit_many(counter: Counter, *lines: dict[str, Any], count: int = SENDERS) -> list[int]:
    """Submit the same order by several senders; return the ids of the submissions."""
    request = counter.request(*lines)
    return [
        submit_order(
            counter.runtime, counter.store_id, OrderSender(f"api_key {n}"), "cart-1", request
        ).submission.id
        for n in range(count)
    ]


def work_together(counter: Counter, ids: list[int]) -> list[SubmissionView]:
    """Process all submissions at once, and those that wait again until they are finished."""

    def work(submission_id: int) -> None:
        with database.connection_context():
            process_submission(counter.runtime, submission_id)

    for _ in range(20):
        with ThreadPoolExecutor(len(ids)) as pool:
            list(pool.map(work, ids))
        views = [counter.now(each) for each in ids]
        if all(view.is_finished for view in views):
            return views
        OrderSubmission.update(due_at=utc_now()).where(
            OrderSubmission.due_at.is_null(is_null=False)
        ).execute()
    raise AssertionError([view.state for view in views])


def outcomes(views: list[SubmissionView]) -> Count[str]:
    """Return how many submissions were accepted, or refused for which reason."""
    return Count(
        view.validation_errors[0]["code"] if view.validation_errors else "accepted"
        for view in views
    )


@pytest.mark.parametrize("lag_s", ["0", "1000"])
def test_eight_senders_of_one_piece_make_one_order(counter: Counter, lag_s: str) -> None:
    last = counter.product(quantity=1)
    counter.server.parts.switches.set("search_lag_s", lag_s)

    views = work_together(counter, submit_many(counter, {"product_id": last, "quantity": 1}))

    assert outcomes(views) == {"accepted": 1, "out_of_stock": SENDERS - 1}
    assert len(counter.orders()) == 1


def test_eight_senders_of_eight_pieces_are_all_accepted(counter: Counter) -> None:
    mug = counter.product(quantity=SENDERS)

    views = work_together(counter, submit_many(counter, {"product_id": mug, "quantity": 1}))

    assert outcomes(views) == {"accepted": SENDERS}
    assert counter.server.parts.products.get(counter.store_id, mug)["quantity"] == 0


def test_variations_have_their_own_stock(counter: Counter) -> None:
    sizes = [{"text": "S"}, {"text": "L"}]
    mug = counter.product(
        options=[{"type": "SELECT", "name": "Size", "choices": sizes}],
        combinations=[
            {"options": [{"name": "Size", "value": "S"}], "quantity": 1},
            {"options": [{"name": "Size", "value": "L"}], "quantity": 1},
        ],
    )
    small = submit_many(counter, {"product_id": mug, "quantity": 1, "options": {"Size": "S"}})
    large = counter.submit(
        counter.request({"product_id": mug, "quantity": 1, "options": {"Size": "L"}})
    )
    counter.server.parts.switches.set("search_lag_s", "1000")

    first, second = (counter.work(each) for each in (small[0], small[1]))

    assert (first.state, second.state) == (SubmissionState.SUBMITTED, SubmissionState.REJECTED)
    assert counter.work(large.id).state == SubmissionState.SUBMITTED


def test_quote_subtracts_what_a_lagging_search_still_has(counter: Counter) -> None:
    mug = counter.product(quantity=3)
    counter.server.parts.switches.set("search_lag_s", "1000")
    counter.work(counter.submit(counter.request({"product_id": mug, "quantity": 2})).id)

    request = counter.request({"product_id": mug, "quantity": 2})
    quote = quote_order(counter.runtime, counter.store_id, request)

    assert codes(quote) == ["out_of_stock"]
    assert quote.lines[0].stock == 1


def test_submission_waits_for_an_unknown_outcome_and_is_woken_by_it(counter: Counter) -> None:
    mug = counter.product(quantity=2)
    first, second = submit_many(counter, {"product_id": mug, "quantity": 2}, count=2)
    counter.fault_of_orders("reset")
    assert counter.work(first).state == SubmissionState.UNKNOWN

    waiting = counter.work(second)
    counter.forget_calls()
    let_pass(second, 0)
    still = counter.work(second)

    assert (waiting.state, still.state) == (SubmissionState.VALIDATED, SubmissionState.VALIDATED)
    assert counter.all_calls() == {}
    let_pass(first, 100)
    done = counter.work(first)
    row = OrderSubmission.get_by_id(second)
    assert (row.waits_for, row.due_at <= utc_now()) == (None, True)
    refused = counter.work(second)
    assert (done.state, refused.state) == (SubmissionState.SUBMITTED, SubmissionState.REJECTED)
    assert refused.validation_errors[0]["code"] == "out_of_stock"


def test_submission_does_not_wait_longer_than_an_hour(counter: Counter) -> None:
    mug = counter.product(quantity=2)
    first, second = submit_many(counter, {"product_id": mug, "quantity": 2}, count=2)
    counter.fault_of_orders("reset")
    counter.work(first)
    counter.work(second)
    let_pass(second, 3600)

    view = counter.work(second)

    assert view.state == SubmissionState.REJECTED
    assert view.validation_errors[0]["code"] == "not_sent"


def test_uncertain_stock_is_certain_after_the_search_lag(counter: Counter) -> None:
    """A shopper buys while the portal sells: then a reading may contain either sale."""
    mug = counter.product(quantity=10)
    counter.work(counter.submit(counter.request({"product_id": mug, "quantity": 2})).id)
    counter.change(mug, quantity=7)
    late = counter.submit(counter.request({"product_id": mug, "quantity": 7}), key="key-2")

    waiting = counter.work(late.id)
    OrderSubmission.update(finished_at=utc_now() - SEARCH_LAG - timedelta(seconds=1)).where(
        OrderSubmission.id != late.id
    ).execute()
    let_pass(late.id, 0)
    view = counter.work(late.id)

    assert (waiting.state, view.state) == (SubmissionState.VALIDATED, SubmissionState.SUBMITTED)


def test_claims_that_count_no_more_are_deleted_by_the_next_sale(counter: Counter) -> None:
    mug = counter.product(quantity=10)
    line = {"product_id": mug, "quantity": 1}
    first = counter.work(counter.submit(counter.request(line)).id)
    OrderSubmission.update(finished_at=utc_now() - timedelta(hours=1)).execute()

    second = counter.work(counter.submit(counter.request(line), key="key-2").id)

    assert first.state == second.state == SubmissionState.SUBMITTED
    assert [row.submission_id for row in StockClaim.select()] == [second.id]


def test_preorders_and_unlimited_products_claim_nothing(counter: Counter) -> None:
    behavior = {"outOfStockVisibilityBehaviour": "ALLOW_PREORDER"}  # codespell:ignore
    ids = [counter.product(quantity=0, **behavior), counter.product(unlimited=True)]
    lines = [{"product_id": each, "quantity": 1} for each in ids]

    view = counter.work(counter.submit(counter.request(*lines)).id)

    assert view.state == SubmissionState.SUBMITTED
    assert not StockClaim.select().exists()
