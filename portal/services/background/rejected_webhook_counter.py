"""Count what is wrong with webhook deliveries: in memory first, once a second in the database.

A flood of garbage must not become a flood of writes. Whoever sends it chooses the store's number,
too, so only stores that we know get a line of their own. A process that is killed takes at most
the last second's counts with it; events are never among them, for they are rows of their own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

import structlog
from peewee import EXCLUDED, Database, PeeweeException

from portal.models import NO_STORE, DeliveryCount, Store, utc_now
from portal.rules.webhooks.rejection_reasons import KEPT, DeliveryProblem
from portal.services.background.debounce import Soon

log = structlog.get_logger(__name__)

WRITE_EVERY_S = 1.0
# So many lines are kept apart between two writes; beyond them stores are not told from each other.
LINES_AT_ONCE = 200
KEPT_FOR = timedelta(days=90)

Line = tuple[DeliveryProblem, int]


def hour_of(moment: datetime) -> datetime:
    """Return the beginning of the hour that ``moment`` is in."""
    return moment.replace(minute=0, second=0, microsecond=0)


@dataclass
class ProblemCounter:
    """Count the problems that this process meets; threads may share one counter."""

    database: Database
    _counts: Counter[Line] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)
    _soon: Soon = field(init=False)

    def __post_init__(self) -> None:
        self._soon = Soon(WRITE_EVERY_S, self._write)

    def count(
        self, problem: DeliveryProblem, store_id: int = NO_STORE, deliveries: int = 1
    ) -> None:
        """Note deliveries; they are in the database a second later."""
        with self._lock:
            line = (problem, store_id)
            if line not in self._counts and len(self._counts) >= LINES_AT_ONCE:
                line = (problem, NO_STORE)
            self._counts[line] += deliveries
        self._soon.ask()

    def do_now(self) -> None:
        """Write what was counted at once."""
        self._soon.do_now()

    def _write(self) -> None:
        """Add to the database what was counted; keep it for the next time if that fails."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        try:
            with self.database.connection_context():
                _add(counts, utc_now())
        except PeeweeException as error:
            log.warning("webhook.problems_not_counted", error=type(error).__name__)
            with self._lock:
                self._counts += counts
            return
        for (problem, store_id), times in counts.items():
            log.warning("webhook.problem", problem=problem, store=store_id, times=times)


def forget_old_counts(_runtime: object) -> int:
    """Delete the counts of three months ago; return how many rows that were."""
    deleted: int = (
        DeliveryCount.delete().where(DeliveryCount.hour_at < utc_now() - KEPT_FOR).execute()
    )
    return deleted


def _add(counts: Counter[Line], now: datetime) -> None:
    rows = [
        {
            "hour_at": hour_of(now),
            "problem": problem,
            "store_id": store_id,
            "deliveries": times,
            "last_at": now,
        }
        for (problem, store_id), times in _by_known_store(counts).items()
    ]
    DeliveryCount.insert_many(rows).on_conflict(
        conflict_target=[DeliveryCount.hour_at, DeliveryCount.problem, DeliveryCount.store_id],
        update={
            DeliveryCount.deliveries: DeliveryCount.deliveries + EXCLUDED.deliveries,
            DeliveryCount.last_at: EXCLUDED.last_at,
        },
    ).execute()


def _by_known_store(counts: Counter[Line]) -> Counter[Line]:
    """Return the counts with all stores of refused deliveries that we don't know as NO_STORE.

    Those of kept ones were signed by Ecwid.
    """
    named = {store_id for problem, store_id in counts if problem not in KEPT}
    known = {store.id for store in Store.select(Store.id).where(Store.id.in_(named))}
    merged: Counter[Line] = Counter()
    for (problem, store_id), times in counts.items():
        is_named = problem in KEPT or store_id in known
        merged[problem, store_id if is_named else NO_STORE] += times
    return merged
