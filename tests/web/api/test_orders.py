"""Quotes, submissions and order updates through the API; no order is created twice."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests_mock
from flask import Flask
from werkzeug.test import TestResponse

from portal.models import (
    AuditLogEntry,
    Membership,
    Merchant,
    Order,
    OrderSubmission,
    Role,
    Store,
    StoreState,
    utc_now,
)
from portal.rules.api_keys.key_scopes import KeyScope
from portal.sandbox.faults import Fault
from portal.sandbox.parts import Parts
from portal.services.connection.probe_store import probe_store
from portal.services.mirror.resources import ORDERS as ORDERS_SPEC
from portal.services.orders.process_submission import process_submission
from portal.services.orders.send_order_updates import send_order_updates
from portal.services.privacy.data_subject_orders import erase_submissions
from portal.services.runtime import Runtime
from tests.factories import make_merchant, order_payload
from tests.web.api.conftest import Caller, make_key_text

ADA = {
    "name": "Ada Adler",
    "street": "5 Road",
    "postal_code": "53111",
    "city": "Bonn",
    "country_code": "DE",
}
ORDERS = "/stores/1003/orders"
DRY_RUN = f"{ORDERS}/dry-run"
AT_ONCE = {"Prefer": "wait=0"}
REQUEST: dict[str, Any] = {
    "lines": [{"sku": "BOWL", "quantity": 2, "expected_price": "12.50"}],
    "email": "ada@shopper.example",
    "shipping_person": ADA,
    "shipping_method": "standard",
}


def keyed(key: str = "key-1") -> dict[str, str]:
    return {"Idempotency_Key": key} | AT_ONCE


def in_the_store(caller: Caller, runtime: Runtime) -> dict[str, Any]:
    """Submit an order and create it in the store; return the submission."""
    place = caller.post(ORDERS, REQUEST, **keyed()).headers["Location"].partition("/api/v1")[2]
    process_submission(runtime, OrderSubmission.get().id)
    return dict(caller.get(place).json)


def test_quote_returns_the_total_and_all_validation_errors(caller: Caller, shop: Parts) -> None:
    good = caller.post("/stores/1003/quotes", REQUEST)
    assert good.status_code == 200, good.text
    assert (good.json["is_orderable"], good.json["validation_errors"]) == (True, [])
    assert (good.json["subtotal"], good.json["lines"][0]["price"]) == ("25.00", "12.50")

    lines = [{"sku": "BOWL", "quantity": 11, "expected_price": "10"}]
    bad = caller.post("/stores/1003/quotes", REQUEST | {"lines": lines, "coupon_code": "NONE"}).json
    assert bad["is_orderable"] is False
    assert {"price_tolerance_exceeded", "coupon_exists"} <= {
        problem["code"] for problem in bad["validation_errors"]
    }


def test_closed_storefront_refuses_orders_until_it_is_open(
    caller: Caller, shop: Parts, runtime: Runtime
) -> None:
    for is_closed, codes in ((True, ["store_closed"]), (False, [])):
        shop.stores.change(1003, {"settings": {"closed": is_closed}})
        probe_store(runtime, 1003)

        quote = caller.post("/stores/1003/quotes", REQUEST).json
        assert [error["code"] for error in quote["validation_errors"]] == codes
        assert quote["is_orderable"] is not is_closed
        store = caller.get("/stores/1003").json
        assert (store["closed"], store["state"]) == (is_closed, "connected")


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"lines": []}, "lines", "too_short"),
        ({"lines": [{"quantity": 1}]}, "lines[0].product_id", "required"),
        ({"lines": [{"sku": "BOWL", "quantity": 0}]}, "lines[0].quantity", "out_of_range"),
        ({"email": "nobody"}, "email", "invalid_format"),
        ({"payment_status": "REFUNDED"}, "payment_status", "invalid_choice"),
        ({"coupon": "TEN"}, "coupon", "unknown_field"),
    ],
)
def test_invalid_order_request_is_rejected_with_the_field(
    caller: Caller, store: Store, changes: dict[str, Any], field: str, code: str
) -> None:
    for path in ("/stores/1003/quotes", ORDERS):
        answer = caller.post(path, REQUEST | changes, **keyed())

        assert (answer.status_code, answer.json["code"]) == (422, "invalid")
        assert answer.json["field"] == field
        (error,) = answer.json["errors"]
        assert (error["field"], error["code"]) == (field, code)
        assert error["message"] == answer.json["detail"]


def test_email_address_is_required_to_order_but_not_for_a_quote(
    caller: Caller, shop: Parts
) -> None:
    anonymous = {name: value for name, value in REQUEST.items() if name != "email"}

    assert caller.post("/stores/1003/quotes", anonymous).status_code == 200
    refused = caller.post(ORDERS, anonymous, **keyed())
    assert refused.status_code == 422
    assert refused.json["errors"] == [
        {"field": "email", "code": "required", "message": "email is required to order."}
    ]


def test_suspended_or_unreachable_store_is_not_a_client_error(
    caller: Caller, store: Store, shop: Parts
) -> None:
    shop.stores.install(store.id, "read_catalog", revoke_previous=True)
    away = caller.post("/stores/1003/quotes", REQUEST)
    assert (away.status_code, away.json["code"]) == (502, "store_unreachable")

    store.set_state(StoreState.SUSPENDED)
    store.save()
    for path in ("/stores/1003/quotes", ORDERS):
        stopped = caller.post(path, REQUEST, **keyed())
        assert (stopped.status_code, stopped.json["code"]) == (409, "store_not_working")
        assert "paused" in stopped.json["detail"]
        assert stopped.json["state"] == "suspended"


@pytest.mark.promise(7)
def test_order_is_created_once_however_often_it_is_sent(
    caller: Caller, shop: Parts, runtime: Runtime
) -> None:
    taken = caller.post(ORDERS, REQUEST, **keyed())
    assert (taken.status_code, taken.json["state"]) == (202, "received")
    assert taken.headers["Retry-After"] == "1"

    process_submission(runtime, taken.json["id"])
    place = taken.headers["Location"].partition("/api/v1")[2]
    assert caller.get(place).json["state"] == "submitted"

    again = caller.post(ORDERS, REQUEST, **keyed())
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert again.json == caller.get(place).json
    assert len(shop.state.rows("SELECT id FROM purchase")) <= 1
    assert caller.get("/stores/1003/submissions?state=submitted").json["items"] == [again.json]

    other = caller.post(ORDERS, REQUEST | {"comment": "Ring twice"}, **keyed())
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("key", [None, "", "x" * 256])
def test_nothing_is_ordered_without_a_valid_idempotency_key(
    caller: Caller, store: Store, key: str | None
) -> None:
    headers = AT_ONCE | ({} if key is None else {"Idempotency_Key": key})

    answer = caller.post(ORDERS, REQUEST, **headers)

    assert (answer.status_code, answer.json["code"]) == (400, "idempotency_key_invalid")
    assert not OrderSubmission.select().exists()


def test_dry_run_shows_the_order_and_writes_nothing(
    caller: Caller, shop: Parts, runtime: Runtime
) -> None:
    asked = REQUEST | {"channel_reference": "cart-7", "coupon_code": "TEN"}
    shop.coupons.create(1003, {"code": "TEN", "discountType": "PERCENT", "discount": 10})
    quoted = caller.post("/stores/1003/quotes", asked).json
    shop.access.request_counts.clear()

    tried = caller.post(DRY_RUN, asked, **keyed()).json
    calls = sum(shop.access.request_counts.values())

    assert tried["is_accepted"] is True
    assert tried["quote"] == quoted | {"created_at": tried["quote"]["created_at"]}
    sent = tried["order"]
    assert (sent["total"], sent["externalOrderId"]) == (float(quoted["total"]), "cart-7")
    assert sent["items"][0]["sku"] == "BOWL"
    assert sent["discountCoupon"] == {"code": "TEN"}
    assert sent.keys().isdisjoint({"refererId", "customerId", "customerTaxId"})
    assert sent["extraFields"] == {}
    assert calls <= 2
    assert not OrderSubmission.select().exists()
    assert not shop.state.rows("SELECT id FROM purchase")
    assert not AuditLogEntry.select().where(AuditLogEntry.action.startswith("order.")).exists()
    assert caller.post(ORDERS, asked, **keyed()).status_code == 202


def test_dry_run_of_a_known_customer_shows_nothing_of_theirs(caller: Caller, shop: Parts) -> None:
    known = {"email": "ada@shopper.example", "taxId": "DE123", "taxExempt": True}
    shop.customers.create(1003, known)

    sent = caller.post(DRY_RUN, REQUEST).json["order"]
    named = caller.post(DRY_RUN, REQUEST | {"customer_tax_id": "DE9"}).json["order"]

    assert sent.keys().isdisjoint({"customerId", "customerTaxId", "customerTaxExempt"})
    assert named["customerTaxId"] == "DE9"


def test_dry_run_of_a_rejected_order_has_the_reasons(caller: Caller, shop: Parts) -> None:
    dear = REQUEST | {"lines": [{"sku": "BOWL", "quantity": 1, "expected_price": "9.00"}]}

    tried = caller.post(DRY_RUN, dear).json

    assert (tried["is_accepted"], tried["order"]) == (False, None)
    codes = [problem["code"] for problem in tried["quote"]["validation_errors"]]
    assert codes == ["price_tolerance_exceeded"]


def test_dry_run_checks_the_idempotency_key_and_the_address(caller: Caller, shop: Parts) -> None:
    caller.post(ORDERS, REQUEST, **keyed())

    again = caller.post(DRY_RUN, REQUEST, **keyed())
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    other = caller.post(DRY_RUN, REQUEST | {"comment": "Ring twice"}, **keyed())
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    long = caller.post(DRY_RUN, REQUEST, **keyed("x" * 256))
    assert (long.status_code, long.json["code"]) == (400, "idempotency_key_invalid")
    nobody = caller.post(DRY_RUN, REQUEST | {"email": None})
    assert (nobody.status_code, nobody.json["errors"][0]["field"]) == (422, "email")


def test_rejected_order_returns_a_new_quote(caller: Caller, shop: Parts, runtime: Runtime) -> None:
    dear = REQUEST | {"lines": [{"sku": "BOWL", "quantity": 1, "expected_price": "9.00"}]}
    caller.post(ORDERS, dear, **keyed())
    process_submission(runtime, OrderSubmission.get().id)

    answer = caller.post(ORDERS, dear, **keyed())

    assert (answer.status_code, answer.json["code"]) == (422, "order_rejected")
    submission = answer.json["submission"]
    assert submission["quote"]["lines"][0]["price"] == "12.50"
    assert [problem["code"] for problem in submission["validation_errors"]] == [
        "price_tolerance_exceeded"
    ]
    assert answer.headers["Idempotency-Replayed"] == "true"


def test_rejected_submission_of_an_erased_customer_shows_codes_only(
    caller: Caller, shop: Parts, runtime: Runtime
) -> None:
    dear = REQUEST | {"lines": [{"sku": "BOWL", "quantity": 1, "expected_price": "9.00"}]}
    place = caller.post(ORDERS, dear, **keyed()).headers["Location"].partition("/api/v1")[2]
    row = OrderSubmission.get()
    process_submission(runtime, row.id)
    erase_submissions(row.store_id, 0, ["ada@shopper.example"])
    codes = [{"code": "price_tolerance_exceeded"}]

    assert caller.get(place).json["validation_errors"] == codes
    again = caller.post(ORDERS, dear, **keyed())
    assert (again.status_code, again.json["code"]) == (422, "order_rejected")
    assert again.json["submission"]["validation_errors"] == codes


def test_key_without_read_orders_sees_only_submissions_of_its_channel(
    caller: Caller, app: Flask, store: Store, shop: Parts
) -> None:
    bea = make_merchant(email="bea@example.com")
    Membership.create(merchant=bea, store=store, role=Role.MANAGER)
    writer = Caller(app, make_key_text(bea, KeyScope.WRITE_ORDERS))
    first = caller.post(ORDERS, REQUEST, **keyed()).json
    second = writer.post(ORDERS, REQUEST, **keyed("key-2")).json

    def listed(who: Caller) -> list[int]:
        pages = [who.get("/stores/1003/submissions?limit=1").json]
        while pages[-1]["next"]:
            place = f"/stores/1003/submissions?limit=1&after={pages[-1]['next']}"
            pages.append(who.get(place).json)
        return [item["id"] for page in pages for item in page["items"]]

    assert listed(caller) == [second["id"], first["id"]]
    assert listed(writer) == [second["id"]]
    assert writer.get(f"/stores/1003/submissions/{first['id']}").status_code == 404


def test_keys_of_a_channel_share_their_idempotency_keys(
    caller: Caller, app: Flask, merchant: Merchant, shop: Parts
) -> None:
    other = Caller(app, make_key_text(merchant))
    first = caller.post(ORDERS, REQUEST, **keyed())

    again = other.post(ORDERS, REQUEST, **keyed())

    assert again.json["id"] == first.json["id"]
    assert again.headers["Idempotency-Replayed"] == "true"


def test_update_reaches_the_store_or_shows_both_values(
    caller: Caller, store: Store, shop: Parts, runtime: Runtime
) -> None:
    number = in_the_store(caller, runtime)["order_number"]
    order = f"{ORDERS}/{Order.get(Order.number == number).remote_id}"

    seen_etag = {"If_Match": caller.get(order).headers["ETag"]}
    shipped = {"fulfillment_status": "SHIPPED"}
    asked = caller.send("PATCH", order, json=shipped, headers=AT_ONCE | seen_etag)
    assert (asked.status_code, asked.json["state"]) == (202, "waiting")
    assert asked.headers["Retry-After"] == "1"
    send_order_updates(runtime, store.id)
    place = asked.headers["Location"].partition("/api/v1")[2]
    assert caller.get(place).json["state"] == "sent"
    assert caller.get(order).json["fulfillment_status"] == "SHIPPED"

    seen = {"payment_status": "AWAITING_PAYMENT"}
    shop.orders.update(store.id, number, {"paymentStatus": "CANCELLED"})
    change = {"payment_status": "PAID", "expected": seen}
    place = caller.send("PATCH", order, json=change, headers=AT_ONCE).headers["Location"]
    place = place.partition("/api/v1")[2]
    send_order_updates(runtime, store.id)
    conflict = caller.get(place).json
    assert (conflict["state"], conflict["remote"]) == ("conflict", {"payment_status": "CANCELLED"})

    assert caller.post(f"{place}/retry", **AT_ONCE).json["state"] == "waiting"
    shop.orders.update(store.id, number, {"paymentStatus": "REFUNDED"})
    send_order_updates(runtime, store.id)
    assert caller.post(f"{place}/drop").json["state"] == "dropped"
    assert caller.post(f"{place}/drop").json["code"] == "conflict"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PATCH", f"{ORDERS}/90", {"payment_status": "PAYED"}, 422),
        ("PATCH", f"{ORDERS}/90", {}, 422),
        ("PATCH", f"{ORDERS}/91", {"payment_status": "PAID"}, 404),
        ("POST", f"{ORDERS}/91/cancel", None, 404),
        ("GET", "/stores/1003/order-updates?state=lost", None, 422),
        ("POST", "/stores/1003/order-updates/7/drop", None, 404),
        ("GET", "/stores/1003/order-updates/7", None, 404),
        ("GET", "/stores/1003/submissions/7", None, 404),
    ],
)
def test_invalid_update_is_rejected(
    caller: Caller, mirror: Store, method: str, path: str, body: Any, status: int
) -> None:
    answer = caller.send(method, path, json=body, headers=AT_ONCE)

    assert answer.status_code == status, answer.text


def path_of(answer: TestResponse) -> str:
    """Return the path of a Location below the API's prefix."""
    return str(answer.headers["Location"]).partition("/api/v1")[2]


def test_status_change_needs_what_its_sender_saw(
    caller: Caller, mirror: Store, shop: Parts
) -> None:
    order = f"{ORDERS}/90"
    shipped = {"fulfillment_status": "DELIVERED"}

    def patch(body: dict[str, Any], **headers: str) -> TestResponse:
        return caller.send("PATCH", order, json=body, headers=AT_ONCE | headers)

    for body in (shipped, shipped | {"expected": {"payment_status": "PAID"}}):
        missing = patch(body)
        assert (missing.status_code, missing.json["code"]) == (428, "precondition_required")
        assert missing.json["field"] == "expected.fulfillment_status"
    outdated = {"expected": {"fulfillment_status": "PROCESSING"}}
    for changed in (patch(shipped, If_Match='W/"0123-4567"'), patch(shipped | outdated)):
        assert (changed.status_code, changed.json["code"]) == (412, "precondition_failed")
        assert changed.json["current"]["fulfillment_status"] == "SHIPPED"
        version = changed.headers["ETag"]
    assert patch({"tracking_number": "RX9"}).status_code == 202
    accepted = (
        patch(shipped, If_Match=version),
        patch(shipped, If_Match="*"),
        patch(shipped, If_Match=caller.get(f"{order}?fields=number").headers["ETag"]),
        patch(shipped | {"expected": {"fulfillment_status": "SHIPPED"}}),
    )
    assert [answer.status_code for answer in accepted] == [202] * 4


def test_repeated_update_after_a_conflict_overwrites_nothing(
    caller: Caller, store: Store, shop: Parts, runtime: Runtime
) -> None:
    number = in_the_store(caller, runtime)["order_number"]
    order = f"{ORDERS}/{Order.get(Order.number == number).remote_id}"
    seen = {"If_Match": caller.get(order).headers["ETag"]}
    bodies = ({"payment_status": "PAID"}, {"tracking_number": "RX1"})
    shop.orders.update(store.id, number, {"paymentStatus": "CANCELLED", "trackingNumber": "Theirs"})
    for body in bodies:
        headers = AT_ONCE | (seen if "payment_status" in body else {})
        caller.send("PATCH", order, json=body, headers=headers)
    send_order_updates(runtime, store.id)

    again = [
        caller.send("PATCH", order, json=body, headers=AT_ONCE | headers)
        for body, headers in zip(bodies, (seen, {}), strict=True)
    ]

    assert [answer.status_code for answer in again] == [412, 409]
    assert again[0].json["current"]["payment_status"] == "CANCELLED"
    assert again[1].json["order_update"]["remote"] == {"tracking_number": "Theirs"}
    listed = caller.get("/stores/1003/order-updates?state=conflict&order_number=" + number).json
    assert [item["changes"] for item in listed["items"]] == [bodies[1], bodies[0]]
    first = caller.get("/stores/1003/order-updates?limit=1").json
    rest = caller.get(f"/stores/1003/order-updates?limit=1&after={first['next']}").json
    assert [first["items"][0], rest["items"][0]] == listed["items"]
    assert shop.orders.get(store.id, number)["paymentStatus"] == "CANCELLED"


def test_order_is_canceled_unless_it_is_on_its_way(
    caller: Caller, store: Store, shop: Parts, runtime: Runtime
) -> None:
    number = in_the_store(caller, runtime)["order_number"]
    order = f"{ORDERS}/{Order.get(Order.number == number).remote_id}"

    for state in ("sent", "unchanged"):
        asked = caller.post(f"{order}/cancel", **AT_ONCE)
        send_order_updates(runtime, store.id)
        assert caller.get(path_of(asked)).json["state"] == state
    canceled = shop.orders.get(store.id, number)
    assert (canceled["paymentStatus"], canceled["fulfillmentStatus"]) == (
        "CANCELLED",
        "WILL_NOT_DELIVER",
    )

    Order.update(fulfillment_status="SHIPPED").execute()
    refused = caller.post(f"{order}/cancel", **AT_ONCE)
    assert (refused.status_code, refused.json["code"]) == (409, "conflict")


def test_submission_is_found_by_the_names_of_its_order(
    caller: Caller, shop: Parts, runtime: Runtime
) -> None:
    other = caller.post(ORDERS, REQUEST, **keyed("other")).json
    taken = caller.post(ORDERS, REQUEST | {"channel_reference": "CH-77"}, **keyed()).json
    process_submission(runtime, taken["id"])
    done = caller.get(f"/stores/1003/submissions/{taken['id']}").json

    for name in ("idempotency_key", "channel_reference", "order_number", "reference"):
        found = caller.get(f"/stores/1003/submissions?{name}={done[name]}").json["items"]
        assert found == [done]
    assert other["id"] != done["id"]
    assert caller.get("/stores/1003/submissions?order_number=NONE").json["items"] == []


def test_order_without_a_known_id_is_not_created_yet(
    caller: Caller, store: Store, shop: Parts, runtime: Runtime
) -> None:
    taken = caller.post(ORDERS, REQUEST, **keyed()).json
    with requests_mock.Mocker(real_http=True) as mocker:
        mocker.post(re.compile("/orders$"), [{"json": {"orderid": "LOST"}}])
        process_submission(runtime, taken["id"])

    waiting = caller.post(ORDERS, REQUEST, **keyed())
    assert (waiting.status_code, waiting.json["order_id"]) == (202, None)
    assert (waiting.json["state"], waiting.json["order_number"]) == ("submitted", "LOST")

    ORDERS_SPEC.save(
        store.id,
        [order_payload(id="LOST", refererId=waiting.json["reference"])],
        utc_now(),
    )
    OrderSubmission.update(due_at=utc_now()).execute()
    process_submission(runtime, taken["id"])
    done = caller.post(ORDERS, REQUEST, **keyed())
    assert (done.status_code, done.json["order_id"]) == (201, 90)
    assert OrderSubmission.get().due_at is None


def test_availability_has_price_and_stock_of_each_line(caller: Caller, shop: Parts) -> None:
    lines = [{"sku": "BOWL", "quantity": 2}, {"sku": "NONE", "quantity": 1}]

    answer = caller.post("/stores/1003/availability", {"lines": lines})

    assert answer.status_code == 200, answer.text
    bowl, none = answer.json["lines"]
    assert (bowl["is_available"], bowl["price"], bowl["stock"]) == (True, "12.50", 10)
    assert (none["is_available"], none["product_id"]) == (False, None)
    assert [error["code"] for error in none["validation_errors"]] == ["sku_unknown"]
    too_many = caller.post("/stores/1003/availability", {"lines": lines[:1] * 101})
    assert (too_many.status_code, too_many.json["field"]) == (422, "lines")


def test_used_up_quota_is_answered_with_the_time_to_wait(
    caller: Caller, shop: Parts, runtime: Runtime
) -> None:
    shop.access.faults.add(Fault("/order/calculate", 429, headers={"Retry-After": "17"}))

    for path, body in (
        ("/stores/1003/quotes", REQUEST),
        ("/stores/1003/availability", {"lines": REQUEST["lines"]}),
    ):
        busy = caller.post(path, body)
        assert (busy.status_code, busy.json["code"]) == (429, "store_busy")
        assert 5 <= int(busy.headers["Retry-After"]) <= 17
    assert "Retry-After" not in caller.get("/stores").headers


def test_store_that_is_paused_just_now_refuses_with_its_reason(caller: Caller, shop: Parts) -> None:
    body = '{"errorCode": "STORE_IS_SUSPENDED", "errorMessage": "suspended"}'
    shop.access.faults.add(Fault("/products", 402, body))

    refused = caller.post("/stores/1003/quotes", REQUEST)

    assert (refused.status_code, refused.json["code"]) == (409, "store_not_working")
    assert refused.json["state"] == "suspended"


def test_500_lines_are_ordered_at_once(caller: Caller, shop: Parts) -> None:
    lines = [{"sku": "BOWL", "quantity": 1}] * 500

    assert caller.post(ORDERS, REQUEST | {"lines": lines}, **keyed()).status_code == 202
    refused = caller.post(ORDERS, REQUEST | {"lines": [*lines, lines[0]]}, **keyed("more"))
    assert (refused.status_code, refused.json["field"]) == (422, "lines")
