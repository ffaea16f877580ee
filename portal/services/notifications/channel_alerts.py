"""Emails to channels that chose them: at most one an hour, about all their stores together.

The transaction that changes an issue counts a change for each channel that it is about. The next
email reports the state at its time; a change that is counted while one is written causes another
one. An email is sent once (`single_emails`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.jobs import SEND_CHANNEL_ALERTS
from portal.models import (
    Channel,
    ChannelAlertEmail,
    ChannelConsent,
    Issue,
    Lease,
    NotificationState,
    utc_now,
)
from portal.rules.channels.channel_states import ChannelStatus, ConsentStatus
from portal.rules.issues.issue_audience import IssueState, Reader
from portal.rules.notifications.notification_times import email_due_at
from portal.services.notifications.email_retries import (
    LEASE_TTL_S,
    MAIL_SERVER_DOWN,
    wake_due_emails,
)
from portal.services.notifications.render_channel_alert import (
    channel_issues,
    render_channel_alert,
)
from portal.services.notifications.single_emails import (
    SingleEmail,
    due_single_emails,
    retry_single_emails,
    send_single_email,
)
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork
from portal.services.work.leases import claimed

LEASE_PREFIX = "channel_alerts:"


def queue_channel_alerts(issue: Issue, before: IssueState, after: IssueState) -> int:
    """Count a change for each channel with more rows than before; return how many channels."""
    rows = (
        ChannelConsent.select(ChannelConsent.channel, ChannelConsent.scopes)
        .join(Channel)
        .where(
            ChannelConsent.store == issue.store_id,
            ChannelConsent.status == ConsentStatus.ACTIVE,
            _wants_alerts(),
        )
        .order_by(ChannelConsent.channel)
    )
    concerned = [
        row.channel_id
        for row in rows
        if _grows(issue, before, after, Reader(row.channel_id, is_own=False, scopes=row.scopes))
    ]
    for channel_id in concerned:
        _count_change(channel_id)
    return len(concerned)


def _wants_alerts() -> Any:
    return (
        Channel.alert_emails
        & (Channel.status == ChannelStatus.ACTIVE)
        & (Channel.contact_email != "")
    )


def _grows(issue: Issue, before: IssueState, after: IssueState, reader: Reader) -> bool:
    return after.count_for(issue.kind, reader) > before.count_for(issue.kind, reader)


def _count_change(channel_id: int) -> None:
    due_at = email_due_at(utc_now(), last_email_at=None, quiet=None)
    ChannelAlertEmail.insert(channel=channel_id, changes=1, due_at=due_at).on_conflict(
        conflict_target=[ChannelAlertEmail.channel],
        update={ChannelAlertEmail.changes: ChannelAlertEmail.changes + 1},
    ).execute()


def wake_due_channel_alerts(runtime: Runtime) -> int:
    """Make emails with new changes due, and wake the daemon for the due ones; return how many."""
    _begin_next_emails()
    return wake_due_emails(runtime, due_channel_alerts)


def _begin_next_emails() -> None:
    """Reset the rows of finished emails that don't report the latest changes."""
    now, email = utc_now(), ChannelAlertEmail
    is_outdated = (email.state != NotificationState.WAITING) & (email.changes > email.reported)
    for row in email.select().where(is_outdated).order_by(email.id):
        due_at = email_due_at(now, last_email_at=None, last_counted_at=row.sent_at, quiet=None)
        email.update(
            state=NotificationState.WAITING,
            attempts=0,
            error=None,
            sending_at=None,
            created_at=now,
            due_at=due_at,
        ).where(email.id == row.id, is_outdated).execute()


def due_channel_alerts() -> DueWork:
    """Return the channels with a due email that no worker sends."""
    return due_single_emails(
        ChannelAlertEmail, ChannelAlertEmail.channel, SEND_CHANNEL_ALERTS, LEASE_PREFIX
    )


def send_channel_alerts(runtime: Runtime, channel_id: int) -> None:
    """Send a channel's due email; one without an issue to report is dropped."""
    now = utc_now()
    with claimed(f"{LEASE_PREFIX}{channel_id}", LEASE_TTL_S) as claim:
        if claim is None or Lease.is_held(MAIL_SERVER_DOWN):
            return
        email = _due(channel_id, now)
        if email is not None:
            _send(runtime, email, now)


def _due(channel_id: int, now: datetime) -> ChannelAlertEmail | None:
    found: ChannelAlertEmail | None = (
        ChannelAlertEmail.select(ChannelAlertEmail, Channel)
        .join(Channel)
        .where(
            ChannelAlertEmail.channel == channel_id,
            ChannelAlertEmail.state == NotificationState.WAITING,
            ChannelAlertEmail.due_at <= now,
        )
        .first()
    )
    return found


def _send(runtime: Runtime, email: ChannelAlertEmail, now: datetime) -> None:
    channel = email.channel
    if email.sending_at is None:
        # Changes that commit later than this row was read may not be in the email.
        ChannelAlertEmail.update(reported=email.changes).where(
            ChannelAlertEmail.id == email.id
        ).execute()
    is_wanted = channel.alert_emails and channel.status == ChannelStatus.ACTIVE
    issues = channel_issues(channel) if is_wanted else []
    sent = SingleEmail(
        email,
        to=channel.contact_email,
        name=f"channel-alert.{email.id}.{email.created_at:%Y%m%d%H%M%S%f}",
        render=lambda: render_channel_alert(channel, issues, runtime.settings.brand),
        source={"channel": channel.id},
        is_current=bool(issues),
    )
    send_single_email(runtime, sent, now)


def retry_channel_alerts(runtime: Runtime, email_ids: Sequence[int]) -> int:
    """Send these emails again; return how many. Those without an issue are then dropped."""
    rows = retry_single_emails(ChannelAlertEmail, email_ids)
    runtime.wake_many(SEND_CHANNEL_ALERTS, {row.channel_id for row in rows})
    return len(rows)
