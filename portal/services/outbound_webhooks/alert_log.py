"""Show operators what became of the mails about endpoints, and send them again when asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from portal.jobs import SEND_NOTICES
from portal.models import (
    UNDELIVERED_STATES,
    ChannelEndpoint,
    EndpointNotice,
    Merchant,
    NotificationState,
    database,
)
from portal.services.notifications.email_retries import begin_anew
from portal.services.outbound_webhooks.endpoints import note_for_stores
from portal.services.runtime import Runtime

SHOWN = 25


@dataclass(frozen=True)
class LatestNotices:
    """Hold the latest few mails that stand so, the newest first, and how many there are."""

    rows: Sequence[EndpointNotice]
    total: int


def latest_notices(states: Sequence[NotificationState]) -> LatestNotices:
    """Return everybody's latest mails about endpoints that are in these states."""
    rows = (
        EndpointNotice.select(EndpointNotice, ChannelEndpoint, Merchant)
        .join(ChannelEndpoint)
        .join(Merchant)
        .where(EndpointNotice.state.in_(states))
    )
    latest = list(rows.order_by(EndpointNotice.id.desc()).limit(SHOWN))
    return LatestNotices(latest, len(latest) if len(latest) < SHOWN else rows.count())


def retry_notice(runtime: Runtime, notice_id: int, who: Merchant) -> bool:
    """Send an undelivered mail about an endpoint again; False if there is none such."""
    return bool(_retry(runtime, EndpointNotice.id == notice_id, who))


def retry_all_notices(runtime: Runtime, who: Merchant) -> int:
    """Send all undelivered mails about endpoints again; return how many that are."""
    return _retry(runtime, EndpointNotice.id.is_null(is_null=False), who)


def _retry(runtime: Runtime, chosen: object, who: Merchant) -> int:
    with database.atomic():
        rows = list(
            EndpointNotice.select(EndpointNotice, ChannelEndpoint, Merchant)
            .join(ChannelEndpoint)
            .join(Merchant)
            .where(chosen, EndpointNotice.state.in_(UNDELIVERED_STATES))
            .order_by(EndpointNotice.endpoint, EndpointNotice.id)
        )
        begin_anew(EndpointNotice, (row.id for row in rows))
        for _, group in groupby(rows, key=lambda row: row.endpoint_id):
            mails = list(group)
            after = {"mails": [row.id for row in mails]}
            note_for_stores(mails[0].endpoint, who, "endpoint.mail_retried", after=after)
    runtime.wake_each(SEND_NOTICES, {row.endpoint.merchant_id for row in rows}, is_awaited=True)
    return len(rows)
