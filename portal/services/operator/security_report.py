"""Numbers of security events and rejected webhooks that a monitoring program reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from portal.models import RejectedWebhookCount, SecurityEvent
from portal.rules.accounts.networks import OTHER_NETWORKS
from portal.rules.accounts.security_event_kinds import REFUSED_KINDS, SecurityEventKind
from portal.services.background.rejected_webhook_counter import hour_of

NETWORKS_SHOWN = 10


@dataclass(frozen=True)
class KindReport:
    """Events of one kind: how many, and of how many accounts and networks."""

    kind: str
    events: int
    accounts: int
    networks: int


@dataclass(frozen=True)
class SecurityReport:
    """Events since a time; ``networks`` are those with most refused tries, most first."""

    since: datetime
    kinds: Sequence[KindReport]
    networks: Mapping[str, int]
    rejected_webhooks: Mapping[str, int]


def security_report(now: datetime, window: timedelta) -> SecurityReport:
    """Return the numbers since the full hour at ``now - window``; every kind has a row."""
    since = hour_of(now - window)
    return SecurityReport(since, _kinds(since), _networks(since), _rejected_webhooks(since))


def _kinds(since: datetime) -> Sequence[KindReport]:
    rows: Any = (
        SecurityEvent.select(
            SecurityEvent.kind,
            fn.SUM(SecurityEvent.count),
            fn.COUNT(SecurityEvent.merchant.distinct()),
            fn.COUNT(SecurityEvent.network.distinct()),
        )
        .where(SecurityEvent.hour_at >= since)
        .group_by(SecurityEvent.kind)
        .tuples()
    )
    found = {kind: (int(events), accounts, networks) for kind, events, accounts, networks in rows}
    return [KindReport(kind.value, *found.get(kind, (0, 0, 0))) for kind in SecurityEventKind]


def _networks(since: datetime) -> Mapping[str, int]:
    events = fn.SUM(SecurityEvent.count)
    rows: Any = (
        SecurityEvent.select(SecurityEvent.network, events)
        .where(
            SecurityEvent.hour_at >= since,
            SecurityEvent.kind.in_(sorted(REFUSED_KINDS)),
            SecurityEvent.network != OTHER_NETWORKS,
        )
        .group_by(SecurityEvent.network)
        .order_by(events.desc(), SecurityEvent.network)
        .limit(NETWORKS_SHOWN)
        .tuples()
    )
    return {network: int(count) for network, count in rows}


def _rejected_webhooks(since: datetime) -> Mapping[str, int]:
    rows: Any = (
        RejectedWebhookCount.select(
            RejectedWebhookCount.reason, fn.SUM(RejectedWebhookCount.receipts)
        )
        .where(RejectedWebhookCount.hour_at >= since)
        .group_by(RejectedWebhookCount.reason)
        .order_by(RejectedWebhookCount.reason)
        .tuples()
    )
    return {reason: int(receipts) for reason, receipts in rows}
