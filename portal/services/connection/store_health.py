"""Health of a store in six sections, as the API shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.models import Issue, Store
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
)
from portal.rules.issues.issue_audience import Reader
from portal.services.connection.store_overview import (
    Connection,
    StoreOverview,
    connection_of,
    store_overview,
)
from portal.services.outbox.publish_issue import state_of


@dataclass(frozen=True)
class StoreHealth:
    """Sections of a store's health, and the facts behind them.

    ``issues`` are the open issues, oldest first, each with the number of its rows.
    """

    store: Store
    overview: StoreOverview
    connection: Connection
    sections: Mapping[str, HealthSection]
    issues: Sequence[tuple[Issue, int]]

    @property
    def status(self) -> HealthStatus:
        """Return the status of the whole store."""
        return overall_status(self.sections.values())


def health_of(store: Store, reader: Reader | None = None) -> StoreHealth:
    """Return the store's current health, with the issues that ``reader`` may know of.

    Without one, all issues are returned.
    """
    overview, connection = store_overview(store), connection_of(store)
    levels = [resource.freshness for resource in overview.resources]
    missing = [scope.name for scope in connection.missing]
    counted = [(issue, _count(issue, reader)) for issue in overview.issues]
    issues = [(issue, count) for issue, count in counted if count]
    sections = {
        "connection": connection_section(store.state, is_closed=store.is_closed),
        "scopes": scopes_section(missing, is_granted=connection.granted_at is not None),
        "plan": plan_section(store.plan_level),
        "sync": sync_section(levels, unreadable=overview.unreadable),
        "webhooks": webhooks_section(store.state, store.webhook_health),
        "issues": issues_section(len(issues)),
    }
    return StoreHealth(store, overview, connection, sections, issues)


def _count(issue: Issue, reader: Reader | None) -> int:
    state = state_of(issue)
    return state.count if reader is None else state.count_for(issue.kind, reader)
