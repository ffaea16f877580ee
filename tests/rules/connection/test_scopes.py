"""Required scopes, the check of which ones are missing, and the events and calls they allow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.connection.scopes import (
    REQUIRED_NAMES,
    REQUIRED_SCOPES,
    events_for,
    missing_scopes,
    scope_of_call,
)

EIGHT = (
    "read_store_profile",
    "read_catalog",
    "read_orders",
    "create_orders",
    "update_orders",
    "read_customers",
    "create_customers",
    "read_discount_coupons",
)
EVENTS = {
    "read_store_profile": {
        "profile.updated",
        "profile.subscriptionStatusChanged",
        "application.installed",
        "application.uninstalled",
        "application.subscriptionStatusChanged",
        "profile.personalDataRemovalRequest",
        "profile.personalDataExportRequest",
        "customer.personalDataRemovalRequest",
        "customer.personalDataExportRequest",
    },
    "read_catalog": {
        f"{entity}.{what}"
        for entity in ("product", "category")
        for what in ("created", "updated", "deleted")
    },
    "read_orders": {"order.created", "order.updated", "order.deleted"},
    "read_customers": {"customer.created", "customer.updated", "customer.deleted"},
    "read_discount_coupons": {
        "discount_coupon.created",
        "discount_coupon.updated",
        "discount_coupon.deleted",
    },
}


def test_eight_scopes_are_required_in_this_order() -> None:
    assert REQUIRED_NAMES == EIGHT


@pytest.mark.parametrize("scope", REQUIRED_SCOPES, ids=EIGHT)
def test_every_scope_has_a_purpose_and_an_impact(scope) -> None:
    assert scope.purpose[0].isupper()
    assert not scope.purpose.endswith(".")
    assert scope.impact.startswith("Without it, ")
    assert scope.impact.endswith(".")


def test_no_scope_is_missing_if_all_eight_are_granted() -> None:
    assert missing_scopes(EIGHT) == ()


def test_extra_scopes_are_accepted() -> None:
    assert missing_scopes([*EIGHT, "update_catalog", "add_to_cp"]) == ()


def test_all_eight_are_missing_if_none_is_granted() -> None:
    assert missing_scopes([]) == REQUIRED_SCOPES


@pytest.mark.parametrize("name", EIGHT)
def test_scope_that_is_not_granted_is_missing(name: str) -> None:
    granted = (other for other in EIGHT if other != name)

    assert [scope.name for scope in missing_scopes(granted)] == [name]


def test_missing_scopes_are_in_table_order() -> None:
    granted = set(EIGHT) - {"read_discount_coupons", "read_catalog", "create_orders"}

    names = [scope.name for scope in missing_scopes(granted)]

    assert names == ["read_catalog", "create_orders", "read_discount_coupons"]


def test_scope_with_a_similar_name_does_not_count() -> None:
    granted = ["read_catalog_batch", "READ_CATALOG", "catalog"]

    assert missing_scopes(granted) == REQUIRED_SCOPES


@pytest.mark.parametrize("name", EIGHT)
def test_scope_allows_its_own_events(name: str) -> None:
    assert set(events_for([name])) == EVENTS.get(name, set())


def test_all_scopes_allow_every_event_once() -> None:
    events = events_for([*EIGHT, "read_promotion"])

    assert set(events) == set().union(*EVENTS.values())
    assert len(events) == len(set(events))


def test_no_event_is_requested_without_scopes() -> None:
    assert events_for([]) == ()


@given(st.sets(st.sampled_from([*EIGHT, "update_catalog", "add_to_cp"])))
def test_required_scopes_that_are_not_granted_are_missing(granted: set[str]) -> None:
    missing = {scope.name for scope in missing_scopes(granted)}

    assert missing == set(EIGHT) - granted


@given(st.sets(st.sampled_from(EIGHT)), st.sets(st.sampled_from(EIGHT)))
def test_wider_grant_lacks_fewer_scopes_and_allows_more_events(
    one: set[str], other: set[str]
) -> None:
    assert set(missing_scopes(one | other)) <= set(missing_scopes(one))
    assert set(events_for(one | other)) >= set(events_for(one))


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/profile", "read_store_profile"),
        ("GET", "/application/token", "read_store_profile"),
        ("POST", "/order/calculate", "read_store_profile"),
        ("GET", "/products", "read_catalog"),
        ("GET", "/products/5/combinations", "read_catalog"),
        ("GET", "/categories", "read_catalog"),
        ("GET", "/orders/EBJFT", "read_orders"),
        ("POST", "/orders", "create_orders"),
        ("PUT", "/orders/EBJFT", "update_orders"),
        ("GET", "/customers", "read_customers"),
        ("POST", "/customers", "create_customers"),
        ("GET", "/coupons/deleted", "read_discount_coupons"),
    ],
)
def test_call_requires_its_scope(method: str, path: str, name: str) -> None:
    scope = scope_of_call(method, path)

    assert scope is not None
    assert scope.name == name


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/webhooks"), ("GET", "/productsish"), ("DELETE", "/products/5")]
)
def test_unknown_call_requires_no_scope(method: str, path: str) -> None:
    assert scope_of_call(method, path) is None
