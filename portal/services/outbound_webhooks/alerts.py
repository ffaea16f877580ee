"""Send e-mail alerts about failing endpoints; safe to run twice, also at the same time.

They go to the endpoint's merchant, or to the contact of a channel of the marketplace.
The rules are those of e-mails about issues: none during quiet hours, retries for a day, and each
attempt is counted before it is made.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from peewee import ModelSelect, fn

from portal.email import render_email
from portal.errors import MailError
from portal.i18n import DEFAULT_LANGUAGE
from portal.jobs import SEND_ENDPOINT_ALERTS
from portal.mail import RenderedEmail
from portal.models import (
    UNDELIVERED_STATES,
    Channel,
    EndpointAlert,
    Lease,
    Merchant,
    NotificationState,
    Store,
    WebhookEndpoint,
    utc_now,
)
from portal.rules.notifications.notification_times import (
    ATTEMPTS_LIMIT,
    QuietHours,
    earliest_send_at,
)
from portal.rules.outbound_webhooks.endpoint_health import TURN_OFF_PERCENT, percent_reached_at
from portal.services.notifications.email_retries import (
    LEASE_TTL_S,
    MAIL_SERVER_DOWN,
    next_attempt_at,
    state_after_failure,
    wake_due_emails,
)
from portal.services.notifications.notification_preferences import preference_of, quiet_hours
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork
from portal.services.work.leases import claimed

log = structlog.get_logger(__name__)

LEASE_PREFIX = "endpoint_alerts:"


def wake_due_alerts(runtime: Runtime) -> int:
    """Wake the daemon for channels with an alert due; return how many."""
    return wake_due_emails(runtime, due_alerts)


def due_alerts() -> DueWork:
    """Return the channels with an alert due that no worker sends."""
    due = (
        WebhookEndpoint.select(WebhookEndpoint.channel)
        .join(EndpointAlert)
        .where(
            EndpointAlert.state == NotificationState.WAITING,
            EndpointAlert.due_at <= utc_now(),
            WebhookEndpoint.channel.not_in(Lease.held_ids(LEASE_PREFIX)),
        )
        .group_by(WebhookEndpoint.channel)
    )
    return DueWork(SEND_ENDPOINT_ALERTS, due, fn.MIN(EndpointAlert.due_at))


def undelivered_alert(endpoint: WebhookEndpoint) -> EndpointAlert | None:
    """Return the newest alert about an endpoint if it could not be delivered, else None."""
    newest: EndpointAlert | None = (
        EndpointAlert.select()
        .where(EndpointAlert.endpoint == endpoint)
        .order_by(EndpointAlert.id.desc())
        .first()
    )
    return newest if newest is not None and newest.state in UNDELIVERED_STATES else None


def endpoint_timezone(endpoint: WebhookEndpoint) -> str:
    """Return the time zone of dates: the merchant's choice, else the store's, else ""."""
    chosen = "" if endpoint.merchant is None else endpoint.merchant.timezone
    return chosen or _store_timezone(endpoint)


def quiet_hours_of(endpoint: WebhookEndpoint) -> QuietHours | None:
    """Return the merchant's quiet hours for alerts about the endpoint; None if there are none."""
    if endpoint.merchant is None:
        return None
    return quiet_hours(preference_of(endpoint.merchant), _store_timezone(endpoint))


def recipient_of(endpoint: WebhookEndpoint) -> str:
    """Return the address of the endpoint's merchant, or of its channel's contact, or ""."""
    owner = endpoint.merchant
    address: str = endpoint.channel.contact_email if owner is None else owner.email
    return address


def _store_timezone(endpoint: WebhookEndpoint) -> str:
    zone: str = "" if endpoint.store_id is None else Store.get_by_id(endpoint.store_id).timezone
    return zone


def send_endpoint_alerts(runtime: Runtime, channel_id: int) -> None:
    """Send a channel's due alerts; stop as soon as the SMTP server is unavailable."""
    with claimed(f"{LEASE_PREFIX}{channel_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        for alert in claim.each(_due(channel_id)):
            if Lease.is_held(MAIL_SERVER_DOWN):
                return
            _send(runtime, alert)


def _due(channel_id: int) -> list[EndpointAlert]:
    rows = alerts_with_recipients().where(
        WebhookEndpoint.channel == channel_id,
        EndpointAlert.state == NotificationState.WAITING,
        EndpointAlert.due_at <= utc_now(),
    )
    return list(rows.order_by(EndpointAlert.id))


def alerts_with_recipients() -> ModelSelect[EndpointAlert]:
    """Return the query of alerts with their endpoints, channels and merchants."""
    rows = EndpointAlert.select(EndpointAlert, WebhookEndpoint, Channel, Merchant)
    rows = rows.join(WebhookEndpoint).join(Channel)
    return rows.join_from(WebhookEndpoint, Merchant, "LEFT JOIN")


def _send(runtime: Runtime, alert: EndpointAlert) -> None:
    endpoint, now = alert.endpoint, utc_now()
    quiet = quiet_hours_of(endpoint)
    send_at = earliest_send_at(now, last_email_at=None, quiet=quiet)
    if not _is_current(alert):
        _write(alert, state=NotificationState.DROPPED, error="no longer so")
        return
    if send_at > now:
        _write(alert, due_at=send_at)
        return
    if not _begin_attempt(alert, now, quiet):
        return
    email = _render(runtime, alert)
    # The name is the same for each attempt, and differs from that of any other database's e-mail.
    name = f"endpoint.{alert.id}.{endpoint.created_at:%Y%m%d%H%M%S%f}"
    try:
        with runtime.mailer.connect() as smtp:
            smtp.send(email, to=recipient_of(endpoint), name=name)
            _write(alert, state=NotificationState.SENT, sent_at=utc_now(), error=None)
    except MailError as error:
        _record_failure(alert, error)


def _is_current(alert: EndpointAlert) -> bool:
    """Return whether the alert is still true: the endpoint is still failing, or still off."""
    endpoint: WebhookEndpoint = alert.endpoint
    if alert.percent == TURN_OFF_PERCENT:
        return endpoint.off_reason is not None
    return endpoint.is_on and endpoint.alerted_percent == alert.percent


def _begin_attempt(alert: EndpointAlert, now: datetime, quiet: QuietHours | None) -> bool:
    """Count the attempt before it is made; return False if it would exceed the limit."""
    alert.attempts += 1
    if alert.attempts > ATTEMPTS_LIMIT:
        _write(alert, state=NotificationState.FAILED)
        return False
    due_at = next_attempt_at(now, alert.attempts, quiet)
    _write(alert, attempts=alert.attempts, due_at=due_at)
    return True


def _record_failure(alert: EndpointAlert, error: MailError) -> None:
    state = state_after_failure(error, alert.attempts)
    _write(alert, state=state, error=str(error))
    log.warning("email.not_sent", endpoint=alert.endpoint_id, state=state, problem=str(error))


def _render(runtime: Runtime, alert: EndpointAlert) -> RenderedEmail:
    endpoint, settings = alert.endpoint, runtime.settings
    since = endpoint.failing_since_at or endpoint.state_changed_at
    allowed, owner = timedelta(hours=settings.endpoint_disable_after_hours), endpoint.merchant
    return render_email(
        "endpoint_failing",
        brand=settings.brand,
        locale=DEFAULT_LANGUAGE if owner is None else owner.locale,
        title=endpoint.name,
        url=endpoint.url,
        percent=alert.percent,
        is_gone=endpoint.off_reason == "gone",
        since=since,
        off_at=percent_reached_at(since, TURN_OFF_PERCENT, allowed),
        zone=endpoint_timezone(endpoint),
        channel=endpoint.channel.name if owner is None else "",
        endpoint_id=endpoint.id,
        link=f"{settings.portal_url}/account/webhooks/{endpoint.id}",
        preferences_link=f"{settings.portal_url}/account/notifications",
    )


def _write(alert: EndpointAlert, **changes: object) -> None:
    EndpointAlert.update(**changes).where(
        EndpointAlert.id == alert.id, EndpointAlert.state == NotificationState.WAITING
    ).execute()
