"""Show operators what became of the mails about endpoints, and send them again when asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from portal.jobs import SEND_ENDPOINT_ALERTS
from portal.models import (
    UNDELIVERED_STATES,
    EndpointAlert,
    Merchant,
    NotificationState,
    WebhookEndpoint,
    database,
)
from portal.services.notifications.email_retries import reset_for_retry
from portal.services.outbound_webhooks.endpoints import log_for_stores
from portal.services.runtime import Runtime

SHOWN = 25


@dataclass(frozen=True)
class LatestAlerts:
    """Hold the latest few mails that stand so, the newest first, and how many there are."""

    rows: Sequence[EndpointAlert]
    total: int


def latest_alerts(states: Sequence[NotificationState]) -> LatestAlerts:
    """Return everybody's latest mails about endpoints that are in these states."""
    rows = (
        EndpointAlert.select(EndpointAlert, WebhookEndpoint, Merchant)
        .join(WebhookEndpoint)
        .join(Merchant)
        .where(EndpointAlert.state.in_(states))
    )
    latest = list(rows.order_by(EndpointAlert.id.desc()).limit(SHOWN))
    return LatestAlerts(latest, len(latest) if len(latest) < SHOWN else rows.count())


def retry_alert(runtime: Runtime, alert_id: int, actor: Merchant) -> bool:
    """Send an undelivered mail about an endpoint again; False if there is none such."""
    return bool(_retry(runtime, EndpointAlert.id == alert_id, actor))


def retry_all_alerts(runtime: Runtime, actor: Merchant) -> int:
    """Send all undelivered mails about endpoints again; return how many that are."""
    return _retry(runtime, EndpointAlert.id.is_null(is_null=False), actor)


def _retry(runtime: Runtime, chosen: object, actor: Merchant) -> int:
    with database.atomic():
        rows = list(
            EndpointAlert.select(EndpointAlert, WebhookEndpoint, Merchant)
            .join(WebhookEndpoint)
            .join(Merchant)
            .where(chosen, EndpointAlert.state.in_(UNDELIVERED_STATES))
            .order_by(EndpointAlert.endpoint, EndpointAlert.id)
        )
        reset_for_retry(EndpointAlert, (row.id for row in rows))
        for _, group in groupby(rows, key=lambda row: row.endpoint_id):
            mails = list(group)
            after = {"mails": [row.id for row in mails]}
            log_for_stores(mails[0].endpoint, actor, "endpoint.alert_retried", after=after)
    runtime.wake_many(
        SEND_ENDPOINT_ALERTS, {row.endpoint.merchant_id for row in rows}, at_front=True
    )
    return len(rows)
