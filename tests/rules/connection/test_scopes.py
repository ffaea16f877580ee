"""The scope table is the eight that are needed; granted is judged as covering, not equalling."""

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
def test_every_scope_tells_its_purpose_and_what_stops_without_it(scope) -> None:
    assert scope.purpose[0].isupper()
    assert scope.impact[0].islower()
    assert not (scope.purpose + scope.impact).endswith(".")


def test_all_eight_leave_nothing_missing() -> None:
    assert missing_scopes(EIGHT) == ()


def test_more_scopes_than_needed_are_fine() -> None:
    assert missing_scopes([*EIGHT, "update_catalog", "add_to_cp"]) == ()


def test_no_scope_at_all_misses_all_eight_in_order() -> None:
    assert missing_scopes([]) == REQUIRED_SCOPES


@pytest.mark.parametrize("name", EIGHT)
def test_a_scope_not_granted_is_named(name: str) -> None:
    granted = (other for other in EIGHT if other != name)

    assert [scope.name for scope in missing_scopes(granted)] == [name]


def test_missing_scopes_come_in_the_order_of_the_table() -> None:
    granted = set(EIGHT) - {"read_discount_coupons", "read_catalog", "create_orders"}

    names = [scope.name for scope in missing_scopes(granted)]

    assert names == ["read_catalog", "create_orders", "read_discount_coupons"]


def test_a_scope_of_like_name_covers_nothing() -> None:
    granted = ["read_catalog_batch", "READ_CATALOG", "catalog"]

    assert missing_scopes(granted) == REQUIRED_SCOPES


@pytest.mark.parametrize("name", EIGHT)
def test_a_scope_lets_its_own_events_through(name: str) -> None:
    assert set(events_for([name])) == EVENTS.get(name, set())


def test_all_scopes_let_every_event_through_once() -> None:
    events = events_for([*EIGHT, "read_promotion"])

    assert set(events) == set().union(*EVENTS.values())
    assert len(events) == len(set(events))


def test_without_scopes_no_event_is_asked_for() -> None:
    assert events_for([]) == ()


@given(st.sets(st.sampled_from([*EIGHT, "update_catalog", "add_to_cp"])))
def test_the_required_scopes_that_are_not_granted_are_missing(granted: set[str]) -> None:
    missing = {scope.name for scope in missing_scopes(granted)}

    assert missing == set(EIGHT) - granted


@given(st.sets(st.sampled_from(EIGHT)), st.sets(st.sampled_from(EIGHT)))
def test_a_wider_grant_misses_no_more_and_hears_no_less(one: set[str], other: set[str]) -> None:
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
def test_a_call_tells_which_scope_it_needs(method: str, path: str, name: str) -> None:
    scope = scope_of_call(method, path)

    assert scope is not None
    assert scope.name == name


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/webhooks"), ("GET", "/productsish"), ("DELETE", "/products/5")]
)
def test_a_call_that_the_table_does_not_know_names_no_scope(method: str, path: str) -> None:
    assert scope_of_call(method, path) is None
