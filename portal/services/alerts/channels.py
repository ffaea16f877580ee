"""Create, change and delete alert channels; each change is recorded in the audit log.

URLs and secrets are stored sealed. A URL is never shown again, because it is the password of most
incoming webhooks; a signing secret is shown once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from portal.jobs import SEND_ALERTS
from portal.models import (
    AlertChannel,
    AlertMedium,
    AuditLogEntry,
    Merchant,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.alerts.alert_times import next_digest_at
from portal.rules.alerts.severities import Severity
from portal.services.alerts.queue_messages import queue_test
from portal.services.outbound_webhooks.endpoint_secrets import new_secret
from portal.services.runtime import Runtime

CHANNELS_LIMIT = 20
DEFAULT_NAME = "E-mail to operators"
DEFAULT_DIGEST_HOUR = 8


@dataclass(frozen=True)
class ChannelSettings:
    """Settings of a channel; ``url`` is None to keep the present one."""

    name: str
    url: str | None
    is_enabled: bool
    min_severity: str
    muted: Sequence[str]
    quiet_hours: tuple[int, int] | None
    timezone: str
    digest_hour: int | None

    def as_columns(self, now: datetime) -> dict[str, Any]:
        """Return the settings by column, without the URL."""
        quiet_from, quiet_until = self.quiet_hours or (None, None)
        hour = self.digest_hour
        return {
            "name": self.name,
            "is_enabled": self.is_enabled,
            "min_severity": self.min_severity,
            "muted": [*self.muted],
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
            "timezone": self.timezone,
            "digest_hour": hour,
            "digest_due_at": None if hour is None else next_digest_at(now, hour, self.timezone),
        }

    def sealed_url(self, runtime: Runtime, channel_id: int) -> dict[str, Any]:
        """Return the columns of the URL; none if it stays."""
        if self.url is None:
            return {}
        sealed = runtime.sealer.seal(self.url, "alert_channel.sealed_url", channel_id)
        return {"sealed_url": sealed, "host": urlsplit(self.url).hostname or ""}


@dataclass(frozen=True)
class NewChannel:
    """A channel just created; ``secret`` is its signing secret, None if it signs nothing."""

    channel: AlertChannel
    secret: str | None


def add_default_channel(now: datetime) -> None:
    """Add the channel of a new portal: all alerts by mail to all operators, with a digest."""
    AlertChannel.create(
        name=DEFAULT_NAME,
        medium=AlertMedium.MAIL,
        min_severity=Severity.INFO,
        digest_hour=DEFAULT_DIGEST_HOUR,
        digest_due_at=next_digest_at(now, DEFAULT_DIGEST_HOUR, "UTC"),
    )


def list_channels() -> list[AlertChannel]:
    """Return all channels, oldest first."""
    return list(AlertChannel.select().order_by(AlertChannel.id))


def channel_with_id(channel_id: int) -> AlertChannel | None:
    """Return the channel, or None if there is none with this id."""
    found: AlertChannel | None = AlertChannel.get_or_none(AlertChannel.id == channel_id)
    return found


def add_channel(
    runtime: Runtime, actor: Merchant, medium: AlertMedium, chosen: ChannelSettings
) -> NewChannel | None:
    """Create a channel; return None if there are `CHANNELS_LIMIT` already."""
    secret = new_secret() if medium is AlertMedium.WEBHOOK else None
    with database.atomic():
        if AlertChannel.select().count() >= CHANNELS_LIMIT:
            return None
        channel = AlertChannel.create(medium=medium, **chosen.as_columns(utc_now()))
        sealed = chosen.sealed_url(runtime, channel.id)
        if secret is not None:
            column = "alert_channel.sealed_secret"
            sealed["sealed_secret"] = runtime.sealer.seal(secret, column, channel.id)
        if sealed:
            AlertChannel.update(**sealed).where(AlertChannel.id == channel.id).execute()
            channel = AlertChannel.get_by_id(channel.id)
        _log(channel, actor, AuditAction.ALERT_CHANNEL_CREATED, after=_audit_values(channel))
    return NewChannel(channel, secret)


def change_channel(
    runtime: Runtime, actor: Merchant, channel: AlertChannel, chosen: ChannelSettings
) -> None:
    """Change a channel's settings; they also apply to what waits for it."""
    before = _audit_values(channel)
    with database.atomic():
        changed = chosen.as_columns(utc_now()) | chosen.sealed_url(runtime, channel.id)
        AlertChannel.update(**changed).where(AlertChannel.id == channel.id).execute()
        after = _audit_values(AlertChannel.get_by_id(channel.id))
        _log(channel, actor, AuditAction.ALERT_CHANNEL_CHANGED, before=before, after=after)


def delete_channel(actor: Merchant, channel: AlertChannel) -> None:
    """Delete a channel with its messages."""
    with database.atomic():
        _log(channel, actor, AuditAction.ALERT_CHANNEL_DELETED, before=_audit_values(channel))
        channel.delete_instance()


def send_test_message(runtime: Runtime, actor: Merchant, channel: AlertChannel) -> None:
    """Have the daemon send a test message; its result is in the list of deliveries."""
    with database.atomic():
        _log(channel, actor, AuditAction.ALERT_CHANNEL_TESTED)
        queue_test(channel, utc_now())
    runtime.wake(SEND_ALERTS, channel.id, at_front=True)


def _log(channel: AlertChannel, actor: Merchant, action: AuditAction, **facts: Any) -> None:
    AuditLogEntry.record(None, action, f"alert channel {channel.id}", actor=actor, **facts)


def _audit_values(channel: AlertChannel) -> dict[str, Any]:
    """Return the values for the audit log; only the URL's host, as the rest may be a secret."""
    names = (
        "medium",
        "host",
        "is_enabled",
        "min_severity",
        "muted",
        "quiet_from",
        "quiet_until",
        "timezone",
        "digest_hour",
    )
    return {name: getattr(channel, name) for name in names}
