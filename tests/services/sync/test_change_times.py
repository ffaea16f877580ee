"""Only readable change times of mirrored resources are used."""

from __future__ import annotations

from datetime import UTC, datetime

from portal.services.sync.change_times import parse_change_times

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_only_valid_change_times_are_used() -> None:
    text = "2026-03-01 12:00:00 +0000"
    reported = {"productsUpdated": text, "ordersUpdated": "soon", "profileUpdated": text}

    assert parse_change_times(reported) == {"products": AT}
