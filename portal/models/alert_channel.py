"""Channels over which operators get alerts."""

from __future__ import annotations

from enum import StrEnum

from peewee import AutoField, BooleanField, CharField, IntegerField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.rules.alerts.severities import Severity


class AlertMedium(StrEnum):
    """How a channel sends its messages."""

    MAIL = "mail"  # to all operators
    SLACK = "slack"  # Slack-compatible incoming webhook
    TEAMS = "teams"  # incoming webhook of a Teams workflow
    WEBHOOK = "webhook"  # signed as Standard Webhooks defines


class AlertChannel(Table):
    """One channel; it gets alerts of at least ``min_severity`` whose kind is not in ``muted``.

    ``sealed_url`` may contain a secret, so only its ``host`` is shown. ``sealed_secret`` is the
    signing secret of a signed webhook. Quiet hours last from one full hour to another in
    ``timezone``, and delay all but critical alerts. ``digest_hour`` is the hour of the daily digest
    in ``timezone``, None for no digest.
    """

    id = AutoField()
    name = CharField()
    medium = CharField()
    sealed_url = TextField(null=True)
    host = CharField(default="")
    sealed_secret = TextField(null=True)
    is_enabled = BooleanField(default=True)
    min_severity = CharField(default=Severity.INFO)
    muted = JsonField(default=list)
    quiet_from = IntegerField(null=True)
    quiet_until = IntegerField(null=True)
    timezone = CharField(default="UTC")
    digest_hour = IntegerField(null=True)
    digest_due_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=utc_now)
