"""Kinds of e-mails that fail, each with the query of its latest failing rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from peewee import ModelSelect, Value, fn

from portal.i18n import N_
from portal.models import (
    IS_FAILING_EMAIL,
    IS_MISTYPED,
    UNDELIVERED_STATES,
    BulkAction,
    BulkActionEmail,
    BulkActionState,
    ChannelAlertEmail,
    ConnectLinkEmail,
    EndpointAlert,
    Issue,
    Notification,
    Onboarding,
    QueuedEmail,
    WebhookEndpoint,
)
from portal.services.operator.latest_failing import FailingKind, latest_failing


def _latest(table: type[Any], *, example: Any, store: Any = None) -> ModelSelect[Any]:
    return latest_failing(
        table,
        IS_FAILING_EMAIL,
        store=Value(None) if store is None else store,
        at=table.created_at,
        given_up=table.state.in_(UNDELIVERED_STATES),
        example=example,
    )


def _digests() -> ModelSelect[Any]:
    store = Issue.select(Issue.store).where(Issue.id == Notification.issue)
    return _latest(Notification, store=store, example=Notification.id)


def _endpoint_alerts() -> ModelSelect[Any]:
    endpoint = WebhookEndpoint.id == EndpointAlert.endpoint
    store = WebhookEndpoint.select(WebhookEndpoint.store).where(endpoint)
    return _latest(EndpointAlert, store=store, example=EndpointAlert.id)


def _channel_alerts() -> ModelSelect[Any]:
    return _latest(ChannelAlertEmail, example=ChannelAlertEmail.channel)


def _connect_link_emails() -> ModelSelect[Any]:
    """Return failing emails with links that can still be used."""
    is_open = Onboarding.select(1).where(
        Onboarding.id == ConnectLinkEmail.onboarding,
        Onboarding.finished_at.is_null(),
        Onboarding.withdrawn_at.is_null(),
    )
    failing = _latest(ConnectLinkEmail, example=ConnectLinkEmail.onboarding)
    return failing.where(fn.EXISTS(is_open))


def _bulk_action_emails() -> ModelSelect[Any]:
    """Return failing emails of all actions; those of a canceled one are not sent any more."""
    canceled = BulkAction.select(1).where(
        BulkAction.id == BulkActionEmail.bulk_action,
        BulkAction.state == BulkActionState.CANCELED,
    )
    failing = _latest(BulkActionEmail, example=BulkActionEmail.bulk_action)
    return failing.where(~fn.EXISTS(canceled))


def _queued_emails() -> ModelSelect[Any]:
    example = fn.COALESCE(QueuedEmail.merchant, 0)
    failing = _latest(QueuedEmail, store=QueuedEmail.store, example=example)
    return failing.where(~IS_MISTYPED)


FAILING_EMAILS: Mapping[str, FailingKind] = {
    "emails": FailingKind(N_("Emails"), _digests),
    "alerts": FailingKind(N_("Emails about endpoints"), _endpoint_alerts),
    "channel_alerts": FailingKind(N_("Emails to channels about issues"), _channel_alerts),
    "connect_link_emails": FailingKind(N_("Emails with connect links"), _connect_link_emails),
    "bulk_action_emails": FailingKind(N_("Emails to merchants"), _bulk_action_emails),
    "queued_emails": FailingKind(N_("Emails about accounts and access"), _queued_emails),
}
