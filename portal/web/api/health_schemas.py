"""Response structs of a store's health."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from portal.rules.alerts.severities import Severity
from portal.rules.connection.store_health import HealthStatus
from portal.rules.sync.freshness import Freshness
from portal.web.api.record_schemas import Moment
from portal.web.api.store_schemas import ExternalReference


class HealthIssue(Struct):
    """An open issue of the store."""

    kind: str
    severity: Annotated[
        Severity,
        Meta(
            description="`critical`: nothing works until someone acts. `warning`: something is "
            "worse than usual. `info`: nobody has to act."
        ),
    ]
    cause: str
    impact: str
    next_action: str
    opened_at: Moment
    count: Annotated[
        int | None,
        Meta(
            description="How many orders, events or records it counts; of orders only your own. "
            "Null for an issue of the connection."
        ),
    ]


class HealthResource(Struct):
    """Sync status of one resource of the store."""

    resource: str
    freshness: Freshness
    records: int
    quarantined: int
    minutes_behind: int | None
    last_success_at: Moment | None
    check_interval_s: Annotated[
        int,
        Meta(description="Seconds between two checks; more while nothing changes."),
    ]
    unchanged_checks: Annotated[
        int, Meta(description="Checks since `unchanged_since` that found nothing new.")
    ]
    unchanged_since: Moment | None
    is_paused: bool


class HealthSection(Struct):
    """Status of one section and the reason."""

    status: HealthStatus
    detail: str


class HealthSections(Struct):
    """Sections of a store's health."""

    connection: HealthSection
    scopes: HealthSection
    plan: HealthSection
    sync: HealthSection
    webhooks: HealthSection
    issues: HealthSection


class Health(Struct):
    """Overall status of a store, and the status of each section."""

    store_id: int
    external_reference: ExternalReference
    status: Annotated[HealthStatus, Meta(description="Status of the worst section.")]
    sections: HealthSections
    missing_scopes: Annotated[
        list[str],
        Meta(description="Missing scopes; while there is one, nothing is read or sent."),
    ]
    missing_features: list[str]
    resources: list[HealthResource]
    pending_events: int
    last_event_at: Moment | None
    issues: list[HealthIssue]
