"""Content of a message, read when it is sent, so that a late message says what is true now."""

from __future__ import annotations

from typing import Any

from peewee import JOIN, Case, fn

from portal.models import (
    IS_WORKING,
    Alert,
    AlertMessage,
    AlertNotice,
    AlertPurpose,
    Store,
    StoreState,
)
from portal.rules.alerts.alert_content import AlertContent, AlertFact, lines_of
from portal.rules.alerts.digest_totals import DigestTotals
from portal.rules.alerts.severities import Severity

# A digest of more open alerts says how many there are; their lines are grouped by kind anyway.
ALERTS_READ = 5_000


def content_of(message: AlertMessage, portal_url: str) -> AlertContent:
    """Return what a message says now; ``message`` is loaded with its channel."""
    facts: list[AlertFact] = []
    totals: list[tuple[str, int]] = []
    if message.purpose == AlertPurpose.DIGEST:
        facts, totals = _facts(Alert.resolved_at.is_null()), digest_totals().labeled()
    elif message.purpose in (AlertPurpose.OPENED, AlertPurpose.RECOVERED):
        opening = message.opening_id or message.id
        notices = AlertNotice.select(AlertNotice.alert).where(AlertNotice.message == opening)
        facts = _facts(Alert.id.in_(notices))
    return AlertContent(
        purpose=message.purpose,
        uid=message.uid,
        portal_url=portal_url,
        zone=message.channel.timezone,
        lines=lines_of(facts),
        totals=totals,
        facts=facts,
    )


def digest_totals() -> DigestTotals:
    """Return how many stores there are and work, and how many alerts are open, by severity."""
    stores, working = (
        Store.select(fn.COUNT(Store.id), fn.SUM(Case(None, [(IS_WORKING, 1)], 0)))
        .where(Store.state != StoreState.DISCONNECTED)
        .scalar(as_tuple=True)
    )
    rows: Any = (
        Alert.select(Alert.severity, fn.COUNT(Alert.id))
        .where(Alert.resolved_at.is_null())
        .group_by(Alert.severity)
        .tuples()
    )
    counts: dict[str, int] = dict(rows)
    return DigestTotals(
        stores=stores,
        working=working or 0,
        open_alerts={severity: counts.get(severity, 0) for severity in Severity},
    )


def _facts(chosen: object) -> list[AlertFact]:
    """Return the chosen alerts with their stores' names, oldest first."""
    rows = (
        Alert.select(Alert, Store.id, Store.name)
        .join(Store, JOIN.LEFT_OUTER)
        .where(chosen)
        .order_by(Alert.id)
        .limit(ALERTS_READ)
    )
    return [
        AlertFact(
            kind=row.kind,
            severity=row.severity,
            subject="" if row.store is None else row.store.name,
            store_id=row.store_id,
            count=row.count,
            opened_at=row.opened_at,
            resolved_at=row.resolved_at,
        )
        for row in rows
    ]
