"""Worker that sends the due messages of one channel; safe to run twice or concurrently.

Each attempt is counted and committed before it is made, and its result is written afterwards. A
lease gives a channel to one worker at a time. If the process dies between sending and writing, the
message is sent again: receivers recognize it by its id, which is the same for all attempts.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from peewee import JOIN, fn

from portal.errors import MailError, SealedSecretError
from portal.jobs import SEND_ALERTS
from portal.models import (
    AlertChannel,
    AlertDelivery,
    AlertMedium,
    AlertMessage,
    AlertPurpose,
    Lease,
    Merchant,
    NotificationState,
    utc_now,
)
from portal.rules.alerts.alert_content import AlertContent
from portal.rules.alerts.delivery_retries import backoff_of, is_delivered, is_permanent
from portal.rules.work.backoff import Backoff
from portal.services.alerts.build_content import content_of
from portal.services.alerts.queue_messages import REPORTED_AFTERWARDS
from portal.services.alerts.render_alert_email import render_alert_email
from portal.services.alerts.webhook_requests import webhook_request
from portal.services.notifications.email_retries import (
    LEASE_TTL_S,
    MAIL_SERVER_DOWN,
    state_after_failure,
)
from portal.services.outbound_webhooks.http_sender import AttemptResult
from portal.services.outbound_webhooks.signed_request import open_sender
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork
from portal.services.work.leases import claimed

log = structlog.get_logger(__name__)

LEASE_PREFIX = "alerts:"
# A receiver may ask for a longer wait, up to this.
LONGEST_WAIT_S = 3_600.0


def wake_due_alert_channels(runtime: Runtime) -> int:
    """Wake the daemon for channels with a due delivery; return how many."""
    return runtime.wake_due(due_alert_channels())


def due_alert_channels() -> DueWork:
    """Return the channels with a due delivery that no worker sends.

    While the mail server is down, mail channels wait.
    """
    due = (
        AlertMessage.select(AlertMessage.channel)
        .join(AlertDelivery)
        .switch(AlertMessage)
        .join(AlertChannel)
        .where(
            AlertDelivery.state == NotificationState.WAITING,
            AlertDelivery.due_at <= utc_now(),
            AlertMessage.channel.not_in(Lease.held_ids(LEASE_PREFIX)),
        )
        .group_by(AlertMessage.channel)
    )
    if Lease.is_held(MAIL_SERVER_DOWN):
        due = due.where(AlertChannel.medium != AlertMedium.MAIL)
    return DueWork(SEND_ALERTS, due, fn.MIN(AlertDelivery.due_at))


def send_alerts(runtime: Runtime, channel_id: int) -> None:
    """Send the due deliveries of a channel, oldest first."""
    with claimed(f"{LEASE_PREFIX}{channel_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        for delivery in claim.each(_due(channel_id)):
            is_mail = delivery.message.channel.medium == AlertMedium.MAIL
            if is_mail and Lease.is_held(MAIL_SERVER_DOWN):
                return
            _send(runtime, delivery)


def _due(channel_id: int) -> list[AlertDelivery]:
    rows = (
        AlertDelivery.select(AlertDelivery, AlertMessage, AlertChannel, Merchant)
        .join(AlertMessage)
        .join(AlertChannel)
        .switch(AlertDelivery)
        .join(Merchant, JOIN.LEFT_OUTER)
        .where(
            AlertMessage.channel == channel_id,
            AlertDelivery.state == NotificationState.WAITING,
            AlertDelivery.due_at <= utc_now(),
        )
    )
    return list(rows.order_by(AlertDelivery.id))


def _send(runtime: Runtime, delivery: AlertDelivery) -> None:
    message = delivery.message
    content = content_of(message, runtime.settings.portal_url)
    reason = _obsolete_reason(delivery, content)
    if reason is not None:
        _write(delivery, state=NotificationState.DROPPED, error=reason)
    elif _begin_attempt(delivery):
        if message.channel.medium == AlertMedium.MAIL:
            _send_email(runtime, delivery, content)
        else:
            _send_request(runtime, delivery, content)


def _obsolete_reason(delivery: AlertDelivery, content: AlertContent) -> str | None:
    """Return why nothing needs to be sent any more, or None."""
    message, recipient = delivery.message, delivery.recipient
    if message.purpose != AlertPurpose.TEST and not message.channel.is_enabled:
        return "the channel was turned off"
    if recipient is not None and (not recipient.is_operator or recipient.is_locked):
        return "no longer an operator"
    is_over = all(
        line.is_resolved and line.kind not in REPORTED_AFTERWARDS for line in content.lines
    )
    if message.purpose == AlertPurpose.OPENED and is_over:
        return "resolved before it was sent"
    return None


def _begin_attempt(delivery: AlertDelivery) -> bool:
    """Count the attempt before it is made; return False if the attempts are used up."""
    backoff = _backoff(delivery)
    if delivery.attempts >= backoff.max_attempts:
        # The process died during the last attempt.
        _write(delivery, state=NotificationState.FAILED, error=delivery.error or "interrupted")
        return False
    delivery.attempts += 1
    _write(
        delivery,
        attempts=delivery.attempts,
        due_at=backoff.check_at(delivery.attempts, utc_now()),
    )
    return True


def _backoff(delivery: AlertDelivery) -> Backoff:
    message = delivery.message
    return backoff_of(
        is_mail=message.channel.medium == AlertMedium.MAIL,
        is_test=message.purpose == AlertPurpose.TEST,
    )


def _send_email(runtime: Runtime, delivery: AlertDelivery, content: AlertContent) -> None:
    recipient = delivery.recipient
    if recipient is None:
        return
    email = render_alert_email(content, recipient.locale, runtime.settings.brand)
    try:
        with runtime.mailer.connect() as smtp:
            # Also the Message-ID, so mail programs recognize a repeated attempt.
            name = f"{content.uid}.{recipient.id}"
            smtp.send(email, to=recipient.email, name=name)
            _record_sent(delivery, None)
    except MailError as error:
        state = state_after_failure(error, delivery.attempts)
        if delivery.message.purpose == AlertPurpose.TEST and state == NotificationState.WAITING:
            state = NotificationState.FAILED
        _record_failure(delivery, state, str(error), None)


def _send_request(runtime: Runtime, delivery: AlertDelivery, content: AlertContent) -> None:
    try:
        request = webhook_request(runtime, delivery.message.channel, content)
    except SealedSecretError:
        _record_failure(delivery, NotificationState.FAILED, "secret", None)
        return
    sender = open_sender(runtime.settings)
    result = sender.post(request.url, request.body, request.headers)
    sender.close()
    if result.error is None and is_delivered(result.status):
        _record_sent(delivery, result.status)
        return
    is_last = delivery.attempts >= _backoff(delivery).max_attempts
    is_final = is_last or is_permanent(result.status)
    state = NotificationState.FAILED if is_final else NotificationState.WAITING
    _record_failure(delivery, state, result.error, result)


def _record_sent(delivery: AlertDelivery, status: int | None) -> None:
    _write(delivery, state=NotificationState.SENT, sent_at=utc_now(), error=None, status=status)
    log.info("alert.sent", delivery=delivery.id, channel=delivery.message.channel_id)


def _record_failure(
    delivery: AlertDelivery,
    state: NotificationState,
    error: str | None,
    result: AttemptResult | None,
) -> None:
    """Record the failure; a receiver that asked for a longer wait gets it."""
    changes: dict[str, object] = {"state": state, "error": error}
    if result is not None:
        changes["status"] = result.status
        asked_at = utc_now() + timedelta(seconds=min(result.retry_after_s, LONGEST_WAIT_S))
        if state == NotificationState.WAITING and result.retry_after_s:
            changes["due_at"] = max(asked_at, AlertDelivery.get_by_id(delivery.id).due_at)
    _write(delivery, **changes)
    log.warning(
        "alert.not_sent",
        delivery=delivery.id,
        channel=delivery.message.channel_id,
        state=state,
        problem=error or (result and result.status),
    )


def _write(delivery: AlertDelivery, **changes: object) -> None:
    AlertDelivery.update(**changes).where(
        AlertDelivery.id == delivery.id, AlertDelivery.state == NotificationState.WAITING
    ).execute()
