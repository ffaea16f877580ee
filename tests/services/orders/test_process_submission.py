"""A submission becomes one order or none in spite of failures, and its row shows which."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests
from requests_mock import Mocker

from portal.errors import LeaseLostError
from portal.models import (
    AuditLogEntry,
    CountKind,
    HourlyCount,
    Lease,
    Order,
    OrderSubmission,
    OwnWrite,
    Store,
    utc_now,
)
from portal.rules.connection.store_states import StoreState
from portal.rules.orders.submission_states import SubmissionState
from portal.rules.work.backoff import HANGING_WAIT_S
from portal.services.mirror.own_writes import record_digest
from portal.services.orders.find_customer import assign_customer
from portal.services.orders.find_submitted_order import read_back
from portal.services.orders.process_submission import SubmissionProcessor
from portal.services.orders.submission_transitions import SubmissionTransitions
from portal.services.orders.submit_order import OrderSender, submit_order
from portal.services.orders.waiting_submissions import (
    LEASE_TTL_S,
    lease_name,
    wake_waiting_submissions,
)
from portal.services.runtime import Runtime
from portal.services.work import store_concurrency
from portal.services.work.leases import Claim
from tests.factories import make_merchant
from tests.services.orders.conftest import Counter, let_pass, states

RECEIVED, VALIDATED, SUBMITTING, SUBMITTED, REJECTED, UNKNOWN, RESOLVED = SubmissionState


def test_order_has_everything_that_was_quoted(counter: Counter) -> None:
    mug = counter.product(
        options=[
            {"type": "SELECT", "name": "Size", "choices": [{"text": "L"}]},
            {"type": "TEXTFIELD", "name": "Engraving", "choices": []},
            {"type": "CHECKBOX", "name": "Extras", "choices": [{"text": "Box"}]},
        ],
        combinations=[{"sku": "M-L", "options": [{"name": "Size", "value": "L"}], "quantity": 9}],
    )
    counter.coupon()
    request = counter.request(
        {
            "product_id": mug,
            "quantity": 2,
            "options": {"Size": "L", "Engraving": "Ada", "Extras": ["Box"]},
        },
        coupon_code="TEN",
        payment_status="PAID",
        payment_method="Marketplace",
        comment="Ring twice",
        private_notes="From the fair",
        channel_reference="CH-77",
    )

    view = counter.work(counter.submit(request).id)

    (order,) = counter.orders()
    assert states(view) == [RECEIVED, VALIDATED, SUBMITTING, SUBMITTED]
    assert (view.order_number, view.order_id) == (order["id"], order["internalId"])
    assert {name: order[name] for name in ("subtotal", "couponDiscount", "total", "tax")} == {
        "subtotal": 25.0,
        "couponDiscount": 2.5,
        "total": 27.4,
        "tax": 4.37,
    }
    assert order["email"] == "Ada@Shopper.example"
    assert (order["paymentStatus"], order["fulfillmentStatus"]) == ("PAID", "AWAITING_PROCESSING")
    assert order["discountCoupon"]["code"] == "TEN"
    assert order["shippingOption"]["shippingMethodId"] == "standard"
    assert order["shippingPerson"] == {
        "name": "Ada Adler",
        "street": "5 Road",
        "postalCode": "53111",
        "city": "Bonn",
        "countryCode": "DE",
    }
    assert (order["refererId"], order["externalOrderId"]) == (view.reference, "CH-77")
    assert (order["externalFulfillment"], order["acceptMarketing"]) == (True, False)
    assert order["extraFields"] == {"portal_reference": view.reference}
    assert (order["orderComments"], order["privateAdminNotes"]) == ("Ring twice", "From the fair")
    assert order["disableAllCustomerNotifications"] is True
    (item,) = order["items"]
    assert (item["combinationId"], item["couponAmount"]) == (counter.variation_id(mug), 2.5)
    assert [option["type"] for option in item["selectedOptions"]] == ["CHOICE", "TEXT", "CHOICES"]


def test_placed_order_is_counted_with_its_total(counter: Counter) -> None:
    view = counter.work(counter.submit(counter.request()).id)
    counter.work(view.id)

    (order,) = counter.orders()
    (counted,) = HourlyCount.select().where(HourlyCount.kind == CountKind.ORDERS)
    assert (counted.outcome, counted.count) == ("live", 1)
    assert counted.amount == Decimal(str(order["total"]))


def test_order_has_the_fields_of_a_channel(counter: Counter) -> None:
    fields = {
        "accept_marketing": True,
        "customer_tax_id": "DE123456789",
        "ip_address": "192.0.2.7",
        "language": "de",
        "created_at": "2026-03-01T12:00:00+01:00",
        "pickup_time": "2026-03-02T09:30:00Z",
        "payment_transaction_id": "PAY-9",
        "extra_fields": {"gift": "for Bea"},
        "billing_person": {"name": "Bea", "street": "5 Road", "street_2": "Yard 2"},
    }
    with Mocker(real_http=True) as mocker:
        sent = mocker.post(re.compile("/orders$"), json={"orderid": "A1"})
        view = counter.work(counter.submit(counter.request(**fields)).id)
        order = sent.last_request.json()

    assert (order["acceptMarketing"], order["lang"]) == (True, "de")
    assert (order["customerTaxId"], order["ipAddress"]) == ("DE123456789", "192.0.2.7")
    assert order["createDate"] == "2026-03-01 11:00:00 +0000"
    assert order["pickupTime"] == "2026-03-02 09:30:00 +0000"
    assert order["externalTransactionId"] == "PAY-9"
    assert order["extraFields"] == {"gift": "for Bea", "portal_reference": view.reference}
    assert order["billingPerson"]["street"] == "5 Road\nYard 2"
    assert "externalOrderId" not in order
    assert "externalFulfillment" not in order


@pytest.mark.parametrize("are_texts", [False, True])
def test_order_carries_the_calculated_amounts(counter: Counter, are_texts: bool) -> None:
    vat = {"name": "VAT", "value": 10, "total": 1.5, "includeInPrice": False}
    calculated = {
        "subtotal": 25,
        "total": 37.4,
        "tax": 1.5,
        "pricesIncludeTax": False,
        "discount": 4,
        "volumeDiscount": 4,
        "discountInfo": [{"value": 4, "type": "ABS", "base": "ON_TOTAL"}],
        "handlingFee": {"name": "Packing", "value": 8},
        "customSurcharges": [{"id": "wrap", "value": 2, "type": "ABSOLUTE", "total": 2}],
        "shippingOption": {"shippingMethodName": "standard", "shippingRate": 4.9},
        "availableShippingOptions": [{"shippingMethodName": "standard", "shippingRate": 4.9}],
        "items": [{"tax": 1.5, "taxes": [vat], "discounts": [{"total": 4}]}],
        "customerGroup": "Wholesale",
    }
    answer = json.dumps(calculated)
    if are_texts:
        answer = re.sub(r": ([0-9.]+)", r': "\1"', answer)
    with Mocker(real_http=True) as mocker:
        mocker.post(re.compile("/order/calculate$"), text=answer)
        view = counter.work(counter.submit().id)

    assert (view.state, view.validation_errors) == (SUBMITTED, [])
    (order,) = counter.orders()
    same = "subtotal total tax discount volumeDiscount discountInfo handlingFee customSurcharges"
    for name in (*same.split(), "pricesIncludeTax", "customerGroup"):
        assert order[name] == calculated[name]
    assert order["couponDiscount"] == 0
    assert order["shippingOption"]["shippingRate"] == 4.9
    assert {n: order["items"][0][n] for n in ("tax", "taxes", "discounts")} == {
        "tax": 1.5,
        "taxes": [vat],
        "discounts": [{"total": 4}],
    }


def test_order_of_an_exempt_customer_has_prices_without_tax(counter: Counter) -> None:
    calculated = {
        "subtotal": 21,
        "total": 21,
        "pricesIncludeTax": True,
        "customerTaxExempt": True,
        "shippingOption": {"shippingMethodName": "standard"},
        "availableShippingOptions": [{"shippingMethodName": "standard"}],
        "items": [{"price": 10.5}],
    }
    with Mocker(real_http=True) as mocker:
        mocker.post(re.compile("/order/calculate$"), json=calculated)
        counter.work(counter.submit().id)

    (order,) = counter.orders()
    assert (order["subtotal"], order["total"], order["customerTaxExempt"]) == (21, 21, True)
    assert order["items"][0]["price"] == 10.5


def test_order_is_mirrored_at_once_as_our_own_write(counter: Counter) -> None:
    view = counter.work(counter.submit().id)

    row = Order.get(Order.store == counter.store_id)
    own = OwnWrite.get(OwnWrite.remote_id == row.remote_id)
    assert (row.number, row.total) == (view.order_number, Decimal("29.90"))
    shown = counter.runtime.client(counter.store_id).order(row.number)
    assert own.digest == record_digest(shown)


def test_order_that_cannot_be_read_back_is_submitted(counter: Counter) -> None:
    counter.fault("/orders/", 404)

    view = counter.work(counter.submit().id)

    (order,) = counter.orders()
    assert (view.state, view.order_id, view.due_at) == (SUBMITTED, order["internalId"], None)


@pytest.mark.parametrize("spelling", ["orderid", "orderId"])
def test_missing_id_of_an_order_is_completed_later(counter: Counter, spelling: str) -> None:
    view = counter.submit()
    counter.fault("/orders/", 404, times=2)
    with Mocker(real_http=True) as mocker:
        made = mocker.post(re.compile("/orders$"), json={spelling: "A1"})
        unknown = counter.work(view.id)
    assert made.called
    order = {"subtotal": 1, "total": 1, "email": "a@b.example", "refererId": view.reference}
    statuses = {"fulfillmentStatus": "SHIPPED", "paymentStatus": "PAID"}
    found = counter.server.parts.orders.create(counter.store_id, order | statuses)
    OrderSubmission.update(order_number=found["id"]).execute()

    let_pass(view.id, 0)
    failed = counter.work(view.id)
    Store.update(state=StoreState.RECONNECT).execute()
    let_pass(view.id, 0)
    stopped = counter.work(view.id)
    Store.update(state=StoreState.CONNECTED).execute()
    let_pass(view.id, 0)
    done = counter.work(view.id)

    assert [each.order_id for each in (unknown, failed, stopped)] == [None] * 3
    assert all(each.due_at and not each.has_outcome for each in (unknown, failed, stopped))
    assert (done.order_id, done.due_at) == (found["internalId"], None)


def test_customer_is_created_once_and_found_again(counter: Counter) -> None:
    request = counter.request()
    first, second = (counter.submit(request, key=key) for key in "ab")
    counter.work(first.id)
    counter.work(second.id)

    ids = {order["customerId"] for order in counter.orders()}
    assert len(ids) == 1
    (customer,) = [counter.server.parts.customers.get(counter.store_id, each) for each in ids]
    assert customer["billingPerson"]["name"] == "Ada Adler"


def test_customer_of_an_order_without_one_is_created_and_assigned(counter: Counter) -> None:
    parts, client = counter.server.parts, counter.runtime.client(counter.store_id)
    order = {"email": "", "subtotal": 1, "total": 1, "items": []}
    statuses = {"fulfillmentStatus": "PROCESSING", "paymentStatus": "PAID"}
    made = parts.orders.create(counter.store_id, order | statuses)
    fields = {"customer_tax_id": "DE1", "language": "de", "accept_marketing": True}
    request = counter.request(**fields)
    found = read_back(client, made["id"])

    counter.fault("/customers", 409, method="POST")
    assert not assign_customer(client, request, found)
    assert assign_customer(client, request, found)
    assert not assign_customer(client, request, read_back(client, made["id"]))

    row = Order.get(Order.number == made["id"])
    customer = parts.customers.get(counter.store_id, row.customer_id)
    assert customer["email"] == "Ada@Shopper.example"
    assert customer["billingPerson"]["name"] == "Ada Adler"
    assert (customer["taxId"], customer["lang"], customer["acceptMarketing"]) == ("DE1", "de", True)


def test_customer_missing_in_the_search_is_left_to_ecwid(counter: Counter) -> None:
    counter.server.parts.switches.set("search_lag_s", "60")
    counter.server.parts.customers.create(counter.store_id, {"email": "ada@shopper.example"})
    counter.server.parts.switches.set("search_lag_s", "0")
    product = counter.product()
    counter.server.parts.switches.set("search_lag_s", "60")

    view = counter.work(counter.submit(counter.request({"product_id": product, "quantity": 1})).id)

    assert view.state == SUBMITTED
    assert counter.orders()[0]["customerId"]


def test_order_of_a_person_is_in_the_audit_log(counter: Counter, runtime: Runtime) -> None:
    merchant = make_merchant()
    sender = OrderSender(f"merchant {merchant.id}", merchant)
    sent = submit_order(runtime, counter.store_id, sender, "key-1", counter.request())

    view = counter.work(sent.submission.id)

    requested, line = AuditLogEntry.select().order_by(AuditLogEntry.id)
    assert (requested.actor_name, requested.action) == (sender.name, "order.requested")
    assert requested.target == f"submission {view.id}"
    assert (line.actor_name, line.action) == (sender.name, "order.submitted")
    assert line.target == f"order {view.order_number}"


@pytest.mark.parametrize(
    ("product", "changes", "code"),
    [
        ({"quantity": 1}, {}, "out_of_stock"),
        ({"price": 13}, {"expected_total": "29.90"}, "price_tolerance_exceeded"),
        ({"enabled": False}, {}, "product_disabled"),
    ],
)
def test_order_with_changed_prices_is_rejected_with_a_new_quote(
    counter: Counter, product: dict[str, Any], changes: dict[str, Any], code: str
) -> None:
    mug = counter.product()
    view = counter.submit(counter.request({"product_id": mug, "quantity": 2}, **changes))
    counter.change(mug, **product)

    view = counter.work(view.id)

    assert (states(view), counter.orders()) == ([RECEIVED, REJECTED], [])
    assert view.validation_errors[0]["code"] == code
    assert view.quote is not None
    assert view.quote["validation_errors"] == view.validation_errors
    assert view.history[-1].detail == view.validation_errors[0]["message"]


@pytest.mark.promise(7)
@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("error_after", {"status": 502}),
        ("reset_after", {}),
        ("cut", {}),
        ("wrong_type", {}),
        ("truncated", {}),
    ],
)
def test_order_without_a_response_is_found_by_its_reference(
    counter: Counter, kind: str, more: dict[str, Any]
) -> None:
    view = counter.submit()
    counter.fault_of_orders(kind, **more)

    unsure = counter.work(view.id)
    found = counter.work(view.id)

    assert (unsure.state, unsure.is_finished) == (UNKNOWN, False)
    assert states(found) == [RECEIVED, VALIDATED, SUBMITTING, UNKNOWN, RESOLVED]
    assert [order["id"] for order in counter.orders()] == [found.order_number]
    assert OwnWrite.select().count() == 1


@pytest.mark.promise(7)
@pytest.mark.parametrize(
    ("kind", "more"), [("error", {"status": 503}), ("reset", {})], ids=["503", "reset"]
)
def test_order_is_sent_again_once_the_search_is_conclusive(
    counter: Counter, kind: str, more: dict[str, Any]
) -> None:
    view = counter.submit()
    counter.fault_of_orders(kind, **more)
    counter.work(view.id)

    for _ in range(3):
        assert counter.work(view.id).state == UNKNOWN
        let_pass(view.id, 10)
    assert counter.orders() == []
    let_pass(view.id, 60)
    view = counter.work(view.id)

    assert states(view) == [
        RECEIVED, VALIDATED, SUBMITTING, UNKNOWN, VALIDATED, VALIDATED, SUBMITTING, SUBMITTED,
    ]  # fmt: skip
    assert [order["id"] for order in counter.orders()] == [view.order_number]


@pytest.mark.promise(7)
def test_lagging_search_is_not_trusted_too_early(counter: Counter) -> None:
    view = counter.submit()
    counter.server.parts.switches.set("search_lag_s", "1000")
    counter.fault_of_orders("reset_after")

    counter.work(view.id)
    let_pass(view.id, 60)
    unsure = counter.work(view.id)
    counter.server.parts.state.connection.execute("UPDATE unindexed SET due = 0")
    let_pass(view.id, 10)
    view = counter.work(view.id)

    assert (unsure.state, view.state) == (UNKNOWN, RESOLVED)
    assert len(counter.orders()) == 1


@pytest.mark.parametrize("created_at", [None, "2020-03-01T12:00:00Z"])
def test_order_that_an_event_has_mirrored_is_found_in_the_mirror(
    counter: Counter, created_at: str | None
) -> None:
    view = counter.submit(counter.request(created_at=created_at))
    counter.server.parts.switches.set("search_lag_s", "1000")
    counter.fault_of_orders("reset_after")
    counter.work(view.id)
    (order,) = counter.orders()
    Order.insert(
        store=counter.store_id,
        remote_id=order["internalId"],
        number=order["id"],
        referer_id=view.reference,
        raw={},
        remote_created_at=datetime.fromisoformat(created_at) if created_at else utc_now(),
        remote_updated_at=utc_now(),
        synced_at=utc_now(),
    ).execute()

    assert counter.work(view.id).state == RESOLVED


def test_unrelated_order_with_the_same_number_is_not_ours(counter: Counter) -> None:
    view = counter.submit()
    counter.fault_of_orders("reset")
    counter.work(view.id)
    foreign = {"subtotal": 1, "total": 1, "email": "b@c.example", "refererId": view.reference}
    statuses = {"fulfillmentStatus": "SHIPPED", "paymentStatus": "PAID"}
    extra = {"extraFields": {"portal_reference": "other"}}
    counter.server.parts.orders.create(counter.store_id, foreign | statuses | extra)

    assert counter.work(view.id).state == UNKNOWN


@pytest.mark.promise(1)
@pytest.mark.promise(7)
@pytest.mark.parametrize("is_made", [True, False])
def test_submission_of_a_killed_worker_is_searched_before_it_is_sent(
    counter: Counter, is_made: bool
) -> None:
    """The worker died between its commit and Ecwid's response."""
    view = counter.submit()
    transitions = SubmissionTransitions(OrderSubmission.get_by_id(view.id))
    transitions.apply(VALIDATED)
    transitions.apply(SUBMITTING, sent_at=utc_now())
    Lease.acquire(lease_name(view.id), "the dead", LEASE_TTL_S)
    counter.runtime.redis.flushall()
    if is_made:
        order = {"subtotal": 1, "total": 1, "email": "a@b.example", "refererId": view.reference}
        statuses = {"fulfillmentStatus": "SHIPPED", "paymentStatus": "PAID"}
        counter.server.parts.orders.create(counter.store_id, order | statuses)

    assert wake_waiting_submissions(counter.runtime) == 0
    assert counter.work(view.id).state == SUBMITTING
    Lease.delete().execute()
    assert wake_waiting_submissions(counter.runtime) == 1
    view = counter.work(view.id)

    assert view.state == (RESOLVED if is_made else UNKNOWN)
    assert len(counter.orders()) == int(is_made)


def test_one_of_two_workers_at_a_submission_gives_up(counter: Counter) -> None:
    view = counter.submit()
    one, other = (OrderSubmission.get_by_id(view.id) for _ in range(2))
    SubmissionTransitions(one).apply(VALIDATED)

    with pytest.raises(LeaseLostError):
        SubmissionTransitions(other).apply(VALIDATED)
    with pytest.raises(ValueError, match="doesn't follow"):
        SubmissionTransitions(one).apply(RESOLVED)


def test_worker_without_the_lease_sends_nothing(counter: Counter) -> None:
    row = OrderSubmission.get_by_id(counter.submit().id)
    Lease.acquire(lease_name(row.id), "another", LEASE_TTL_S)

    with pytest.raises(LeaseLostError):
        SubmissionProcessor(counter.runtime, row, Claim(lease_name(row.id), LEASE_TTL_S)).run()

    assert counter.orders() == []


def test_failure_before_sending_is_retried(counter: Counter) -> None:
    view = counter.submit()
    counter.fault("/products", 500)

    waiting = counter.work(view.id)
    let_pass(view.id, 0)
    done = counter.work(view.id)

    assert (waiting.state, waiting.attempts) == (RECEIVED, 1)
    assert waiting.error is not None
    assert "HTTP 500" in waiting.error
    assert (done.state, done.error) == (SUBMITTED, None)


def test_rate_limit_postpones_the_submission(counter: Counter) -> None:
    view = counter.submit()
    wait = {"headers": {"Retry-After": "30"}}
    counter.fault("/products", 429, **wait)
    first = counter.work(view.id)
    counter.runtime.redis.flushall()
    let_pass(view.id, 0)
    counter.fault_of_orders("error", status=429, **wait)
    second = counter.work(view.id)
    counter.runtime.redis.flushall()
    let_pass(view.id, 0)

    assert (first.state, first.attempts) == (RECEIVED, 0)
    assert second.state == VALIDATED
    assert second.due_at is not None
    assert (second.due_at - utc_now()).total_seconds() > 20
    assert counter.work(view.id).state == SUBMITTED


def test_submission_expires_after_an_hour(counter: Counter) -> None:
    view = counter.submit()
    counter.fault("/products", 500)
    let_pass(view.id, 3700)

    view = counter.work(view.id)

    assert view.state == REJECTED
    assert view.validation_errors[0]["code"] == "not_sent"


def test_order_refused_by_ecwid_is_rejected_with_its_message(counter: Counter) -> None:
    body = json.dumps({"errorMessage": "Field Order.email has a wrong value"})
    view = counter.submit()
    counter.fault_of_orders("error", status=400, body=body)

    view = counter.work(view.id)

    assert states(view) == [RECEIVED, VALIDATED, SUBMITTING, REJECTED]
    assert view.validation_errors[0]["message"].endswith("Field Order.email has a wrong value")


def test_customer_deleted_before_sending_is_created_again(counter: Counter) -> None:
    view = counter.submit()
    counter.fault_of_orders("error", status=404)

    counter.work(view.id)
    let_pass(view.id, 0)

    assert counter.work(view.id).state == SUBMITTED


def test_dead_token_rejects_an_unsent_order(counter: Counter) -> None:
    view = counter.submit()
    counter.server.parts.stores.uninstall(counter.store_id)

    view = counter.work(view.id)

    assert (view.state, view.validation_errors[0]["code"]) == (REJECTED, "store_not_working")
    assert Store.get_by_id(counter.store_id).state == StoreState.RECONNECT


def test_unknown_order_waits_until_the_store_works_again(counter: Counter) -> None:
    view = counter.submit()
    counter.fault_of_orders("reset_after")
    counter.work(view.id)
    Store.update(state=StoreState.SUSPENDED).execute()

    unsure = counter.work(view.id)
    Store.update(state=StoreState.CONNECTED).execute()
    let_pass(view.id, 0)

    assert unsure.state == UNKNOWN
    assert counter.work(view.id).state == RESOLVED


def test_order_is_searched_after_a_response_without_its_number(counter: Counter) -> None:
    counter.server.parts.switches.set("order_create_response", "id")
    view = counter.submit()

    counter.work(view.id)

    assert counter.work(view.id).state == RESOLVED
    assert len(counter.orders()) == 1


@pytest.mark.parametrize("limit", ["SINGLE", "ONCEPERCUSTOMER"])
def test_only_one_of_two_orders_gets_a_single_use_coupon(counter: Counter, limit: str) -> None:
    counter.coupon(usesLimit=limit)
    request = counter.request(coupon_code="TEN")
    first, second = (counter.submit(request, key=key) for key in "ab")
    # The second order is quoted before the first is sent.
    transitions = SubmissionTransitions(OrderSubmission.get_by_id(first.id))
    transitions.apply(VALIDATED)

    done = counter.work(second.id)
    refused = counter.work(first.id)

    assert (done.state, refused.state) == (SUBMITTED, REJECTED)
    assert refused.validation_errors[0]["code"].startswith("coupon_uses")
    assert len(counter.orders()) == 1


def test_coupon_claimed_just_before_sending_is_refused(counter: Counter) -> None:
    coupon = counter.coupon(usesLimit="SINGLE")
    first, second = (counter.submit(counter.request(coupon_code="TEN"), key=key) for key in "ab")
    row = OrderSubmission.get_by_id(second.id)

    class Late(SubmissionProcessor):
        def _get_client(self) -> Any:
            OrderSubmission.update(coupon_claim=str(coupon["id"])).where(
                OrderSubmission.id == first.id
            ).execute()
            return super()._get_client()

    Late(counter.runtime, row, Claim(lease_name(row.id), LEASE_TTL_S)).run()

    view = counter.now(second.id)
    assert (view.state, view.validation_errors[0]["code"]) == (REJECTED, "coupon_uses")
    assert counter.orders() == []


def test_bug_is_retried_and_its_error_has_no_customer_data(counter: Counter) -> None:
    view = counter.submit()
    OrderSubmission.update(request={"lines": 5, "email": "ada"}).execute()

    view = counter.work(view.id)

    assert (view.state, view.error) == (RECEIVED, "lines must be a list of 1 to 500 items.")


def test_submission_waits_while_another_one_tries_a_silent_store(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_concurrency, "FIRST_ANSWER_S", 0.0)
    first, second = counter.submit(), counter.submit(key="key-2")

    with counter.runtime.store_concurrency.limited("orders", counter.store_id):
        assert counter.work(first.id).state == RECEIVED

    assert counter.calls() == 0
    assert wake_waiting_submissions(counter.runtime) == 0
    for row in OrderSubmission.select():
        assert timedelta(0) < row.due_at - utc_now() <= store_concurrency.RETRY_AFTER
    let_pass(second.id, 10)
    assert counter.work(second.id).state == SUBMITTED


def test_store_that_hangs_is_tried_again_after_a_minute(counter: Counter) -> None:
    view = counter.submit()
    with Mocker(real_http=True) as mocker:
        mocker.get(re.compile("/products"), exc=requests.ReadTimeout)
        mocker.post(re.compile("/products"), exc=requests.ReadTimeout)
        counter.work(view.id)

    row = OrderSubmission.get_by_id(view.id)
    assert row.due_at - utc_now() > timedelta(seconds=0.8 * HANGING_WAIT_S)


def test_search_in_a_store_that_hangs_is_repeated_after_a_minute(counter: Counter) -> None:
    view = counter.submit()
    with Mocker(real_http=True) as mocker:
        mocker.post(re.compile("/orders$"), exc=requests.ReadTimeout)
        assert counter.work(view.id).state == UNKNOWN
        mocker.get(re.compile("/orders"), exc=requests.ReadTimeout)
        counter.work(view.id)

    row = OrderSubmission.get_by_id(view.id)
    assert row.state == UNKNOWN
    assert row.due_at - utc_now() > timedelta(seconds=50)
