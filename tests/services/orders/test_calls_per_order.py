"""Quotes and orders cost few calls to Ecwid, and what is kept from the store is never too old."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from redis import Redis

from portal.models import Coupon, utc_now
from portal.rules.orders.order_request import LineRequest
from portal.rules.orders.submission_states import SubmissionState
from portal.services.mirror.resources import COUPONS, CUSTOMERS
from portal.services.orders.availability import check_availability
from portal.services.orders.quote_order import quote_order
from portal.services.orders.store_answers import AnswerKind, StoreAnswers
from tests.services.orders.conftest import Counter, codes, let_pass

QUOTE = {"GET /products": 1, "POST /order/calculate": 1}
ORDER = QUOTE | {"POST /orders": 1}


def quoted(counter: Counter, request: Any) -> dict[str, int]:
    """Quote a request; return the calls of the quote."""
    counter.forget_calls()
    quote = quote_order(counter.runtime, counter.store_id, request)
    assert codes(quote) == []
    return counter.all_calls()


def test_warm_quote_with_everything_costs_two_calls(counter: Counter) -> None:
    counter.coupon()
    mug = counter.product(sku="MUG")
    counter.mirror(mug)
    request = counter.request({"sku": "MUG", "quantity": 2}, coupon_code="TEN")

    cold = quoted(counter, request)

    assert cold == QUOTE | {"GET /customers": 1, "GET /discount_coupons": 1}
    assert quoted(counter, request) == QUOTE


def test_order_after_its_quote_costs_four_calls(counter: Counter) -> None:
    counter.coupon()
    request = counter.request(coupon_code="TEN")
    quoted(counter, request)
    counter.forget_calls()

    view = counter.work(counter.submit(request).id)

    assert view.state == SubmissionState.SUBMITTED
    assert counter.all_calls() == ORDER | {f"GET /orders/{view.order_number}": 1}


def test_customer_is_read_from_the_store_once_and_then_from_the_mirror(counter: Counter) -> None:
    ada = {"email": "ada@shopper.example", "taxExempt": True}
    customer_id = counter.server.parts.customers.create(counter.store_id, ada)
    request = counter.request()

    first = quote_order(counter.runtime, counter.store_id, request)
    counter.forget_calls()
    second = quote_order(counter.runtime, counter.store_id, request)

    assert first.customer == second.customer
    assert (second.customer.id, second.customer.is_tax_exempt) == (customer_id, True)
    assert counter.calls("/customers") == 0


def test_customer_who_was_deleted_in_the_store_is_not_used_again(counter: Counter) -> None:
    customers = counter.server.parts.customers
    customer_id = customers.create(counter.store_id, {"email": "ada@shopper.example"})
    payload = counter.runtime.client(counter.store_id).customer(customer_id)
    CUSTOMERS.save(counter.store_id, [payload], utc_now())
    customers.delete(counter.store_id, customer_id)
    view = counter.submit()

    refused = counter.work(view.id)
    let_pass(view.id, 0)
    done = counter.work(view.id)

    assert (refused.state, done.state) == (SubmissionState.VALIDATED, SubmissionState.SUBMITTED)
    assert counter.orders()[0]["customerId"] not in (None, customer_id)


def test_change_of_a_coupon_that_the_mirror_knows_is_noticed_at_once(counter: Counter) -> None:
    coupon = counter.coupon()
    request = counter.request(coupon_code="ten")
    quoted(counter, request)
    counter.server.parts.coupons.update(counter.store_id, str(coupon["id"]), {"status": "PAUSED"})
    (payload,) = counter.runtime.client(counter.store_id).coupons_with_code("TEN").items
    COUPONS.save(counter.store_id, [payload], utc_now())

    quote = quote_order(counter.runtime, counter.store_id, request)

    assert codes(quote) == ["coupon_status"]
    Coupon.update(deleted_at=utc_now() + timedelta(seconds=1)).execute()
    counter.forget_calls()
    quote_order(counter.runtime, counter.store_id, request)
    assert counter.calls("/discount_coupons") == 1


def test_unknown_skus_cost_one_call_and_then_none(counter: Counter) -> None:
    new = counter.product(sku="NEW")
    lines = [{"sku": sku, "quantity": 1} for sku in ("NEW", "NONE", "NOTHING")]

    request = counter.request(*lines)
    counter.forget_calls()
    first = quote_order(counter.runtime, counter.store_id, request)
    cost = counter.calls("/products")
    counter.mirror(new)
    counter.forget_calls()
    second = quote_order(counter.runtime, counter.store_id, request)

    assert codes(first) == codes(second) == ["sku_unknown", "sku_unknown"]
    assert [line.sku for line in first.lines] == ["NEW"]
    assert (cost, counter.calls("/products")) == (1, 1)


def test_payment_option_is_refused_only_by_what_the_store_says_now(counter: Counter) -> None:
    request = counter.request(payment_option_id="none")

    for _ in range(2):
        counter.forget_calls()
        quote = quote_order(counter.runtime, counter.store_id, request)
        assert codes(quote) == ["payment_option_unknown"]
        assert counter.calls("/profile/paymentOptions") == 1


def test_availability_of_many_lines_costs_one_call(counter: Counter) -> None:
    ids = [counter.product(quantity=number) for number in range(3)]
    lines = tuple(LineRequest(product_id=each, quantity=1) for each in (*ids, 999))
    counter.forget_calls()

    found = check_availability(counter.runtime, counter.store_id, lines).document()

    assert counter.all_calls() == {"GET /products": 1}
    assert [line["stock"] for line in found["lines"]] == [0, 1, 2, None]
    assert [line["is_available"] for line in found["lines"]] == [False, True, True, False]
    assert [each["code"] for line in found["lines"] for each in line["validation_errors"]] == [
        "out_of_stock",
        "product_missing",
    ]


def test_answers_are_kept_for_each_store(redis: Redis) -> None:
    answers = StoreAnswers(redis, 1003)

    answers.keep(AnswerKind.COUPON, {"code": "TEN"}, "TEN")

    kept = answers.find(AnswerKind.COUPON, "TEN")
    assert kept is not None
    assert kept.value == {"code": "TEN"}
    assert answers.find(AnswerKind.COUPON, "ten") is None
    assert StoreAnswers(redis, 1004).find(AnswerKind.COUPON, "TEN") is None


def test_without_redis_nothing_is_kept() -> None:
    down = StoreAnswers(Redis.from_url("redis://127.0.0.1:1"), 1003)

    down.keep(AnswerKind.MISSING_SKU, value=True, about="MUG")

    assert down.find(AnswerKind.MISSING_SKU, "MUG") is None
