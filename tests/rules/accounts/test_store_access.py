"""Operators and read-only members read all pages of a store; only admins act among operators."""

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
        (StoreAudience.EVERYONE, {"owner", "manager", "read_only", "admin", "support"}),
        (StoreAudience.ACTING, {"owner", "manager", "admin"}),
        (StoreAudience.MEMBERS, {"owner", "manager", "read_only"}),
        (StoreAudience.EDITORS, {"owner", "manager"}),
        (StoreAudience.OWNER, {"owner"}),
    ],
)
def test_each_audience_admits_exactly_these(audience: StoreAudience, admitted: set[str]) -> None:
    assert {access for access in StoreAccess if is_admitted(access, audience)} == admitted


def test_operators_and_readers_do_not_write_where_nothing_is_declared() -> None:
    assert default_audience("GET") is default_audience("HEAD") is StoreAudience.EVERYONE
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert default_audience(method) is StoreAudience.EDITORS


def test_members_are_no_operators() -> None:
    assert {access for access in StoreAccess if access.is_operator} == {"admin", "support"}
