"""Keep the stores' summaries up to date: changed stores at once, all others in turn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from peewee import JOIN, fn

from portal.models import Issue, Store, StoreSummary, StoreSummaryProgress, utc_now
from portal.services.operator.summarize_stores import summarize
from portal.services.runtime import Runtime
from portal.services.work.time_budget import repeat_for

STORES_PER_STEP = 100
# Changed stores of one round; a storm of changes continues in the next round.
CHANGED_PER_ROUND = 500
# A pass over a few stores takes milliseconds, so it isn't repeated in every round.
PASS_EVERY = timedelta(seconds=10)
# Other entries of the schedule wait during this time.
TIME_BUDGET_S = 0.04


def refresh_summaries(_runtime: Runtime) -> int:
    """Summarize stores whose connection or issues changed, and continue the pass over all stores.

    Return how many summaries changed. The pass finds what no cheap comparison shows: failing runs,
    pauses, events, orders and records.
    """
    now = utc_now()
    changed = _changed_store_ids(now)
    written = summarize(lambda store: store.in_(changed), now) if changed else 0
    return written + _continue_pass(now)


def _changed_store_ids(now: datetime) -> Sequence[int]:
    """Return stores whose summary differs from the store and its issues, or that may be late."""
    counted = (
        Issue.select(Issue.store, fn.COUNT(Issue.id).alias("count"))
        .where(Issue.resolved_at.is_null())
        .group_by(Issue.store)
        .alias("counted")
    )
    query = (
        Store.select(Store.id)
        .join(StoreSummary, JOIN.LEFT_OUTER, on=(StoreSummary.store == Store.id))
        .join(counted, JOIN.LEFT_OUTER, on=(counted.c.store_id == Store.id))
        .where(
            StoreSummary.store.is_null()
            | (StoreSummary.state != Store.state)
            | (StoreSummary.is_closed != Store.is_closed)
            | (StoreSummary.webhook_health != Store.webhook_health)
            | (StoreSummary.open_issues != fn.COALESCE(counted.c.count, 0))
            | (StoreSummary.check_at < now)
        )
        .limit(CHANGED_PER_ROUND)
    )
    rows: Any = query.tuples()
    return [store_id for (store_id,) in rows]


def _continue_pass(now: datetime) -> int:
    progress = StoreSummaryProgress.get_or_none()
    if progress is None:
        progress = StoreSummaryProgress.create(started_at=now, after_id=0)
    elif progress.after_id is None:
        if now - progress.started_at < PASS_EVERY:
            return 0
        progress.started_at, progress.after_id = now, 0
    written: list[int] = []
    repeat_for(TIME_BUDGET_S, partial(_summarize_next, progress, now, written))
    progress.save()
    return sum(written)


def _summarize_next(progress: StoreSummaryProgress, now: datetime, written: list[int]) -> int:
    """Summarize the next stores of the pass; return how many, 0 at its end."""
    rows: Any = (
        Store.select(Store.id)
        .where(Store.id > progress.after_id)
        .order_by(Store.id)
        .limit(STORES_PER_STEP)
        .tuples()
    )
    ids = [store_id for (store_id,) in rows]
    if ids:
        # A range, because building the query of many ids takes longer than running it.
        written.append(summarize(lambda store: store.between(ids[0], ids[-1]), now))
        progress.after_id = ids[-1]
    if len(ids) < STORES_PER_STEP:
        progress.after_id, progress.as_of = None, progress.started_at
        return 0
    return len(ids)
