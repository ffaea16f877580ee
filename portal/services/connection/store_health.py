"""Tell how a store stands in six sections, for programs that ask over the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.models import Issue, Store
from portal.rules.connection.store_health import (
    Section,
    Standing,
    connection_section,
    issues_section,
    plan_section,
    scopes_section,
    sync_section,
    webhooks_section,
    worst_of,
)
from portal.services.connection.store_overview import (
    Connection,
    StoreOverview,
    connection_of,
    overview_of,
)


@dataclass(frozen=True)
class StoreHealth:
    """Hold the sections with what each was judged by."""

    store: Store
    overview: StoreOverview
    connection: Connection
    sections: Mapping[str, Section]

    @property
    def standing(self) -> Standing:
        """Return how the store stands as a whole."""
        return worst_of(self.sections.values())

    @property
    def issues(self) -> Sequence[Issue]:
        """Return what is wrong now, the oldest first."""
        return self.overview.issues


def health_of(store: Store) -> StoreHealth:
    """Return how the store stands now."""
    overview, connection = overview_of(store), connection_of(store)
    words = [resource.freshness for resource in overview.resources]
    missing = [scope.name for scope in connection.missing]
    sections = {
        "connection": connection_section(store.state),
        "scopes": scopes_section(missing, is_granted=connection.granted_at is not None),
        "plan": plan_section(store.plan_level),
        "sync": sync_section(words, unreadable=overview.unreadable),
        "webhooks": webhooks_section(store.state, store.webhook_health),
        "issues": issues_section(len(overview.issues)),
    }
    return StoreHealth(store, overview, connection, sections)
