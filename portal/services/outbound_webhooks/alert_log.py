"""Alert log for operators: the e-mails about failing endpoints, with a retry."""

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
    database,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.notifications.email_retries import reset_for_retry
from portal.services.outbound_webhooks.alerts import alerts_with_recipients
from portal.services.outbound_webhooks.endpoints import log_for_stores
from portal.services.runtime import Runtime

SHOWN = 25


@dataclass(frozen=True)
class LatestAlerts:
    """The latest alerts in some states, newest first, and the number of all of them."""

    rows: Sequence[EndpointAlert]
    total: int


def latest_alerts(states: Sequence[NotificationState]) -> LatestAlerts:
    """Return the latest alerts in these states."""
    rows = alerts_with_recipients().where(EndpointAlert.state.in_(states))
    latest = list(rows.order_by(EndpointAlert.id.desc()).limit(SHOWN))
    return LatestAlerts(latest, len(latest) if len(latest) < SHOWN else rows.count())


def retry_alert(runtime: Runtime, alert_id: int, actor: Merchant) -> bool:
    """Send an undelivered alert again; return False if there is no such alert."""
    return bool(_retry(runtime, EndpointAlert.id == alert_id, actor))


def retry_all_alerts(runtime: Runtime, actor: Merchant) -> int:
    """Send all undelivered alerts again; return how many."""
    return _retry(runtime, EndpointAlert.id.is_null(is_null=False), actor)


def retry_alerts(runtime: Runtime, alert_ids: Sequence[int], actor: Merchant) -> int:
    """Send these undelivered alerts again; return how many."""
    return _retry(runtime, EndpointAlert.id.in_(alert_ids), actor)


def _retry(runtime: Runtime, chosen: object, actor: Merchant) -> int:
    with database.atomic():
        rows = list(
            alerts_with_recipients()
            .where(chosen, EndpointAlert.state.in_(UNDELIVERED_STATES))
            .order_by(EndpointAlert.endpoint, EndpointAlert.id)
        )
        reset_for_retry(EndpointAlert, (row.id for row in rows))
        for _, group in groupby(rows, key=lambda row: row.endpoint_id):
            mails = list(group)
            after = {"mails": [row.id for row in mails]}
            log_for_stores(
                mails[0].endpoint, actor, AuditAction.ENDPOINT_ALERT_RETRIED, after=after
            )
    runtime.wake_many(
        SEND_ENDPOINT_ALERTS,
        {row.endpoint.channel_id for row in rows},
        at_front=True,
    )
    return len(rows)
