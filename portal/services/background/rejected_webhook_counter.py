"""Counts of rejected webhooks: in memory first, once a second in the database.

A flood of garbage must not become a flood of writes. The sender also chooses the store id, so only
known stores get rows of their own. A killed process loses at most the counts of its last second.
Events are never lost with them, because each is a row of its own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

import structlog
from peewee import EXCLUDED, Database, PeeweeException

from portal.models import NO_STORE, RejectedWebhookCount, Store, utc_now
from portal.rules.webhooks.rejection_reasons import ACCEPTED_REASONS, RejectionReason
from portal.services.background.debounce import Debouncer

log = structlog.get_logger(__name__)

FLUSH_INTERVAL_S = 1.0
# Limit of separate counts between two writes; beyond it, counts of all stores are added up.
KEYS_LIMIT = 200
RETENTION = timedelta(days=90)

CountKey = tuple[RejectionReason, int]


def hour_of(moment: datetime) -> datetime:
    """Return the beginning of the hour that contains ``moment``."""
    return moment.replace(minute=0, second=0, microsecond=0)


@dataclass
class RejectedWebhookCounter:
    """Counter of this process's rejected webhooks; threads can share one counter."""

    database: Database
    _counts: Counter[CountKey] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)
    _debouncer: Debouncer = field(init=False)

    def __post_init__(self) -> None:
        self._debouncer = Debouncer(FLUSH_INTERVAL_S, self._write)

    def count(self, reason: RejectionReason, store_id: int = NO_STORE, receipts: int = 1) -> None:
        """Count webhooks; they are written to the database a second later."""
        with self._lock:
            key = (reason, store_id)
            if key not in self._counts and len(self._counts) >= KEYS_LIMIT:
                key = (reason, NO_STORE)
            self._counts[key] += receipts
        self._debouncer.trigger()

    def flush(self) -> None:
        """Write the counts now."""
        self._debouncer.flush()

    def _write(self) -> None:
        """Add the counts to the database; keep them for the next write if it fails."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        try:
            with self.database.connection_context():
                _add(counts, utc_now())
        except PeeweeException as error:
            log.warning("webhook.rejections_not_saved", error=type(error).__name__)
            with self._lock:
                self._counts += counts
            return
        for (reason, store_id), times in counts.items():
            log.warning("webhook.rejected", reason=reason, store=store_id, times=times)


def prune_rejected_webhook_counts(_runtime: object) -> int:
    """Delete counts that are older than 90 days; return the number of rows."""
    deleted: int = (
        RejectedWebhookCount.delete()
        .where(RejectedWebhookCount.hour_at < utc_now() - RETENTION)
        .execute()
    )
    return deleted


def _add(counts: Counter[CountKey], now: datetime) -> None:
    rows = [
        {
            "hour_at": hour_of(now),
            "reason": reason,
            "store_id": store_id,
            "receipts": times,
            "last_received_at": now,
        }
        for (reason, store_id), times in _merge_unknown_stores(counts).items()
    ]
    RejectedWebhookCount.insert_many(rows).on_conflict(
        conflict_target=[
            RejectedWebhookCount.hour_at,
            RejectedWebhookCount.reason,
            RejectedWebhookCount.store_id,
        ],
        update={
            RejectedWebhookCount.receipts: RejectedWebhookCount.receipts + EXCLUDED.receipts,
            RejectedWebhookCount.last_received_at: EXCLUDED.last_received_at,
        },
    ).execute()


def _merge_unknown_stores(counts: Counter[CountKey]) -> Counter[CountKey]:
    """Return the counts with unknown stores of rejected webhooks replaced by NO_STORE.

    Stored webhooks keep their store id, because Ecwid signed them.
    """
    named = {store_id for reason, store_id in counts if reason not in ACCEPTED_REASONS}
    known = {store.id for store in Store.select(Store.id).where(Store.id.in_(named))}
    merged: Counter[CountKey] = Counter()
    for (reason, store_id), times in counts.items():
        is_named = reason in ACCEPTED_REASONS or store_id in known
        merged[reason, store_id if is_named else NO_STORE] += times
    return merged
