"""Search for passwords that are tried at many accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from peewee import Case, fn

from portal.models import Alert, Merchant, SecurityEvent
from portal.rules.accounts.networks import OTHER_NETWORKS
from portal.rules.accounts.security_event_kinds import SIGN_IN_REFUSED_KINDS
from portal.rules.alerts.alert_kinds import PortalAlertKind
from portal.rules.alerts.password_spray import WINDOW, RefusedSignIns, is_spray
from portal.services.background.rejected_webhook_counter import hour_of


def sprayed_accounts(now: datetime) -> int:
    """Return at how many accounts passwords are tried, at least 1; 0 if it is no attack."""
    refused = _refused_sign_ins(now)
    if not refused.networks:
        return 0
    is_open = (
        Alert.select()
        .where(Alert.kind == PortalAlertKind.PASSWORD_SPRAY, Alert.resolved_at.is_null())
        .exists()
    )
    found = is_spray(refused, Merchant.select().count(), is_open=is_open)
    return max(1, refused.accounts) if found else 0


def _refused_sign_ins(now: datetime) -> RefusedSignIns:
    is_recent = (
        (SecurityEvent.hour_at >= hour_of(now - WINDOW))
        & (SecurityEvent.last_at >= now - WINDOW)
        & SecurityEvent.kind.in_(sorted(SIGN_IN_REFUSED_KINDS))
    )
    accounts: int = (
        SecurityEvent.select(fn.COUNT(SecurityEvent.merchant.distinct())).where(is_recent).scalar()
    )
    unknown = fn.SUM(Case(None, [(SecurityEvent.merchant.is_null(), SecurityEvent.count)], 0))
    rows: Any = (
        SecurityEvent.select(fn.COUNT(SecurityEvent.merchant.distinct()), unknown)
        .where(is_recent, SecurityEvent.network != OTHER_NETWORKS)
        .group_by(SecurityEvent.network)
        .tuples()
    )
    networks = [(of_accounts, int(of_unknown)) for of_accounts, of_unknown in rows]
    return RefusedSignIns(
        accounts_of_network=max((each[0] for each in networks), default=0),
        unknown_of_network=max((each[1] for each in networks), default=0),
        accounts=accounts,
        networks=len(networks),
    )
