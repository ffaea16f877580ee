"""Tests for discount coupons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of
from tests.sandbox.conftest import SetSwitches
from tests.sandbox.rest.conftest import SampleStore

Coupon = dict[str, Any]
PATH = "/discount_coupons"
EVENTS = tuple(f"discount_coupon.{change}" for change in ("created", "updated", "deleted"))


def create(sandbox: SandboxClient, store_id: int, **fields: Any) -> Coupon:
    """Create a coupon and return the response."""
    answer = sandbox.api(store_id, PATH, method="POST", json=fields)
    assert answer.status_code == 200, answer.text
    coupon: Coupon = answer.json()
    return coupon


def read(sandbox: SandboxClient, store_id: int, reference: object) -> Coupon:
    """Return a coupon by id or code."""
    coupon: Coupon = sandbox.api(store_id, f"{PATH}/{reference}").json()
    return coupon


def test_a_coupon_can_be_read_by_id_and_by_code(sandbox: SandboxClient, store_id: int) -> None:
    sandbox.subscribe(store_id, *EVENTS)

    made = create(sandbox, store_id, code="TEN", discount=10)

    coupon = read(sandbox, store_id, made["id"])
    assert made == {"id": coupon["id"], "code": "TEN"}
    assert read(sandbox, store_id, "TEN") == read(sandbox, store_id, "ten") == coupon
    assert (coupon["discountType"], coupon["status"]) == ("ABS", "ACTIVE")
    assert (coupon["usesLimit"], coupon["applicationLimit"]) == ("UNLIMITED", "UNLIMITED")
    assert "expirationDate" not in coupon
    assert "createTimestamp" not in coupon
    assert sandbox.events(store_id) == [("discount_coupon.created", made["id"], {})]


def test_a_numeric_reference_is_tried_as_id_and_then_as_code(
    sandbox: SandboxClient, store_id: int
) -> None:
    first = create(sandbox, store_id, code="FIRST")
    second = create(sandbox, store_id, code=str(first["id"]))
    third = create(sandbox, store_id, code="2026")

    assert read(sandbox, store_id, first["id"])["code"] == "FIRST"
    assert read(sandbox, store_id, "2026")["id"] == third["id"]
    assert second["id"] != first["id"]


@pytest.mark.parametrize(("path", "by_id", "by_code"), [("id", 200, 404), ("code", 404, 200)])
def test_the_switch_turns_off_one_kind_of_coupon_path(
    sandbox: SandboxClient,
    store_id: int,
    set_switches: SetSwitches,
    path: str,
    by_id: int,
    by_code: int,
) -> None:
    made = create(sandbox, store_id, code="TEN")
    set_switches(coupon_path=path)

    assert sandbox.api(store_id, f"{PATH}/{made['id']}").status_code == by_id
    assert sandbox.api(store_id, f"{PATH}/TEN").status_code == by_code


def test_a_coupon_without_a_code_gets_a_random_one(sandbox: SandboxClient, store_id: int) -> None:
    code = create(sandbox, store_id, discount=5)["code"]

    assert len(code) == 16
    assert code.isalnum()


def test_the_switch_makes_the_code_filter_exact(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches
) -> None:
    made = create(sandbox, store_id, code="Ärmel")
    ids = [made["id"]]

    assert [c["id"] for c in sandbox.list_items(store_id, PATH, code="äRMEL")] == ids
    set_switches(coupon_filter="exact")

    assert sandbox.list_items(store_id, PATH, code="äRMEL") == []
    assert [c["id"] for c in sandbox.list_items(store_id, PATH, code="Ärmel")] == ids


def test_coupon_codes_are_unique(sandbox: SandboxClient, store_id: int) -> None:
    create(sandbox, store_id, code="TEN")
    other = create(sandbox, store_id, code="SIX")

    created = sandbox.api(store_id, PATH, method="POST", json={"code": " Ten"})
    changed = sandbox.api(store_id, f"{PATH}/{other['id']}", method="PUT", json={"code": "ten"})

    assert (created.status_code, changed.status_code) == (409, 409)


def test_dates_are_returned_in_utc(sandbox: SandboxClient, store_id: int) -> None:
    made = create(
        sandbox, store_id, launchDate="2026-01-01 02:00:00 +0200", expirationDate=4_000_000_000
    )

    coupon = read(sandbox, store_id, made["id"])
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
def test_an_invalid_coupon_is_rejected(
    sandbox: SandboxClient, store_id: int, fields: Coupon
) -> None:
    answer = sandbox.api(store_id, PATH, method="POST", json={"code": "TEN"} | fields)

    assert error_of(answer) == (400, "WRONG_PARAMETER")
    assert sandbox.list_items(store_id, PATH) == []


def test_coupons_require_a_plan_with_the_feature(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store()
    sandbox.connect(store_id)
    sandbox.admin("PATCH", f"/stores/{store_id}", {"features": ["API"]})

    answer = sandbox.api(store_id, PATH, method="POST", json={"code": "TEN"})

    assert error_of(answer) == (403, "DISCOUNTS_FEATURE_NOT_AVAILABLE")


def test_a_coupon_can_be_changed_by_code(sandbox: SandboxClient, store_id: int) -> None:
    made = create(sandbox, store_id, code="TEN")
    sandbox.subscribe(store_id, *EVENTS)

    answer = sandbox.api(
        store_id, f"{PATH}/TEN", method="PUT", json={"status": "PAUSED", "orderCount": 99}
    )

    coupon = read(sandbox, store_id, made["id"])
    assert answer.json() == {"updateCount": 1}
    assert (coupon["status"], coupon["orderCount"]) == ("PAUSED", 0)
    assert sandbox.events(store_id) == [("discount_coupon.updated", made["id"], {})]


@pytest.mark.parametrize("history", ["/coupons/deleted", "/discount_coupons/deleted"])
def test_both_deletion_histories_list_a_deleted_coupon(
    sandbox: SandboxClient, store_id: int, history: str
) -> None:
    made = create(sandbox, store_id, code="TEN")

    answer = sandbox.api(store_id, f"{PATH}/TEN", method="DELETE")

    assert answer.json() == {"deleteCount": 1}
    assert [gone["id"] for gone in sandbox.list_items(store_id, history)] == [made["id"]]
    assert create(sandbox, store_id, code="TEN")["id"] != made["id"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("reference", ["TEN", "42", "9" * 30])
def test_an_unknown_coupon_is_a_404(
    sandbox: SandboxClient, store_id: int, method: str, reference: str
) -> None:
    answer = sandbox.api(store_id, f"{PATH}/{reference}", method=method, json={})

    assert error_of(answer) == (404, "DISCOUNT_COUPON_NOT_FOUND")
    assert answer.json()["errorMessage"] == "Coupon is not found"


def test_a_coupon_expires_after_its_date(sandbox: SandboxClient, store_id: int) -> None:
    made = create(sandbox, store_id, code="OLD", expirationDate="2020-01-01")

    assert read(sandbox, store_id, made["id"])["status"] == "EXPIRED"
    assert sandbox.list_items(store_id, PATH, availability="ACTIVE") == []


Predicate = Callable[[Coupon], bool]
SEARCHES: list[tuple[dict[str, Any], Predicate]] = [
    ({"code": "WELCOME-10"}, lambda c: c["code"] == "WELCOME-10"),
    ({"code": " welcome-10 "}, lambda c: c["code"] == "WELCOME-10"),
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


@pytest.mark.parametrize(("params", "matches"), SEARCHES, ids=[str(q) for q, _ in SEARCHES])
def test_a_filter_finds_the_matching_coupons(
    sample_store: SampleStore, params: dict[str, Any], matches: Predicate
) -> None:
    sample_store.ids(PATH)
    wanted = {coupon["id"] for coupon in sample_store.records("coupon") if matches(coupon)}

    assert set(sample_store.ids(PATH, **params)) == wanted


def test_filtering_by_an_unknown_discount_type_is_rejected(sample_store: SampleStore) -> None:
    answer = sample_store.sandbox.api(sample_store.store_id, PATH, discount_type="GIFT")

    assert error_of(answer) == (400, "WRONG_PARAMETER")
