"""Coupons are made, changed, found by id and by code, and run out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.conftest import Turn
from tests.sandbox.outside import Outside, refusal
from tests.sandbox.rest.conftest import Sold

Coupon = dict[str, Any]
PATH = "/discount_coupons"
EVENTS = tuple(f"discount_coupon.{what}" for what in ("created", "updated", "deleted"))


def make(outside: Outside, store_id: int, **fields: Any) -> Coupon:
    """Add a coupon and return what was answered."""
    answer = outside.api(store_id, PATH, method="POST", json=fields)
    assert answer.status_code == 200, answer.text
    coupon: Coupon = answer.json()
    return coupon


def read(outside: Outside, store_id: int, reference: object) -> Coupon:
    """Return a coupon."""
    coupon: Coupon = outside.api(store_id, f"{PATH}/{reference}").json()
    return coupon


def test_a_coupon_is_read_by_its_id_and_by_its_code(outside: Outside, store_id: int) -> None:
    outside.listen(store_id, *EVENTS)

    made = make(outside, store_id, code="TEN", discount=10)

    coupon = read(outside, store_id, made["id"])
    assert made == {"id": coupon["id"], "code": "TEN"}
    assert read(outside, store_id, "TEN") == coupon
    assert (coupon["discountType"], coupon["status"]) == ("ABS", "ACTIVE")
    assert (coupon["usesLimit"], coupon["applicationLimit"]) == ("UNLIMITED", "UNLIMITED")
    assert "expirationDate" not in coupon
    assert "createTimestamp" not in coupon
    assert outside.events(store_id) == [("discount_coupon.created", made["id"], {})]


def test_a_number_is_an_id_first_and_then_a_code(outside: Outside, store_id: int) -> None:
    first = make(outside, store_id, code="FIRST")
    second = make(outside, store_id, code=str(first["id"]))
    third = make(outside, store_id, code="2026")

    assert read(outside, store_id, first["id"])["code"] == "FIRST"
    assert read(outside, store_id, "2026")["id"] == third["id"]
    assert second["id"] != first["id"]


@pytest.mark.parametrize(("way", "by_id", "by_code"), [("id", 200, 404), ("code", 404, 200)])
def test_the_switch_takes_one_way_to_a_coupon_away(
    outside: Outside, store_id: int, turn: Turn, way: str, by_id: int, by_code: int
) -> None:
    made = make(outside, store_id, code="TEN")
    turn(coupon_path=way)

    assert outside.api(store_id, f"{PATH}/{made['id']}").status_code == by_id
    assert outside.api(store_id, f"{PATH}/TEN").status_code == by_code


def test_a_coupon_without_a_code_gets_one_of_sixteen_characters(
    outside: Outside, store_id: int
) -> None:
    code = make(outside, store_id, discount=5)["code"]

    assert len(code) == 16
    assert code.isalnum()


def test_a_code_is_in_a_store_only_once(outside: Outside, store_id: int) -> None:
    make(outside, store_id, code="TEN")
    other = make(outside, store_id, code="SIX")

    created = outside.api(store_id, PATH, method="POST", json={"code": "TEN"})
    changed = outside.api(store_id, f"{PATH}/{other['id']}", method="PUT", json={"code": "TEN"})

    assert (created.status_code, changed.status_code) == (409, 409)


def test_dates_are_told_in_utc(outside: Outside, store_id: int) -> None:
    made = make(
        outside, store_id, launchDate="2026-01-01 02:00:00 +0200", expirationDate=4_000_000_000
    )

    coupon = read(outside, store_id, made["id"])
    assert coupon["launchDate"] == "2026-01-01 00:00:00 +0000"
    assert coupon["expirationDate"] == "2096-10-02 07:06:40 +0000"


@pytest.mark.parametrize(
    "fields",
    [
        {"discountType": "GIFT"},
        {"status": "LOST"},
        {"discount": -1},
        {"usesLimit": "TWICE"},
        {"launchDate": "soon"},
        {"catalogLimit": {"products": 5}},
        {"discountType": "SHIPPING", "catalogLimit": {"products": [5]}},
    ],
)
def test_a_coupon_that_cannot_be_is_refused(
    outside: Outside, store_id: int, fields: Coupon
) -> None:
    answer = outside.api(store_id, PATH, method="POST", json={"code": "TEN"} | fields)

    assert refusal(answer) == (400, "WRONG_PARAMETER")
    assert outside.listed(store_id, PATH) == []


def test_coupons_need_a_plan_that_has_them(outside: Outside) -> None:
    store_id = outside.make_store()
    outside.connect(store_id)
    outside.control("PATCH", f"/stores/{store_id}", {"features": ["API"]})

    answer = outside.api(store_id, PATH, method="POST", json={"code": "TEN"})

    assert refusal(answer) == (403, "DISCOUNTS_FEATURE_NOT_AVAILABLE")


def test_a_coupon_is_changed_by_its_code(outside: Outside, store_id: int) -> None:
    made = make(outside, store_id, code="TEN")
    outside.listen(store_id, *EVENTS)

    answer = outside.api(
        store_id, f"{PATH}/TEN", method="PUT", json={"status": "PAUSED", "orderCount": 99}
    )

    coupon = read(outside, store_id, made["id"])
    assert answer.json() == {"updateCount": 1}
    assert (coupon["status"], coupon["orderCount"]) == ("PAUSED", 0)
    assert outside.events(store_id) == [("discount_coupon.updated", made["id"], {})]


@pytest.mark.parametrize("history", ["/coupons/deleted", "/discount_coupons/deleted"])
def test_a_deleted_coupon_is_in_the_history_at_both_addresses(
    outside: Outside, store_id: int, history: str
) -> None:
    made = make(outside, store_id, code="TEN")

    answer = outside.api(store_id, f"{PATH}/TEN", method="DELETE")

    assert answer.json() == {"deleteCount": 1}
    assert [gone["id"] for gone in outside.listed(store_id, history)] == [made["id"]]
    assert make(outside, store_id, code="TEN")["id"] != made["id"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("reference", ["TEN", "42", "9" * 30])
def test_an_unknown_coupon_is_a_404(
    outside: Outside, store_id: int, method: str, reference: str
) -> None:
    answer = outside.api(store_id, f"{PATH}/{reference}", method=method, json={})

    assert refusal(answer) == (404, "DISCOUNT_COUPON_NOT_FOUND")
    assert answer.json()["errorMessage"] == "Coupon is not found"


def test_a_coupon_runs_out_by_itself(outside: Outside, store_id: int) -> None:
    made = make(outside, store_id, code="OLD", expirationDate="2020-01-01")

    assert read(outside, store_id, made["id"])["status"] == "EXPIRED"
    assert outside.listed(store_id, PATH, availability="ACTIVE") == []


Is = Callable[[Coupon], bool]
SEARCHES: list[tuple[dict[str, Any], Is]] = [
    ({"code": "WELCOME-10"}, lambda c: c["code"] == "WELCOME-10"),
    ({"code": "welcome"}, lambda _: False),
    ({"discount_type": "PERCENT"}, lambda c: c["discountType"] == "PERCENT"),
    ({"discount_type": "ABS,SHIPPING"}, lambda c: c["discountType"] in {"ABS", "SHIPPING"}),
    ({"availability": "ACTIVE"}, lambda c: c["status"] == "ACTIVE"),
    ({"availability": "EXPIRED,USEDUP"}, lambda c: c["status"] == "EXPIRED"),
    ({"createdFrom": 1_750_000_000}, lambda c: c["creationDate"] >= "2025-06-15 15:06:40"),
    ({"createdTo": 1_750_000_000}, lambda c: c["creationDate"] < "2025-06-15 15:06:40"),
    ({"updatedFrom": 1_750_000_000}, lambda c: c["updateDate"] >= "2025-06-15 15:06:40"),
    ({"updatedTo": 1_750_000_000}, lambda c: c["updateDate"] < "2025-06-15 15:06:40"),
]


@pytest.mark.parametrize(("question", "is_wanted"), SEARCHES, ids=[str(q) for q, _ in SEARCHES])
def test_a_filter_finds_what_it_is_for(sold: Sold, question: dict[str, Any], is_wanted: Is) -> None:
    sold.ids(PATH)
    wanted = {coupon["id"] for coupon in sold.truth("coupon") if is_wanted(coupon)}

    assert set(sold.ids(PATH, **question)) == wanted


def test_an_unknown_type_of_coupon_is_refused(sold: Sold) -> None:
    answer = sold.outside.api(sold.store_id, PATH, discount_type="GIFT")

    assert refusal(answer) == (400, "WRONG_PARAMETER")
