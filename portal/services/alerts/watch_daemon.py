"""Watch over the daemon by the portal: operators are notified while the daemon is down.

The daemon's schedule searches for alerts every few seconds and records it. The portal's processes
compare that time with theirs. A lease lets one of them report the daemon and send what is due.
"""

from __future__ import annotations

from datetime import datetime

import structlog

from portal.models import Alert, AlertCheck, AlertSeverity, database, utc_now
from portal.models.alert_check import ONLY_ROW
from portal.rules.alerts.alert_kinds import ALERT_SEVERITIES, PortalAlertKind
from portal.rules.alerts.alert_times import is_daemon_gap
from portal.services.alerts.queue_messages import add_notices, queue_opened
from portal.services.alerts.send_alerts import due_alert_channels, send_alerts
from portal.services.notifications.email_retries import LEASE_TTL_S
from portal.services.runtime import Runtime
from portal.services.work.leases import claimed

log = structlog.get_logger(__name__)

LEASE = "daemon_watch"
# Alerts of one round; the next one continues.
CHANNELS_A_ROUND = 100


def daemon_silent_since(now: datetime | None = None) -> datetime | None:
    """Return when the daemon last reported, if that is too long ago; None if it has never run."""
    last = AlertCheck.get_or_none(AlertCheck.id == ONLY_ROW)
    if last is None or not is_daemon_gap(last.checked_at, now or utc_now()):
        return None
    since: datetime = last.checked_at
    return since


def report_silent_daemon(runtime: Runtime) -> int:
    """Open the alert of a daemon that is down, and send the alerts that are due.

    Returns to how many channels something was due; 0 while the daemon runs.
    """
    if daemon_silent_since() is None:
        return 0
    with claimed(LEASE, LEASE_TTL_S) as claim:
        if claim is None:
            return 0
        now = utc_now()
        _open_alert(now)
        queue_opened(now)
        channels = [ids[0] for ids in due_alert_channels().most_urgent(CHANNELS_A_ROUND)]
        for channel_id in claim.each(channels):
            send_alerts(runtime, channel_id)
    return len(channels)


def is_reported() -> bool:
    """Return whether the alert of a daemon that is down is open."""
    return (
        Alert.select()
        .where(Alert.kind == PortalAlertKind.DAEMON_DOWN, Alert.resolved_at.is_null())
        .exists()
    )


def _open_alert(now: datetime) -> None:
    with database.atomic():
        # Once more, because the daemon may run again by now.
        since = daemon_silent_since(now)
        if since is None or is_reported():
            return
        kind = PortalAlertKind.DAEMON_DOWN
        alert = Alert.create(
            kind=kind, severity=AlertSeverity.of(kind, ALERT_SEVERITIES[kind]), opened_at=since
        )
        add_notices([alert], now)
    log.error("daemon.silent", since=since.isoformat())
