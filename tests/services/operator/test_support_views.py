"""Views of a store by an operator are recorded once an hour, and found by an index."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.models import AuditLogEntry, TimelineEntry, utc_now
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.operator.support_views import may_poll, record_view
from portal.services.runtime import Runtime
from tests.factories import make_merchant, make_store


@pytest.fixture
def portal_database_url(database_url: str) -> str:
    """SQLite and PostgreSQL, one after the other."""
    return database_url


def test_view_is_recorded_once_an_hour_for_each_operator_and_store(runtime: Runtime) -> None:
    one, two = (
        make_merchant(email=f"{name}@example.com", operator_role=OperatorRole.SUPPORT)
        for name in ("one", "two")
    )
    store, other = make_store(), make_store(id=2004)

    assert not may_poll(one, store)
    for operator, seen in ((one, store), (one, store), (two, store), (one, other)):
        record_view(operator, seen)
    at_once = AuditLogEntry.select().count()
    AuditLogEntry.update(happened_at=utc_now() - timedelta(minutes=61)).execute()
    record_view(one, store)

    assert (at_once, AuditLogEntry.select().count(), TimelineEntry.select().count()) == (3, 4, 4)
    assert may_poll(two, store)
    AuditLogEntry.update(happened_at=utc_now() - timedelta(hours=25)).execute()
    assert not may_poll(two, store)
