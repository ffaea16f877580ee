"""Refused sign-ins that are an attack on many accounts."""

from __future__ import annotations

import pytest

from portal.rules.alerts.password_spray import RefusedSignIns, is_spray


@pytest.mark.parametrize(
    ("refused", "all_accounts", "opens", "stays_open"),
    [
        (RefusedSignIns(0, 0, 0, 0), 100, False, False),
        # One network, many accounts.
        (RefusedSignIns(10, 0, 10, 1), 100, True, True),
        (RefusedSignIns(9, 0, 9, 1), 100, False, True),
        (RefusedSignIns(4, 0, 4, 1), 100, False, False),
        # One network, addresses without an account.
        (RefusedSignIns(0, 300, 0, 1), 100, True, True),
        (RefusedSignIns(0, 299, 0, 1), 100, False, True),
        (RefusedSignIns(0, 149, 0, 1), 100, False, False),
        # Many networks, many accounts.
        (RefusedSignIns(1, 0, 30, 10), 100, True, True),
        (RefusedSignIns(1, 0, 30, 9), 100, False, True),
        (RefusedSignIns(1, 0, 29, 30), 100, False, True),
        (RefusedSignIns(1, 0, 14, 14), 100, False, False),
        # Two percent of the accounts.
        (RefusedSignIns(1, 0, 99, 99), 5_000, False, True),
        (RefusedSignIns(1, 0, 100, 99), 5_000, True, True),
    ],
)
def test_alert_opens_at_the_numbers_and_is_resolved_below_half_of_them(
    refused: RefusedSignIns, all_accounts: int, *, opens: bool, stays_open: bool
) -> None:
    assert is_spray(refused, all_accounts, is_open=False) is opens
    assert is_spray(refused, all_accounts, is_open=True) is stays_open
