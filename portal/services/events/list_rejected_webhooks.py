"""List the number of rejected webhooks by reason and store within a time window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import JOIN, fn

from portal.models import RejectedWebhookCount, Store
from portal.rules.webhooks.rejection_reasons import RejectionReason
from portal.services.background.rejected_webhook_counter import hour_of

ROWS_SHOWN = 100


@dataclass(frozen=True)
class RejectedWebhookRow:
    """Rejected webhooks of one store and reason; an unknown store has NO_STORE and no name."""

    reason: RejectionReason
    store_id: int
    store_name: str | None
    receipts: int
    last_received_at: datetime


def list_rejected_webhooks(now: datetime, window: timedelta) -> Sequence[RejectedWebhookRow]:
    """Return the counts since the full hour at ``now - window``, latest first.

    At most `ROWS_SHOWN` rows are returned.
    """
    last_received_at = fn.MAX(RejectedWebhookCount.last_received_at)
    lines = (
        RejectedWebhookCount.select(
            RejectedWebhookCount.reason,
            RejectedWebhookCount.store_id,
            Store.name.alias("store_name"),
            fn.SUM(RejectedWebhookCount.receipts).alias("total"),
            last_received_at.converter(RejectedWebhookCount.last_received_at.python_value).alias(
                "latest_at"
            ),
        )
        .join(Store, JOIN.LEFT_OUTER, on=(Store.id == RejectedWebhookCount.store_id))
        .where(RejectedWebhookCount.hour_at >= hour_of(now - window))
        .group_by(RejectedWebhookCount.reason, RejectedWebhookCount.store_id, Store.name)
        .order_by(
            last_received_at.desc(), RejectedWebhookCount.reason, RejectedWebhookCount.store_id
        )
        .limit(ROWS_SHOWN)
    )
    rows: Any = lines.dicts()
    return [
        RejectedWebhookRow(
            reason=RejectionReason(row["reason"]),
            store_id=row["store_id"],
            store_name=row["store_name"],
            receipts=int(row["total"]),
            last_received_at=row["latest_at"],
        )
        for row in rows
    ]
