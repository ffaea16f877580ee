"""Kinds of alerts: each kind of store issue, and faults of the portal itself."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from portal.i18n import N_
from portal.rules.alerts.severities import Severity
from portal.rules.connection.issue_kinds import ISSUE_SEVERITIES
from portal.rules.connection.issue_titles import TITLES, IssueTitle


class PortalAlertKind(StrEnum):
    """Kind of alert about the portal as a whole, not about one store's connection."""

    MANY_STORES_DOWN = "many_stores_down"
    EVENTS_LATE = "events_late"
    DAEMON_DOWN = "daemon_down"
    MAIL_UNDELIVERED = "mail_undelivered"
    ORDERS_STUCK = "orders_stuck"
    ENDPOINT_OFF = "endpoint_off"
    REDIS_ALMOST_FULL = "redis_almost_full"
    PASSWORD_SPRAY = "password_spray"  # noqa: S105 - a kind, not a password


_PORTAL_TITLES: Mapping[str, IssueTitle] = {
    PortalAlertKind.MANY_STORES_DOWN: IssueTitle(
        N_("Many stores stopped working at the same time"),
        N_("Most of the stopped stores are working again"),
    ),
    PortalAlertKind.EVENTS_LATE: IssueTitle(
        N_("Webhook events are delayed by more than 10 minutes"),
        N_("Webhook events are processed on time again"),
    ),
    PortalAlertKind.DAEMON_DOWN: IssueTitle(
        N_("The daemon wasn't running for a while"), N_("The daemon is running again")
    ),
    PortalAlertKind.MAIL_UNDELIVERED: IssueTitle(
        N_("Emails to merchants weren't delivered"),
        N_("Emails to merchants are being delivered again"),
    ),
    PortalAlertKind.ORDERS_STUCK: IssueTitle(
        N_("Submitted orders still have no result after 10 minutes"),
        N_("All submitted orders have a result"),
    ),
    PortalAlertKind.ENDPOINT_OFF: IssueTitle(
        N_("Webhook endpoints of merchants were turned off"),
        N_("The webhook endpoints are on again or were deleted"),
    ),
    PortalAlertKind.REDIS_ALMOST_FULL: IssueTitle(
        N_("Redis memory use is above 80%"),
        N_("Redis has enough free memory again"),
    ),
    PortalAlertKind.PASSWORD_SPRAY: IssueTitle(
        N_("Someone is trying passwords at many accounts"),
        N_("Nobody is trying passwords at many accounts anymore"),
    ),
}
ALERT_TITLES: Mapping[str, IssueTitle] = {**_PORTAL_TITLES, **TITLES}

# Defaults; operators may choose another severity for a kind.
ALERT_SEVERITIES: Mapping[str, Severity] = {
    PortalAlertKind.MANY_STORES_DOWN: Severity.CRITICAL,
    PortalAlertKind.EVENTS_LATE: Severity.CRITICAL,
    PortalAlertKind.DAEMON_DOWN: Severity.CRITICAL,
    PortalAlertKind.MAIL_UNDELIVERED: Severity.WARNING,
    PortalAlertKind.ORDERS_STUCK: Severity.CRITICAL,
    PortalAlertKind.ENDPOINT_OFF: Severity.WARNING,
    PortalAlertKind.REDIS_ALMOST_FULL: Severity.CRITICAL,
    PortalAlertKind.PASSWORD_SPRAY: Severity.WARNING,
    **ISSUE_SEVERITIES,
}

# The page with more about an alert, below the portal's URL.
PATHS: Mapping[str, str] = {
    PortalAlertKind.MAIL_UNDELIVERED: "/operator/notifications",
    PortalAlertKind.PASSWORD_SPRAY: "/operator/security?kind=password_refused",
}
ALERTS_PATH = "/operator/alerts"


def path_of(kind: str, store_id: int | None = None) -> str:
    """Return the path of the page about an alert, or about all alerts of a kind."""
    if store_id is not None:
        return f"/stores/{store_id}"
    return PATHS.get(kind, ALERTS_PATH)
