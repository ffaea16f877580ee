"""Send letters again that could not be sent, when a person asks for it."""

from __future__ import annotations

from itertools import groupby

from portal.jobs import SEND_LETTERS
from portal.models import (
    UNDELIVERED_STATES,
    Audit,
    Issue,
    Merchant,
    Notification,
    database,
)
from portal.services.notifications.email_retries import begin_anew
from portal.services.runtime import Runtime


def retry_letter(runtime: Runtime, notification_id: int, who: Merchant) -> bool:
    """Send the letter of an undelivered notification again; False if there is none such."""
    row = Notification.get_or_none(
        Notification.id == notification_id, Notification.state.in_(UNDELIVERED_STATES)
    )
    if row is None:
        return False
    return bool(_retry(runtime, Notification.letter == row.letter, who))


def retry_all_letters(runtime: Runtime, who: Merchant) -> int:
    """Send all that is undelivered again; return how many notifications that are."""
    return _retry(runtime, Notification.letter.is_null(is_null=False), who)


def _retry(runtime: Runtime, chosen: object, who: Merchant) -> int:
    with database.atomic():
        rows = list(
            Notification.select(Notification, Issue)
            .join(Issue)
            .where(chosen, Notification.state.in_(UNDELIVERED_STATES))
            .order_by(Issue.store, Notification.id)
        )
        begin_anew(Notification, (row.id for row in rows))
        for store_id, group in groupby(rows, key=lambda row: row.issue.store_id):
            after = {"notifications": [row.id for row in group]}
            Audit.note(store_id, "notification.retried", f"store {store_id}", who=who, after=after)
    runtime.wake_each(SEND_LETTERS, {row.merchant_id for row in rows}, is_awaited=True)
    return len(rows)
