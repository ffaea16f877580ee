"""Operators find accounts by address, role and state."""

from __future__ import annotations

import pytest

from portal.models import Merchant, SecondFactor, Store, utc_now
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.accounts.browser_sessions import open_browser_session
from portal.services.accounts.list_users import UserFilter, list_users
from portal.services.accounts.second_factor import drop_factor
from tests.factories import make_merchant


@pytest.fixture
def people(merchant: Merchant, store: Store) -> None:
    """An owner, an admin with a second factor, and a locked member of the support."""
    make_merchant(email="root@shop.example", operator_role=OperatorRole.ADMIN)
    support = make_merchant(
        email="help@shop.example", operator_role=OperatorRole.SUPPORT, locked_at=utc_now()
    )
    drop_factor(support)
    SecondFactor.create(merchant=merchant, sealed_secret="x")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, "help root ada"),
        ({"email": "SHOP".lower()}, "help root"),
        ({"email": "_"}, ""),
        ({"kind": "operators"}, "help root"),
        ({"kind": "admin"}, "root"),
        ({"kind": "support"}, "help"),
        ({"kind": "merchants"}, "ada"),
        ({"state": "locked"}, "help"),
        ({"state": "unlocked"}, "root ada"),
        ({"state": "without_factor"}, "help ada"),
        ({"kind": "operators", "state": "unlocked", "email": "help"}, ""),
    ],
)
def test_filter_narrows_the_list(people: None, wanted: dict[str, str], found: str) -> None:
    rows = list_users(UserFilter(**wanted)).rows

    assert [row.merchant.email.partition("@")[0] for row in rows] == found.split()
    assert UserFilter(**wanted).is_empty is (not wanted)


def test_row_has_stores_factor_and_last_visit(merchant: Merchant, people: None) -> None:
    open_browser_session(merchant, ip_address="", user_agent="")
    session, _token = open_browser_session(merchant, ip_address="", user_agent="")

    _support, admin, owner = list_users(UserFilter()).rows

    assert (owner.stores, owner.has_factor, owner.sessions) == (1, False, 2)
    assert owner.last_seen_at == session.last_seen_at
    assert (admin.stores, admin.has_factor, admin.sessions, admin.last_seen_at) == (
        0,
        True,
        0,
        None,
    )
