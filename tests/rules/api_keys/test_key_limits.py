"""Limits of a key are compared in time and place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.rules.api_keys.key_limits import UNLIMITED, KeyLimits

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("limits", "other", "expected"),
    [
        (UNLIMITED, UNLIMITED, True),
        (KeyLimits(NOON), UNLIMITED, True),
        (UNLIMITED, KeyLimits(NOON), False),
        (KeyLimits(NOON), KeyLimits(NOON), True),
        (KeyLimits(NOON + timedelta(seconds=1)), KeyLimits(NOON), False),
        (KeyLimits(NOON, ["10.1.0.0/16"]), KeyLimits(NOON, ["10.0.0.0/8"]), True),
        (KeyLimits(NOON, ["11.0.0.0/8"]), KeyLimits(NOON, ["10.0.0.0/8"]), False),
        (KeyLimits(NOON), KeyLimits(NOON, ["10.0.0.0/8"]), False),
    ],
)
def test_limits_within_others_allow_no_more(
    limits: KeyLimits, other: KeyLimits, expected: bool
) -> None:
    assert limits.is_within(other) is expected
