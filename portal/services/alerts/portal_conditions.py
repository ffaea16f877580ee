"""Faults of the portal as a whole that are alerts now, derived from rows that exist anyway.

Each check is a few statements on an index, whatever the number of stores.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import fn

from portal.models import (
    IS_FAILING_EMAIL,
    IS_MISTYPED,
    IS_PENDING,
    IS_WORKING,
    UNDELIVERED_STATES,
    Alert,
    BulkActionEmail,
    ChannelAlertEmail,
    CircuitBreaker,
    ConnectLinkEmail,
    EndpointAlert,
    EndpointState,
    Issue,
    Notification,
    OrderSubmission,
    QueuedEmail,
    Store,
    WebhookEndpoint,
    WebhookEvent,
)
from portal.rules.alerts.alert_kinds import PortalAlertKind
from portal.rules.alerts.many_stores import WINDOW, are_many_down
from portal.rules.connection.issue_kinds import CONNECTION_ISSUE_KINDS, IssueKind
from portal.services.alerts.password_spray import sprayed_accounts

LATE_AFTER = timedelta(minutes=10)
# Older mails and endpoints that nobody has acted on are no news.
MAIL_AGE_LIMIT = timedelta(days=1)
ENDPOINT_AGE_LIMIT = timedelta(days=7)
# An uninstall is the merchant's decision.
_STOPPING_KINDS = tuple(CONNECTION_ISSUE_KINDS - {IssueKind.UNINSTALLED})


@dataclass(frozen=True)
class Condition:
    """One alert that should be open; ``count`` is how many things are affected."""

    kind: PortalAlertKind
    subject: str = ""
    count: int = 1


def portal_conditions(now: datetime) -> list[Condition]:
    """Return the alerts about the portal that should be open now."""
    counted = {
        PortalAlertKind.MANY_STORES_DOWN: _stopped_stores(now),
        PortalAlertKind.EVENTS_LATE: _stores_with_late_events(now),
        PortalAlertKind.MAIL_UNDELIVERED: _undelivered_mails(now),
        PortalAlertKind.ORDERS_STUCK: _stuck_orders(now),
        PortalAlertKind.PASSWORD_SPRAY: sprayed_accounts(now),
    }
    found = [Condition(kind, count=count) for kind, count in counted.items() if count]
    return [*found, *_endpoints_off(now)]


def _stopped_stores(now: datetime) -> int:
    """Return how many stores stopped since shortly before the alert began; 0 if they are few."""
    already = Alert.get_or_none(
        Alert.kind == PortalAlertKind.MANY_STORES_DOWN, Alert.resolved_at.is_null()
    )
    since = (now if already is None else already.opened_at) - WINDOW
    stopped: int = (
        Issue.select(fn.COUNT(Issue.store.distinct()))
        .where(
            Issue.resolved_at.is_null(), Issue.kind.in_(_STOPPING_KINDS), Issue.opened_at >= since
        )
        .scalar()
    )
    if not stopped:
        return 0
    stores = Store.select().count()
    return stopped if are_many_down(stopped, stores, is_open=already is not None) else 0


def _stores_with_late_events(now: datetime) -> int:
    """Return how many working stores have events that should have been processed long ago.

    Events of a store whose API fails wait for its circuit breaker.
    """
    late = WebhookEvent.select(1).where(
        WebhookEvent.store_id == Store.id, IS_PENDING, WebhookEvent.due_at <= now - LATE_AFTER
    )
    waiting = CircuitBreaker.select(CircuitBreaker.store).where(
        CircuitBreaker.resume_at > now - LATE_AFTER
    )
    count: int = Store.select().where(IS_WORKING, fn.EXISTS(late), Store.id.not_in(waiting)).count()
    return count


def _undelivered_mails(now: datetime) -> int:
    since = now - MAIL_AGE_LIMIT
    return sum(
        table.select()
        .where(
            IS_FAILING_EMAIL,
            table.state.in_(UNDELIVERED_STATES),
            table.created_at >= since,
            *([~IS_MISTYPED] if table is QueuedEmail else []),
        )
        .count()
        for table in (
            Notification,
            EndpointAlert,
            ConnectLinkEmail,
            BulkActionEmail,
            ChannelAlertEmail,
            QueuedEmail,
        )
    )


def _stuck_orders(now: datetime) -> int:
    count: int = (
        OrderSubmission.select()
        .where(
            OrderSubmission.due_at.is_null(is_null=False),
            OrderSubmission.received_at <= now - LATE_AFTER,
        )
        .count()
    )
    return count


def _endpoints_off(now: datetime) -> Iterator[Condition]:
    rows = WebhookEndpoint.select(WebhookEndpoint.id).where(
        WebhookEndpoint.state == EndpointState.OFF,
        WebhookEndpoint.state_changed_at >= now - ENDPOINT_AGE_LIMIT,
    )
    for row in rows:
        yield Condition(PortalAlertKind.ENDPOINT_OFF, f"endpoint {row.id}")
