"""When the memory of Redis is almost full."""

from __future__ import annotations

from portal.rules.alerts.memory_use import is_almost_full


def test_alert_opens_at_80_percent_and_is_resolved_below_70() -> None:
    assert [is_almost_full(used, 100, is_open=False) for used in (79, 80)] == [False, True]
    assert [is_almost_full(used, 100, is_open=True) for used in (69, 70)] == [False, True]


def test_server_without_a_limit_is_never_full() -> None:
    assert not is_almost_full(10**12, 0, is_open=True)
