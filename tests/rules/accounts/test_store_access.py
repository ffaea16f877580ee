"""Operators read all pages of a store; only admins act, and never like the owner."""

from __future__ import annotations

import pytest

from portal.rules.accounts.store_access import (
    StoreAccess,
    StoreAudience,
    default_audience,
    is_admitted,
)


@pytest.mark.parametrize(
    ("audience", "admitted"),
    [
        (StoreAudience.EVERYONE, {"owner", "staff", "admin", "support"}),
        (StoreAudience.ACTING, {"owner", "staff", "admin"}),
        (StoreAudience.MEMBERS, {"owner", "staff"}),
        (StoreAudience.OWNER, {"owner"}),
    ],
)
def test_each_audience_admits_exactly_these(audience: StoreAudience, admitted: set[str]) -> None:
    assert {access for access in StoreAccess if is_admitted(access, audience)} == admitted


def test_operators_read_and_do_not_write_where_nothing_is_declared() -> None:
    assert default_audience("GET") is default_audience("HEAD") is StoreAudience.EVERYONE
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert default_audience(method) is StoreAudience.MEMBERS


def test_members_are_no_operators() -> None:
    assert {access for access in StoreAccess if access.is_operator} == {"admin", "support"}
