"""Group what channels are notified of into messages: openings, recovery notes, digests and tests.

A message and its deliveries are rows before anything is sent (promise 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from peewee import fn

from portal.models import (
    IS_OPERATOR,
    IS_UNLOCKED,
    Alert,
    AlertChannel,
    AlertDelivery,
    AlertMedium,
    AlertMessage,
    AlertNotice,
    AlertPurpose,
    Merchant,
    NotificationState,
    database,
)
from portal.models.bulk import ROWS_PER_STATEMENT, chunked
from portal.rules.alerts.alert_kinds import PortalAlertKind
from portal.rules.alerts.alert_times import (
    GROUP_WINDOW,
    next_digest_at,
    not_in_quiet_hours,
    notice_due_at,
)
from portal.rules.alerts.severities import is_at_least, worst_of
from portal.rules.notifications.notification_times import QuietHours

# Reported although it is over: it may be that nothing could be sent before.
REPORTED_AFTERWARDS = frozenset({PortalAlertKind.DAEMON_DOWN})


def quiet_hours_of(channel: AlertChannel) -> QuietHours | None:
    """Return the channel's quiet hours, None if it has none."""
    if channel.quiet_from is None or channel.quiet_until is None:
        return None
    return QuietHours(channel.quiet_from, channel.quiet_until, channel.timezone)


def add_notices(alerts: Sequence[Alert], now: datetime) -> None:
    """Record which channels are notified of these new alerts, and when."""
    if not alerts:
        return
    rows = [
        {
            "alert": alert,
            "channel": channel,
            "due_at": notice_due_at(now, alert.severity, quiet_hours_of(channel)),
        }
        for channel in AlertChannel.select().where(AlertChannel.is_enabled)
        for alert in alerts
        if is_at_least(alert.severity, channel.min_severity) and alert.kind not in channel.muted
    ]
    for some in chunked(rows, ROWS_PER_STATEMENT):
        AlertNotice.insert_many(some).execute()


def queue_opened(now: datetime) -> None:
    """Queue one message for each channel with a due notice; it has all that opened within a minute.

    Notices of alerts that were resolved before are deleted.
    """
    due = AlertNotice.select(AlertNotice.channel).where(
        AlertNotice.message.is_null(), AlertNotice.due_at <= now
    )
    for channel in AlertChannel.select().where(AlertChannel.id.in_(due)):
        with database.atomic():
            kept = _current_notices(channel, now)
            if kept and channel.is_enabled:
                message = _queue(channel, AlertPurpose.OPENED, now)
                for some in chunked(kept, ROWS_PER_STATEMENT):
                    AlertNotice.update(message=message).where(AlertNotice.id.in_(some)).execute()
            elif kept:
                AlertNotice.delete().where(AlertNotice.id.in_(kept)).execute()


def _current_notices(channel: AlertChannel, now: datetime) -> list[int]:
    """Return the notices for the next message; delete those whose alert is over."""
    rows = list(
        AlertNotice.select(AlertNotice, Alert)
        .join(Alert)
        .where(
            AlertNotice.channel == channel,
            AlertNotice.message.is_null(),
            AlertNotice.due_at <= now + GROUP_WINDOW,
        )
    )
    over = [
        row.id
        for row in rows
        if row.alert.resolved_at is not None and row.alert.kind not in REPORTED_AFTERWARDS
    ]
    for some in chunked(over, ROWS_PER_STATEMENT):
        AlertNotice.delete().where(AlertNotice.id.in_(some)).execute()
    left_out = set(over)
    return [row.id for row in rows if row.id not in left_out]


def queue_recovered(now: datetime) -> None:
    """Queue a recovery note for each message whose alerts are all resolved.

    Only receivers that got the message get the note. While a delivery of the message waits for its
    next attempt, nothing is decided.
    """
    notices = (
        AlertNotice.select(1)
        .join(Alert)
        .where(AlertNotice.message == AlertMessage.id, Alert.resolved_at.is_null())
    )
    waiting = AlertDelivery.select(1).where(
        AlertDelivery.message == AlertMessage.id,
        AlertDelivery.state == NotificationState.WAITING,
    )
    recovered = (
        AlertMessage.select(AlertMessage, AlertChannel)
        .join(AlertChannel)
        .where(
            AlertMessage.purpose == AlertPurpose.OPENED,
            AlertMessage.recovered_at.is_null(),
            ~fn.EXISTS(notices),
            ~fn.EXISTS(waiting),
        )
        .order_by(AlertMessage.id)
    )
    for message in list(recovered):
        with database.atomic():
            _queue_recovery_of(message, now)


def _queue_recovery_of(message: AlertMessage, now: datetime) -> None:
    AlertMessage.update(recovered_at=now).where(AlertMessage.id == message.id).execute()
    sent = AlertDelivery.select().where(
        AlertDelivery.message == message, AlertDelivery.state == NotificationState.SENT
    )
    alerts = list(Alert.select().join(AlertNotice).where(AlertNotice.message == message))
    receivers = [row.recipient_id for row in sent]
    is_news = any(
        alert.kind not in REPORTED_AFTERWARDS or alert.resolved_at > message.created_at
        for alert in alerts
    )
    if receivers and is_news and message.channel.is_enabled:
        severity = worst_of(alert.severity for alert in alerts)
        due_at = not_in_quiet_hours(now, severity, quiet_hours_of(message.channel))
        _queue(message.channel, AlertPurpose.RECOVERED, due_at, receivers, opening_id=message.id)


def queue_digests(now: datetime) -> None:
    """Queue the daily digests that are due."""
    due = AlertChannel.select().where(
        AlertChannel.is_enabled,
        AlertChannel.digest_hour.is_null(is_null=False),
        AlertChannel.digest_due_at <= now,
    )
    for channel in due:
        if channel.digest_hour is None:
            continue
        next_at = next_digest_at(now, channel.digest_hour, channel.timezone)
        with database.atomic():
            AlertChannel.update(digest_due_at=next_at).where(
                AlertChannel.id == channel.id
            ).execute()
            _queue(channel, AlertPurpose.DIGEST, now)


def queue_test(channel: AlertChannel, now: datetime) -> AlertMessage:
    """Queue a test message, even if the channel is off."""
    with database.atomic():
        return _queue(channel, AlertPurpose.TEST, now)


def _queue(
    channel: AlertChannel,
    purpose: AlertPurpose,
    due_at: datetime,
    receivers: Iterable[int | None] | None = None,
    *,
    opening_id: int | None = None,
) -> AlertMessage:
    """Write a message and a delivery for each receiver, in the caller's transaction."""
    message = AlertMessage.create(channel=channel, purpose=purpose, opening_id=opening_id)
    found = _receivers_of(channel) if receivers is None else list(receivers)
    rows = [{"message": message, "recipient": each, "due_at": due_at} for each in found]
    if rows:
        AlertDelivery.insert_many(rows).execute()
    return message


def _receivers_of(channel: AlertChannel) -> list[int | None]:
    """Return all operators who can sign in for a mail channel; else the channel's URL, as None."""
    if channel.medium != AlertMedium.MAIL:
        return [None]
    operators = Merchant.select(Merchant.id).where(IS_OPERATOR, IS_UNLOCKED)
    return [row.id for row in operators.order_by(Merchant.id)]
