"""Rejected webhooks are counted by hour and store, and a flood stays cheap."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from portal.models import NO_STORE, RejectedWebhookCount, utc_now
from portal.rules.webhooks.rejection_reasons import RejectionReason
from portal.services.background.rejected_webhook_counter import (
    KEYS_LIMIT,
    RETENTION,
    hour_of,
    prune_rejected_webhook_counts,
)
from portal.services.runtime import Runtime
from tests.factories import make_store

UNSIGNED = RejectionReason.UNSIGNED


def rows() -> dict[tuple[str, int], int]:
    return {(row.reason, row.store_id): row.receipts for row in RejectedWebhookCount.select()}


def test_counts_of_one_hour_add_up(runtime: Runtime) -> None:
    make_store()
    before = hour_of(utc_now())
    for _ in range(2):
        for _ in range(3):
            runtime.rejected_webhooks.count(UNSIGNED, 1003)
        runtime.rejected_webhooks.flush()

    found = RejectedWebhookCount.select()

    assert sum(row.receipts for row in found) == 6
    assert {row.hour_at for row in found} <= {before, before + timedelta(hours=1)}
    assert all(row.hour_at <= row.last_received_at <= utc_now() for row in found)


def test_counting_alone_writes_nothing(runtime: Runtime) -> None:
    runtime.rejected_webhooks.count(UNSIGNED)

    assert rows() == {}


def test_concurrent_threads_lose_no_count(runtime: Runtime) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: runtime.rejected_webhooks.count(UNSIGNED), range(2000)))

    runtime.rejected_webhooks.flush()

    assert rows() == {(UNSIGNED, NO_STORE): 2000}


def test_flood_of_store_ids_stays_a_few_rows(runtime: Runtime) -> None:
    for store_id in range(1, KEYS_LIMIT + 51):
        runtime.rejected_webhooks.count(RejectionReason.UNKNOWN_STORE, store_id)

    runtime.rejected_webhooks.flush()

    found = rows()
    assert len(found) == KEYS_LIMIT + 1
    assert found[RejectionReason.UNKNOWN_STORE, NO_STORE] == 50


def test_counts_survive_a_database_failure(runtime: Runtime) -> None:
    runtime.rejected_webhooks.count(UNSIGNED)
    runtime.database.execute_sql("ALTER TABLE rejected_webhook_count RENAME TO away")
    try:
        runtime.rejected_webhooks.flush()
    finally:
        runtime.database.execute_sql("ALTER TABLE away RENAME TO rejected_webhook_count")

    runtime.rejected_webhooks.count(UNSIGNED)
    runtime.rejected_webhooks.flush()

    assert rows() == {(UNSIGNED, NO_STORE): 2}


def test_counts_are_deleted_after_90_days(runtime: Runtime) -> None:
    now = hour_of(datetime.now(UTC))
    for age in (RETENTION + timedelta(hours=1), RETENTION - timedelta(hours=1)):
        RejectedWebhookCount.create(
            hour_at=now - age, reason=UNSIGNED, receipts=1, last_received_at=now
        )

    assert prune_rejected_webhook_counts(runtime) == 1
    assert RejectedWebhookCount.select().count() == 1
