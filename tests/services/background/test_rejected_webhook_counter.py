"""Problems are counted hour by hour and store by store, and a flood stays cheap."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from portal.models import NO_STORE, DeliveryCount, utc_now
from portal.rules.webhooks.rejection_reasons import DeliveryProblem
from portal.services.background.rejected_webhook_counter import (
    KEPT_FOR,
    LINES_AT_ONCE,
    forget_old_counts,
    hour_of,
)
from portal.services.runtime import Runtime
from tests.factories import make_store

UNSIGNED = DeliveryProblem.UNSIGNED


def rows() -> dict[tuple[str, int], int]:
    return {(row.problem, row.store_id): row.deliveries for row in DeliveryCount.select()}


def test_counts_of_one_hour_add_up(runtime: Runtime) -> None:
    make_store()
    before = hour_of(utc_now())
    for _ in range(2):
        for _ in range(3):
            runtime.problems.count(UNSIGNED, 1003)
        runtime.problems.do_now()

    found = DeliveryCount.select()

    assert sum(row.deliveries for row in found) == 6
    assert {row.hour_at for row in found} <= {before, before + timedelta(hours=1)}
    assert all(row.hour_at <= row.last_at <= utc_now() for row in found)


def test_counting_writes_nothing_by_itself(runtime: Runtime) -> None:
    runtime.problems.count(UNSIGNED)

    assert rows() == {}


def test_threads_lose_no_count(runtime: Runtime) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: runtime.problems.count(UNSIGNED), range(2000)))

    runtime.problems.do_now()

    assert rows() == {(UNSIGNED, NO_STORE): 2000}


def test_a_flood_of_store_numbers_stays_a_few_lines(runtime: Runtime) -> None:
    for store_id in range(1, LINES_AT_ONCE + 51):
        runtime.problems.count(DeliveryProblem.UNKNOWN_STORE, store_id)

    runtime.problems.do_now()

    found = rows()
    assert len(found) == LINES_AT_ONCE + 1
    assert found[DeliveryProblem.UNKNOWN_STORE, NO_STORE] == 50


def test_counts_outlast_a_database_that_is_away(runtime: Runtime) -> None:
    runtime.problems.count(UNSIGNED)
    runtime.database.execute_sql("ALTER TABLE delivery_count RENAME TO away")
    try:
        runtime.problems.do_now()
    finally:
        runtime.database.execute_sql("ALTER TABLE away RENAME TO delivery_count")

    runtime.problems.count(UNSIGNED)
    runtime.problems.do_now()

    assert rows() == {(UNSIGNED, NO_STORE): 2}


def test_counts_are_forgotten_after_three_months(runtime: Runtime) -> None:
    now = hour_of(datetime.now(UTC))
    for age in (KEPT_FOR + timedelta(hours=1), KEPT_FOR - timedelta(hours=1)):
        DeliveryCount.create(hour_at=now - age, problem=UNSIGNED, deliveries=1, last_at=now)

    assert forget_old_counts(runtime) == 1
    assert DeliveryCount.select().count() == 1
