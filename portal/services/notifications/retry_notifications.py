"""Manual retries of undelivered digests."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from portal.jobs import SEND_DIGESTS
from portal.models import (
    UNDELIVERED_STATES,
    AuditLogEntry,
    Issue,
    Merchant,
    Notification,
    database,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.notifications.email_retries import reset_for_retry
from portal.services.runtime import Runtime


def retry_email(runtime: Runtime, notification_id: int, actor: Merchant) -> bool:
    """Send an undelivered notification's digest again; return False if it isn't undelivered."""
    row = Notification.get_or_none(
        Notification.id == notification_id, Notification.state.in_(UNDELIVERED_STATES)
    )
    if row is None:
        return False
    return bool(_retry(runtime, Notification.digest_id == row.digest_id, actor))


def retry_all_emails(runtime: Runtime, actor: Merchant) -> int:
    """Send all undelivered digests again; return the number of notifications."""
    return _retry(runtime, Notification.digest_id.is_null(is_null=False), actor)


def retry_emails(runtime: Runtime, notification_ids: Sequence[int], actor: Merchant) -> int:
    """Send the undelivered digests of these notifications again; return how many of them."""
    return _retry(runtime, Notification.id.in_(notification_ids), actor)


def _retry(runtime: Runtime, chosen: object, actor: Merchant) -> int:
    with database.atomic():
        rows = list(
            Notification.select(Notification, Issue)
            .join(Issue)
            .where(chosen, Notification.state.in_(UNDELIVERED_STATES))
            .order_by(Issue.store, Notification.id)
        )
        reset_for_retry(Notification, (row.id for row in rows))
        for store_id, group in groupby(rows, key=lambda row: row.issue.store_id):
            after = {"notifications": [row.id for row in group]}
            AuditLogEntry.record(
                store_id,
                AuditAction.NOTIFICATION_RETRIED,
                f"store {store_id}",
                actor=actor,
                after=after,
            )
    runtime.wake_many(SEND_DIGESTS, {row.merchant_id for row in rows}, at_front=True)
    return len(rows)
