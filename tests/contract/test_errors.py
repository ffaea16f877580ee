"""Every documented error: the sandbox sends it, and the portal's client maps it.

Errors of endpoints that the sandbox doesn't have (images, languages, promotions, reviews) are
scripted faults with the documented status and code.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import (
    EcwidConflictError,
    EcwidError,
    EcwidFeatureError,
    EcwidInvalidError,
    EcwidNotFoundError,
    EcwidPlanError,
    EcwidRateLimitError,
    EcwidScopeError,
    EcwidSuspendedError,
    EcwidTokenError,
    EcwidUnavailableError,
)
from portal.ecwid.transport import Transport
from tests.contract.conftest import Sides

ORDER = {
    "subtotal": 5,
    "total": 5,
    "email": "ada@shopper.example",
    "paymentStatus": "PAID",
    "fulfillmentStatus": "SHIPPED",
}


@dataclass
class Store:
    """A store and the clients that call it."""

    sides: Sides
    store_id: int
    transport: Transport
    client: EcwidClient

    def change(self, **changes: object) -> None:
        """Change the store's plan, features or suspension."""
        assert self.sides.sandbox.admin("PATCH", f"/stores/{self.store_id}", changes).ok


Cause = Callable[[Store], object]


def same_sku_twice(store: Store) -> None:
    for _ in range(2):
        store.transport.call("POST", "/products", body={"name": "Mug", "sku": "M-1"})


def same_reference_twice(store: Store) -> None:
    for _ in range(2):
        store.transport.call("POST", "/products", body={"name": "x", "externalReferenceId": "A"})


def same_variation_twice(store: Store) -> None:
    product = store.transport.call("POST", "/products", body={"name": "Shirt"})["id"]
    for _ in range(2):
        store.transport.call("POST", f"/products/{product}/combinations", body={"options": []})


def same_address_twice(store: Store) -> None:
    for _ in range(2):
        store.client.create_customer({"email": "ada@shopper.example"})


def same_code_twice(store: Store) -> None:
    for _ in range(2):
        store.transport.call("POST", "/discount_coupons", body={"code": "TEN"})


def too_many_variations(store: Store) -> None:
    many = [{"options": [{"name": "Size", "value": str(n)}]} for n in range(201)]
    store.transport.call("POST", "/products", body={"name": "Bolt", "combinations": many})


def free_plan(store: Store) -> None:
    store.change(plan="Free")
    store.client.products(sort_by="UPDATED_TIME_ASC")


def suspended(store: Store) -> None:
    store.change(suspended=True)
    store.client.profile()


def no_variations(store: Store) -> None:
    product = store.transport.call("POST", "/products", body={"name": "Shirt"})["id"]
    store.change(plan="Venture")
    store.transport.call("POST", f"/products/{product}/combinations", body={"options": []})


def missing_scope(store: Store) -> None:
    store.change(scopes=["read_store_profile"])
    store.client.orders()


def no_coupons(store: Store) -> None:
    store.change(features=["API"])
    store.transport.call("POST", "/discount_coupons", body={"code": "TEN"})


def no_groups(store: Store) -> None:
    store.change(plan="Venture")
    store.client.create_customer({"email": "a@b.example", "customerGroupId": 5})


def dead_token(store: Store) -> None:
    store.sides.transport(store.store_id, "secret_nobody_knows").get("/profile")


def dead_token_explained(store: Store) -> None:
    store.sides.set_switches(forbidden_body="on")
    dead_token(store)


def unknown_store(store: Store) -> None:
    store.sides.transport(424242, "secret_nobody_knows").get("/profile")


def over_the_quota(store: Store) -> None:
    store.sides.set_switches(quota_per_minute="1")
    for _ in range(2):
        store.client.profile()


def server_error(store: Store) -> None:
    store.sides.set_switches(error_rate="1")
    store.transport.call("POST", "/products", body={"name": "x"})


SANDBOX_ERRORS: list[tuple[int, str, type[EcwidError], Cause]] = [
    (
        400,
        "WRONG_PARAMETER",
        EcwidInvalidError,
        lambda s: s.transport.get("/products", {"limit": "x"}),
    ),
    (400, "COMBINATION_LIMIT_PER_REQUEST_EXCEEDED", EcwidInvalidError, too_many_variations),
    (402, "NOT_AVAILABLE_ON_CURRENT_PLAN", EcwidPlanError, free_plan),
    (402, "NOT_AVAILABLE_ON_CURRENT_PLAN", EcwidPlanError, no_variations),
    (402, "STORE_IS_SUSPENDED", EcwidSuspendedError, suspended),
    (403, "INSUFFICIENT_APP_SCOPE", EcwidScopeError, missing_scope),
    (403, "INVALID_API_TOKEN", EcwidTokenError, dead_token_explained),
    (403, "", EcwidTokenError, dead_token),
    (403, "DISCOUNTS_FEATURE_NOT_AVAILABLE", EcwidFeatureError, no_coupons),
    (403, "CUSTOMER_GROUPS_FEATURE_NOT_AVAILABLE", EcwidFeatureError, no_groups),
    (404, "STORE_NOT_FOUND", EcwidNotFoundError, unknown_store),
    (404, "ORDER_NOT_FOUND", EcwidNotFoundError, lambda s: s.client.order("EBJFT")),
    (404, "PRODUCT_NOT_FOUND", EcwidNotFoundError, lambda s: s.client.product(42)),
    (404, "CATEGORIES_NOT_FOUND", EcwidNotFoundError, lambda s: s.client.category(42)),
    (404, "DISCOUNT_COUPON_NOT_FOUND", EcwidNotFoundError, lambda s: s.client.coupon("TEN")),
    (404, "CUSTOMER_NOT_FOUND", EcwidNotFoundError, lambda s: s.client.customer(42)),
    (
        405,
        "METHOD_NOT_ALLOWED",
        EcwidInvalidError,
        lambda s: s.transport.call("DELETE", "/profile"),
    ),
    (409, "SKU_ALREADY_EXISTS", EcwidConflictError, same_sku_twice),
    (409, "EXTERNAL_ID_ALREADY_USED", EcwidConflictError, same_reference_twice),
    (409, "COMBINATION_DUPLICATED", EcwidConflictError, same_variation_twice),
    (409, "", EcwidConflictError, same_address_twice),
    (409, "", EcwidConflictError, same_code_twice),
    (422, "", EcwidInvalidError, lambda s: s.client.calculate_order({"items": []})),
    (429, "RATE_LIMITED", EcwidRateLimitError, over_the_quota),
    (500, "INTERNAL_ERROR", EcwidUnavailableError, server_error),
]
SCRIPTED_ERRORS: list[tuple[int, str, type[EcwidError]]] = [
    *(
        (400, code, EcwidInvalidError)
        for code in (
            "INCORRECT_IMAGE_SIZE",
            "LANGUAGES_NOT_ALLOWED",
            "MULTILINGUAL_STORE_FEATURE_NOT_ACTIVE",
            "WHOLESALE_PRICES_ARE_WRONG",
            "DIFFERENT_COMBINATION_OPTIONS",
            "CHARGE_IMPOSSIBLE",
        )
    ),
    *(
        (402, code, EcwidPlanError)
        for code in (
            "MAX_PRODUCTS_FOR_API_REQUEST_LIMIT_EXCEEDED",
            "MAX_CATEGORIES_FOR_API_REQUEST_LIMIT_EXCEEDED",
            "MAX_PROMOTIONS_LIMIT_EXCEEDED",
        )
    ),
    *(
        (403, f"{feature}_FEATURE_NOT_AVAILABLE", EcwidFeatureError)
        for feature in ("ADVANCED_DISCOUNTS", "SHIPPING_DISCOUNTS", "PRODUCT_REVIEWS")
    ),
    *(
        (404, f"{entity}_NOT_FOUND", EcwidNotFoundError)
        for entity in ("PROFILE", "CHECKOUT", "COMBINATION", "PROMOTION", "PRODUCT_REVIEW")
    ),
    (408, "TIMEOUT", EcwidUnavailableError),
    *(
        (409, code, EcwidConflictError)
        for code in (
            "CONSTRAINT_VIOLATION",
            "COMBINATION_CONTAINS_REMOVED_OPTION",
            "COMBINATION_CONTAINS_REMOVED_OPTION_VALUE",
            "NOT_ALLOWED_TO_UPDATE_PARAMETER",
            "NOT_ALLOWED_TO_UPDATE_EXTERNAL_CATEGORIES",
        )
    ),
    (413, "", EcwidInvalidError),
    (415, "", EcwidInvalidError),
    (422, "WRONG_URL", EcwidInvalidError),
    (422, "READ_ONLY_PROMOTION_FIELD_CHANGE", EcwidInvalidError),
    (422, "NOT_VIDEO_URL", EcwidInvalidError),
    (502, "", EcwidUnavailableError),
    (504, "", EcwidUnavailableError),
]
SANDBOX_ERROR_IDS = [
    f"{status}-{code or 'no code'}-{n}" for n, (status, code, _, _) in enumerate(SANDBOX_ERRORS)
]


@pytest.fixture
def store(sides: Sides) -> Store:
    return Store(sides, *sides.store())


@pytest.mark.parametrize(("status", "code", "kind", "cause"), SANDBOX_ERRORS, ids=SANDBOX_ERROR_IDS)
def test_the_client_maps_every_error_of_the_sandbox(
    store: Store, status: int, code: str, kind: type[EcwidError], cause: Cause
) -> None:
    with pytest.raises(EcwidError) as raised:
        cause(store)

    error = raised.value
    assert type(error) is kind
    assert (error.facts.status, error.facts.code or "") == (status, code)
    assert error.facts.request_id
    assert "secret_" not in str(error)


@pytest.mark.parametrize(("status", "code", "kind"), SCRIPTED_ERRORS)
def test_the_client_maps_errors_of_unused_endpoints(
    store: Store, status: int, code: str, kind: type[EcwidError]
) -> None:
    body = json.dumps({"errorCode": code, "errorMessage": "No"}) if code else ""
    fault = {"path_prefix": "/products", "status": status, "body": body, "times": 9}
    assert store.sides.sandbox.admin("POST", "/faults", fault).ok

    with pytest.raises(EcwidError) as raised:
        store.transport.call("POST", "/products", body={"name": "x"})

    assert type(raised.value) is kind
    assert (raised.value.facts.status, raised.value.facts.code or "") == (status, code)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**ORDER, "total": "much"}, "Order.total"),
        ({**ORDER, "items": [{"name": "Mug"}]}, "OrderItem.quantity"),
        ({**ORDER, "paymentStatus": "LOST"}, "paymentStatus"),
    ],
    ids=["wrong type", "absent in an item", "unexpected"],
)
def test_the_error_names_the_invalid_field(
    store: Store, body: dict[str, object], field: str
) -> None:
    with pytest.raises(EcwidInvalidError) as raised:
        store.client.create_order(body)

    assert raised.value.field == field


def test_the_rate_limit_error_contains_the_wait(store: Store) -> None:
    with pytest.raises(EcwidRateLimitError) as raised:
        over_the_quota(store)

    assert 1 <= raised.value.retry_after_s <= 61


def test_a_body_that_is_not_json_is_a_415(store: Store) -> None:
    answer = store.sides.sandbox.call(
        "POST",
        f"/api/v3/{store.store_id}/products",
        data="name=Mug",
        headers={
            "Authorization": f"Bearer {store.sides.sandbox.connect(store.store_id)}",
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )

    assert answer.status_code == 415


@pytest.mark.parametrize("kind", ["truncated", "wrong_type", "cut"])
def test_a_broken_response_is_retryable(store: Store, kind: str) -> None:
    fault = {"path_prefix": "/products", "kind": kind, "times": 9}
    assert store.sides.sandbox.admin("POST", "/faults", fault).ok

    with pytest.raises(EcwidError) as raised:
        store.client.products(sort_by="UPDATED_TIME_ASC")

    assert raised.value.retryable


@pytest.mark.parametrize("kind", ["error_after", "reset_after", "reset", "error"])
def test_a_post_is_never_repeated(store: Store, kind: str) -> None:
    fault = {"path_prefix": "/customers", "method": "POST", "kind": kind, "times": 9, "status": 500}
    assert store.sides.sandbox.admin("POST", "/faults", fault).ok

    with pytest.raises(EcwidUnavailableError):
        store.client.create_customer({"email": "ada@shopper.example"})

    # The caller must ask whether the call was executed: the store has the customer once or never.
    assert len(store.client.customers().items) == (1 if kind.endswith("after") else 0)
