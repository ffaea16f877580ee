"""Lists of the alerts page: open and recent alerts, and the history of deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from peewee import JOIN, Case, ModelSelect, fn

from portal.models import (
    Alert,
    AlertChannel,
    AlertDelivery,
    AlertMessage,
    Merchant,
    Store,
)
from portal.rules.alerts.severities import Severity, rank_of
from portal.services.pagination import KeyPage, page_by_key

OPEN_SHOWN = 50


@dataclass(frozen=True)
class OpenAlerts:
    """The most severe open alerts, and the number of all."""

    rows: Sequence[Alert]
    total: int


def list_open_alerts() -> OpenAlerts:
    """Return the open alerts, most severe first and then newest first."""
    rank = Case(Alert.severity, [(each.value, rank_of(each)) for each in Severity], -1)
    rows = _with_store().where(Alert.resolved_at.is_null())
    shown = list(rows.order_by(rank.desc(), Alert.id.desc()).limit(OPEN_SHOWN))
    return OpenAlerts(shown, len(shown) if len(shown) < OPEN_SHOWN else rows.count())


def list_resolved_alerts(*, after: int | None = None, before: int | None = None) -> KeyPage[Alert]:
    """Return a page of the resolved alerts, newest first."""
    rows = _with_store().where(Alert.resolved_at.is_null(is_null=False))
    return page_by_key(rows, Alert.id, after=after, before=before)


def list_deliveries(
    *, after: int | None = None, before: int | None = None
) -> KeyPage[AlertDelivery]:
    """Return a page of the deliveries to all channels, newest first."""
    return page_by_key(_with_message(), AlertDelivery.id, after=after, before=before)


def last_deliveries() -> dict[int, AlertDelivery]:
    """Return the last delivery of each channel that has one, by channel id."""
    newest = (
        AlertDelivery.select(fn.MAX(AlertDelivery.id))
        .join(AlertMessage)
        .group_by(AlertMessage.channel)
    )
    rows = _with_message().where(AlertDelivery.id.in_(newest))
    return {row.message.channel_id: row for row in rows}


def _with_store() -> ModelSelect[Alert]:
    return Alert.select(Alert, Store).join(Store, JOIN.LEFT_OUTER)


def _with_message() -> ModelSelect[AlertDelivery]:
    return (
        AlertDelivery.select(AlertDelivery, AlertMessage, AlertChannel, Merchant)
        .join(AlertMessage)
        .join(AlertChannel)
        .switch(AlertDelivery)
        .join(Merchant, JOIN.LEFT_OUTER)
    )
