"""Security events are counted by hour and network, and refused tries write nothing themselves."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from portal.models import SecurityEvent, utc_now
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.rules.accounts.security_event_limits import ROWS_OF_ACCOUNT, EventCount, EventKey
from portal.services.accounts.security_events import record_security_event
from portal.services.background.rejected_webhook_counter import hour_of
from portal.services.background.security_event_counter import _insert
from portal.services.runtime import Runtime
from tests.factories import make_merchant, make_store
from tests.statements import count_statements

REFUSED = SecurityEventKind.PASSWORD_REFUSED


def record(
    runtime: Runtime,
    times: int = 1,
    *,
    kind: SecurityEventKind = REFUSED,
    ip_address: str = "203.0.113.77",
    **ids: int,
) -> None:
    """Record events of an address, by default refused passwords."""
    for _ in range(times):
        record_security_event(
            runtime, kind, ip_address=ip_address, endpoint="accounts.open_session", **ids
        )


def rows() -> list[tuple[Any, ...]]:
    """Return kind, account, store, network and count of each row."""
    found = SecurityEvent.select().order_by(SecurityEvent.id)
    return [(row.kind, row.merchant_id, row.store_id, row.network, row.count) for row in found]


def test_events_of_an_hour_are_one_row(runtime: Runtime) -> None:
    merchant, before = make_merchant(), hour_of(utc_now())
    for times in (2, 3):
        record(runtime, times, merchant_id=merchant.id)
        runtime.security_events.flush()

    assert {row[:4] for row in rows()} == {(REFUSED, merchant.id, None, "203.0.113.0/24")}
    assert sum(row[4] for row in rows()) == 5
    row = SecurityEvent.select().first()
    assert before <= row.hour_at <= row.first_at <= row.last_at <= utc_now()
    assert row.endpoint == "accounts.open_session"


def test_counting_in_a_row_that_exists_takes_no_further_id(runtime: Runtime) -> None:
    for ip_address in ("10.0.1.1", "10.0.1.1", "10.0.1.1", "10.0.2.1"):
        record(runtime, ip_address=ip_address)
        runtime.security_events.flush()

    first, second = (row.id for row in SecurityEvent.select().order_by(SecurityEvent.id))
    assert second == first + 1


def test_row_that_another_process_adds_at_the_same_moment_is_added_to(runtime: Runtime) -> None:
    record(runtime)
    runtime.security_events.flush()
    key = EventKey(SecurityEvent.get().hour_at, REFUSED, network="203.0.113.0/24", endpoint="x")

    for _ in range(2):
        _insert({key: EventCount(2, utc_now(), utc_now())})

    assert [row[4] for row in rows()] == [1, 4]


def test_recording_alone_uses_no_database(runtime: Runtime) -> None:
    with count_statements(runtime.database) as statements:
        record(runtime)

    assert statements == []


def test_unknown_accounts_and_stores_are_not_named(runtime: Runtime) -> None:
    make_store()
    for store_id in (1003, 404, 405):
        record(runtime, merchant_id=99, store_id=store_id)
    runtime.security_events.flush()

    found = sorted((row[1:] for row in rows()), key=lambda row: row[3])

    assert found == [
        (None, 1003, "203.0.113.0/24", 1),
        (None, None, "203.0.113.0/24", 2),
    ]


def test_events_survive_a_database_failure(runtime: Runtime) -> None:
    record(runtime)
    runtime.database.execute_sql("ALTER TABLE security_event RENAME TO away")
    try:
        with capture_logs() as logs:
            runtime.security_events.flush()
    finally:
        runtime.database.execute_sql("ALTER TABLE away RENAME TO security_event")

    record(runtime)
    runtime.security_events.flush()

    assert [line["event"] for line in logs] == ["security.events_not_saved"]
    assert rows() == [(REFUSED, None, None, "203.0.113.0/24", 2)]


def test_flood_of_networks_takes_few_rows_and_log_lines(runtime: Runtime) -> None:
    merchant = make_merchant()
    with capture_logs() as logs:
        for number in range(3 * ROWS_OF_ACCOUNT):
            record(runtime, merchant_id=merchant.id, ip_address=f"10.0.{number}.1")
        runtime.security_events.flush()
        record(runtime, 10, merchant_id=merchant.id, ip_address="10.0.0.1")
        runtime.security_events.flush()

    assert len(rows()) == len(logs) == ROWS_OF_ACCOUNT + 1
    assert sum(row[4] for row in rows()) == 3 * ROWS_OF_ACCOUNT + 10
    assert {line["event"] for line in logs} == {"security.password_refused"}


@pytest.mark.parametrize(("kind", "level"), [(REFUSED, "warning"), ("signed_in", "info")])
def test_line_of_an_event_has_ids_and_no_address(
    runtime: Runtime, kind: SecurityEventKind, level: str
) -> None:
    merchant = make_merchant()
    with capture_logs() as logs:
        record(runtime, merchant_id=merchant.id, kind=kind)
        runtime.security_events.flush()

    assert logs == [
        {
            "event": f"security.{kind}",
            "log_level": level,
            "merchant": merchant.id,
            "store": None,
            "network": "203.0.113.0/24",
            "endpoint": "accounts.open_session",
        }
    ]


def test_deleted_account_takes_its_events_with_it(runtime: Runtime) -> None:
    merchant = make_merchant()
    record(runtime, merchant_id=merchant.id)
    runtime.security_events.flush()

    merchant.delete_instance()
    record(runtime, merchant_id=merchant.id)
    runtime.security_events.flush()

    assert [row[1] for row in rows()] == [None]
