"""Labels of all states, one table for each enum; each table is a template filter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import Flask
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.i18n import format_message
from portal.models import (
    ExportProblem,
    ExportState,
    NotificationState,
    PrivacyRequestKind,
    PrivacyRequestState,
    ResyncState,
    Role,
    RunKind,
    RunState,
    StoreState,
    WebhookHealth,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.alerts.severities import SEVERITY_LABELS, Severity
from portal.rules.connection.plan import USEFUL_FEATURES, PlanLevel
from portal.rules.orders.coupon_terms import CouponFailure
from portal.rules.orders.quotes import ValidationMessage
from portal.rules.sync.freshness import DEFINITIONS, Freshness
from portal.rules.webhooks.liveness import HEALTH_DEFINITIONS
from portal.services.mirror.resource_overview import ResourceOverview
from portal.services.mirror.resources import RESOURCES
from portal.text_direction import isolated
from portal.web.event_labels import EVENT_TABLES
from portal.web.label import Label
from portal.web.order_labels import ORDER_TABLES, fulfillment_status, payment_status

STORE_STATES: dict[str, Label] = {
    StoreState.CONNECTING: Label(_l("Connecting"), "info"),
    StoreState.CONNECTED: Label(_l("Connected"), "good"),
    StoreState.LIMITED: Label(_l("Connected, limited plan"), "good"),
    StoreState.ACTION_REQUIRED: Label(_l("Permissions missing"), "bad"),
    StoreState.RECONNECT: Label(_l("Reconnect needed"), "bad"),
    StoreState.PLAN_BLOCKED: Label(_l("Plan upgrade needed"), "bad"),
    StoreState.SUSPENDED: Label(_l("Paused or suspended in Ecwid"), "bad"),
    StoreState.DISCONNECTED: Label(_l("Disconnected"), "plain"),
}
ROLES: dict[str, Label] = {
    Role.OWNER: Label(_l("Owner"), "info"),
    Role.MANAGER: Label(_l("Manager")),
    Role.READ_ONLY: Label(_l("Read-only")),
}
ROLE_PERMISSIONS: dict[str, Label] = {
    Role.MANAGER: Label(_l("Can view the store, control syncing and manage orders.")),
    Role.READ_ONLY: Label(_l("Can view and export everything, but can't change anything.")),
}
OPERATOR_ROLES: dict[str, Label] = {
    OperatorRole.ADMIN: Label(_l("Admin"), "info"),
    OperatorRole.SUPPORT: Label(_l("Support"), "info"),
}
FRESHNESS: dict[str, Label] = {
    Freshness.INITIAL_IMPORT: Label(_l("Initial import"), "info"),
    Freshness.ON_TIME: Label(_l("Up to date"), "good"),
    Freshness.LATE: Label(_l("Late"), "warn"),
    Freshness.FAILING: Label(_l("Failing"), "bad"),
    Freshness.PAUSED: Label(_l("Paused"), "plain"),
    Freshness.NEVER: Label(_l("Not imported"), "warn"),
    Freshness.STOPPED: Label(_l("Stopped"), "plain"),
}
RUN_STATES: dict[str, Label] = {
    RunState.QUEUED: Label(_l("Queued"), "info"),
    RunState.RUNNING: Label(_l("Running"), "info"),
    RunState.PAUSED: Label(_l("Paused"), "plain"),
    RunState.CANCELED: Label(_l("Canceled"), "plain"),
    RunState.FAILED: Label(_l("Failed"), "bad"),
    RunState.PARTIAL: Label(_l("Partly done"), "warn"),
    RunState.DONE: Label(_l("Done"), "good"),
}
RUN_KINDS: dict[str, Label] = {
    RunKind.BACKFILL: Label(_l("Full import")),
    RunKind.INCREMENTAL: Label(_l("Changes")),
    RunKind.RECONCILIATION: Label(_l("Verification")),
}
RESYNC_STATES: dict[str, Label] = {
    ResyncState.WAITING: Label(_l("Waiting for retry"), "info"),
    ResyncState.SAVED: Label(_l("Synced"), "good"),
    ResyncState.UNREADABLE: Label(_l("Still unreadable"), "warn"),
    ResyncState.GONE: Label(_l("Deleted in the store"), "plain"),
    ResyncState.FAILED: Label(_l("Retry failed"), "bad"),
}
EXPORT_STATES: dict[str, Label] = {
    ExportState.WAITING: Label(_l("Preparing"), "info"),
    ExportState.DONE: Label(_l("Ready"), "good"),
    ExportState.FAILED: Label(_l("Failed"), "bad"),
}
EXPORT_PROBLEMS: dict[str, Label] = {
    ExportProblem.DISK_FULL: Label(_l("We're out of disk space. Try again later.")),
    ExportProblem.NOT_WRITTEN: Label(_l("We can't save anything right now. Try again later.")),
    ExportProblem.ERROR: Label(_l("Something went wrong on our side. Try again later.")),
}
REQUEST_KINDS: dict[str, Label] = {
    PrivacyRequestKind.ERASURE: Label(_l("Erasure request")),
    PrivacyRequestKind.ACCESS: Label(_l("Access request")),
}
REQUEST_STATES: dict[str, Label] = {
    PrivacyRequestState.WAITING: Label(_l("Waiting"), "info"),
    PrivacyRequestState.DONE: Label(_l("Done"), "good"),
    PrivacyRequestState.STOPPED: Label(_l("Stopped"), "warn"),
    PrivacyRequestState.UNCLEAR: Label(_l("Needs attention"), "warn"),
}
PRIVACY_COUNTS: dict[str, Label] = {
    "customers": Label(_l("Customer records")),
    "orders": Label(_l("Orders")),
    "submissions": Label(_l("Orders placed here")),
    "order_changes": Label(_l("Order changes")),
    "events": Label(_l("Events")),
    "unreadable_records": Label(_l("Unreadable records")),
    "changes": Label(_l("Change history")),
    "coupons_used": Label(_l("Coupons used")),
}
PLAN_LEVELS: dict[str, Label] = {
    PlanLevel.FULL: Label(_l("All features"), "good"),
    PlanLevel.LIMITED: Label(_l("Some features missing"), "warn"),
    PlanLevel.UNKNOWN: Label(_l("Features unknown"), "info"),
    PlanLevel.BLOCKED: Label(_l("No API access"), "bad"),
}
WEBHOOKS: dict[str, Label] = {
    WebhookHealth.PENDING: Label(_l("Being set up"), "info"),
    WebhookHealth.WAITING: Label(_l("Waiting for the first webhook"), "info"),
    WebhookHealth.VERIFIED: Label(_l("Working"), "good"),
    WebhookHealth.SILENT: Label(_l("Not arriving"), "warn"),
    WebhookHealth.OFF: Label(_l("Not used"), "plain"),
}
NOTIFICATION_STATES: dict[str, Label] = {
    NotificationState.WAITING: Label(_l("Waiting"), "info"),
    NotificationState.SENT: Label(_l("Sent"), "good"),
    NotificationState.FAILED: Label(_l("Failed"), "bad"),
    NotificationState.BOUNCED: Label(_l("Refused"), "bad"),
    NotificationState.DROPPED: Label(_l("Skipped"), "plain"),
}
SEVERITIES: dict[str, Label] = {
    Severity.CRITICAL: Label(_l(SEVERITY_LABELS[Severity.CRITICAL]), "bad"),
    Severity.WARNING: Label(_l(SEVERITY_LABELS[Severity.WARNING]), "warn"),
    Severity.INFO: Label(_l(SEVERITY_LABELS[Severity.INFO]), "info"),
}
RESOURCE_TITLES: dict[str, Label] = {
    spec.resource: Label(_l(spec.labels.title)) for spec in RESOURCES.values()
}
EXPORT_NAMES: dict[str, Label] = {
    **{
        spec.export[0]: RESOURCE_TITLES[spec.resource] for spec in RESOURCES.values() if spec.export
    },
    "variations": Label(_l("Variations")),
}
# For use within a sentence.
RESOURCE_NOUNS: dict[str, Label] = {
    spec.resource: Label(_l(spec.labels.noun)) for spec in RESOURCES.values()
}
# Singular forms.
RECORDS: dict[str, Label] = {
    spec.resource: Label(_l(spec.labels.record)) for spec in RESOURCES.values()
}

TABLES: dict[str, Mapping[str, Label]] = {
    "store_state": STORE_STATES,
    "role": ROLES,
    "role_permissions": ROLE_PERMISSIONS,
    "operator_role": OPERATOR_ROLES,
    "freshness": FRESHNESS,
    "run_state": RUN_STATES,
    "run_kind": RUN_KINDS,
    "resync_state": RESYNC_STATES,
    "export_name": EXPORT_NAMES,
    "export_state": EXPORT_STATES,
    "export_problem": EXPORT_PROBLEMS,
    "request_kind": REQUEST_KINDS,
    "request_state": REQUEST_STATES,
    "privacy_count": PRIVACY_COUNTS,
    "plan_level": PLAN_LEVELS,
    "webhook_health": WEBHOOKS,
    "notification_state": NOTIFICATION_STATES,
    "severity": SEVERITIES,
    "resource": RESOURCE_TITLES,
    "resource_noun": RESOURCE_NOUNS,
    "record": RECORDS,
    **EVENT_TABLES,
    **ORDER_TABLES,
}


def set_up_labels(app: Flask) -> None:
    """Register each table as a filter: ``store.state|store_state`` is a `Label`."""
    for name, table in TABLES.items():
        app.jinja_env.filters[name] = _reader(table)
    app.template_filter()(definition)
    app.template_filter()(health_definition)
    app.template_filter()(translated)
    app.template_filter()(message_text)
    app.template_filter()(payment_status)
    app.template_filter()(fulfillment_status)
    app.template_filter()(feature)


def definition(resource: ResourceOverview) -> str:
    """Return the definition of a resource's freshness, with the resource's own time limit."""
    minutes = resource.late_after // timedelta(minutes=1)
    return gettext(DEFINITIONS[resource.freshness], minutes=minutes)


def health_definition(health: str) -> str:
    """Return the definition of a store's webhook health."""
    return gettext(HEALTH_DEFINITIONS.get(health, health))


def translated(text: str) -> str:
    """Return a text from a rule in the user's language."""
    return gettext(text)


def message_text(message: ValidationMessage | CouponFailure) -> str:
    """Return a message of the order rules in the user's language, with its values."""
    values = {name: isolated(value) for name, value in message.values.items()}
    return format_message(gettext(message.text), values)


def feature(name: str) -> str:
    """Return the description of a plan's feature; its name if it has no description."""
    known = USEFUL_FEATURES.get(name)
    return gettext(known) if known else name


def _reader(table: Mapping[str, Label]) -> object:
    def label_of(value: str) -> Label:
        return table.get(value) or Label(value)

    return label_of
