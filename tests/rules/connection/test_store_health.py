"""Status of each section of a store's health; the worst one is the status of the store."""

from __future__ import annotations

import pytest

from portal.rules.connection.plan import PlanLevel
from portal.rules.connection.store_health import (
    HealthSection,
    HealthStatus,
    connection_section,
    issues_section,
    overall_status,
    plan_section,
    scopes_section,
    sync_section,
    webhooks_section,
    worst_freshness,
)
from portal.rules.connection.store_states import StoreState
from portal.rules.sync.freshness import Freshness
from portal.rules.webhooks.liveness import WebhookHealth

COMPLETE, ATTENTION, BLOCKED = HealthStatus


@pytest.mark.parametrize(
    ("section", "status"),
    [
        (connection_section(StoreState.CONNECTED), COMPLETE),
        (connection_section(StoreState.CONNECTING), ATTENTION),
        (connection_section(StoreState.CONNECTED, is_closed=True), ATTENTION),
        (connection_section(StoreState.SUSPENDED, is_closed=True), BLOCKED),
        (connection_section(StoreState.PLAN_BLOCKED), COMPLETE),
        (connection_section(StoreState.RECONNECT), BLOCKED),
        (connection_section(StoreState.SUSPENDED), BLOCKED),
        (scopes_section((), is_granted=True), COMPLETE),
        (scopes_section(("read_orders",), is_granted=True), BLOCKED),
        (scopes_section((), is_granted=False), BLOCKED),
        (plan_section(PlanLevel.FULL), COMPLETE),
        (plan_section(PlanLevel.LIMITED), ATTENTION),
        (plan_section(PlanLevel.BLOCKED), BLOCKED),
        (plan_section(PlanLevel.UNKNOWN), COMPLETE),
        (plan_section(""), ATTENTION),
        (sync_section([Freshness.ON_TIME], unreadable=0), COMPLETE),
        (sync_section([Freshness.ON_TIME], unreadable=1), ATTENTION),
        (sync_section([Freshness.ON_TIME, Freshness.LATE], unreadable=0), ATTENTION),
        (sync_section([Freshness.INITIAL_IMPORT], unreadable=0), ATTENTION),
        (sync_section([Freshness.STOPPED, Freshness.LATE], unreadable=0), BLOCKED),
        (webhooks_section(StoreState.CONNECTED, WebhookHealth.VERIFIED), COMPLETE),
        (webhooks_section(StoreState.CONNECTED, WebhookHealth.SILENT), ATTENTION),
        (webhooks_section(StoreState.CONNECTED, WebhookHealth.PENDING), ATTENTION),
        (webhooks_section(StoreState.RECONNECT, WebhookHealth.VERIFIED), BLOCKED),
        (issues_section(0), COMPLETE),
        (issues_section(2), ATTENTION),
    ],
)
def test_facts_decide_the_status_of_a_section(section: HealthSection, status: HealthStatus) -> None:
    assert section.status is status
    assert section.detail.endswith(".")


def test_sync_section_reports_the_worst_problem() -> None:
    found = sync_section([Freshness.LATE, Freshness.FAILING, Freshness.PAUSED], unreadable=3)

    assert "failed" in found.detail


def test_worst_section_decides_the_status_of_the_store() -> None:
    sections = [
        HealthSection(COMPLETE, "."),
        HealthSection(BLOCKED, "."),
        HealthSection(ATTENTION, "."),
    ]

    assert overall_status(sections) is BLOCKED
    assert overall_status(sections[:1]) is COMPLETE


def test_worst_freshness_is_that_of_the_resource_that_needs_most_attention() -> None:
    assert worst_freshness([Freshness.ON_TIME, Freshness.LATE, Freshness.FAILING]) == "failing"
    assert worst_freshness([Freshness.INITIAL_IMPORT, Freshness.LATE]) == "late"
    assert worst_freshness([Freshness.ON_TIME]) == "on_time"
    assert worst_freshness([]) == "on_time"
