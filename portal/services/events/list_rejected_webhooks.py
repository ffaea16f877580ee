"""Tell how many webhook deliveries had which problem, for which store, within a window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import JOIN, fn

from portal.models import DeliveryCount, Store
from portal.rules.webhooks.rejection_reasons import DeliveryProblem
from portal.services.background.rejected_webhook_counter import hour_of

ROWS_SHOWN = 200


@dataclass(frozen=True)
class ProblemLine:
    """Hold one problem of one store; ``store_id`` is NO_STORE, the name None for those unknown."""

    problem: DeliveryProblem
    store_id: int
    store_name: str | None
    deliveries: int
    last_at: datetime


def browse_delivery_problems(now: datetime, window: timedelta) -> Sequence[ProblemLine]:
    """Return what was counted from the full hour ``window`` before ``now`` on, the latest first.

    Of many lines the 200 that were met last.
    """
    last_at = fn.MAX(DeliveryCount.last_at)
    lines = (
        DeliveryCount.select(
            DeliveryCount.problem,
            DeliveryCount.store_id,
            Store.name.alias("store_name"),
            fn.SUM(DeliveryCount.deliveries).alias("total"),
            last_at.converter(DeliveryCount.last_at.python_value).alias("latest_at"),
        )
        .join(Store, JOIN.LEFT_OUTER, on=(Store.id == DeliveryCount.store_id))
        .where(DeliveryCount.hour_at >= hour_of(now - window))
        .group_by(DeliveryCount.problem, DeliveryCount.store_id, Store.name)
        .order_by(last_at.desc(), DeliveryCount.problem, DeliveryCount.store_id)
        .limit(ROWS_SHOWN)
    )
    rows: Any = lines.dicts()
    return [
        ProblemLine(
            problem=DeliveryProblem(row["problem"]),
            store_id=row["store_id"],
            store_name=row["store_name"],
            deliveries=int(row["total"]),
            last_at=row["latest_at"],
        )
        for row in rows
    ]
