"""Security events are listed by index, in the order of their ids."""

from __future__ import annotations

from datetime import timedelta

import pytest
from peewee import Database

from portal.models import SecurityEvent, utc_now
from portal.rules.accounts.security_event_kinds import SecurityEventKind as Kind
from portal.services.accounts.list_security_events import (
    SecurityEventFilter,
    list_security_events,
    matching_events,
)
from tests.factories import make_merchant
from tests.query_plans import plan_of


def test_times_bound_the_events(database: Database) -> None:
    now = utc_now()
    for hours in (5, 4, 3, 2, 1):
        at = now - timedelta(hours=hours)
        SecurityEvent.create(
            key=str(hours),
            hour_at=at.replace(minute=0, second=0, microsecond=0),
            kind=Kind.SIGNED_IN,
            network="",
            endpoint=str(hours),
            count=1,
            first_at=at,
            last_at=at,
        )

    def found(**wanted: object) -> list[str]:
        return [row.endpoint for row in list_security_events(SecurityEventFilter(**wanted)).rows]

    assert found() == ["1", "2", "3", "4", "5"]
    assert found(since=now - timedelta(hours=3)) == ["1", "2", "3"]
    assert found(until=now - timedelta(hours=3)) == ["4", "5"]
    assert found(since=now - timedelta(hours=4), until=now - timedelta(hours=2)) == ["3", "4"]


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (SecurityEventFilter(merchant_id=1), "security_event_merchant_id_id"),
        (SecurityEventFilter(kind=Kind.CODE_REFUSED), "security_event_kind_id"),
        (SecurityEventFilter(network="203.0.113.0/24"), "security_event_network_id"),
    ],
)
def test_filters_are_read_with_an_index_in_order(
    database: Database, wanted: SecurityEventFilter, index: str
) -> None:
    make_merchant()
    with database.atomic():
        plan = plan_of(database, matching_events(wanted).order_by(SecurityEvent.id.desc()))

    assert index in plan
    assert "TEMP B-TREE" not in plan
