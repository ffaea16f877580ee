"""Arrival times of webhook events per store: in memory first, once a second in the database.

The receiver commits only the event; facts about many events are written together. A killed process
loses the last second of arrivals, and the store's next event makes up for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

import structlog
from peewee import Database, PeeweeException

from portal.models import Store, WebhookHealth, database
from portal.models.bulk import chunked
from portal.rules.connection.store_states import TOKENLESS_STATES
from portal.rules.webhooks.rejection_reasons import RejectionReason
from portal.services.background.debounce import Debouncer
from portal.services.background.rejected_webhook_counter import RejectedWebhookCounter

log = structlog.get_logger(__name__)

FLUSH_INTERVAL_S = 1.0
IDS_PER_STATEMENT = 500


@dataclass
class Arrivals:
    """Number of new events of one store, and the time of the last one."""

    events: int
    last_received_at: datetime


@dataclass
class ArrivalRecorder:
    """Recorder of arrivals in this process; threads can share one."""

    database: Database
    rejected_webhooks: RejectedWebhookCounter
    _pending: dict[int, Arrivals] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _debouncer: Debouncer = field(init=False)

    def __post_init__(self) -> None:
        self._debouncer = Debouncer(FLUSH_INTERVAL_S, self._write)

    def record(self, store_id: int, received_at: datetime) -> None:
        """Record a new event; the store's row is updated a second later."""
        with self._lock:
            known = self._pending.get(store_id)
            self._pending[store_id] = Arrivals(1 + (known.events if known else 0), received_at)
        self._debouncer.trigger()

    def flush(self) -> None:
        """Write the recorded arrivals now."""
        self._debouncer.flush()

    def _write(self) -> None:
        with self._lock:
            noted, self._pending = self._pending, {}
        try:
            with self.database.connection_context():
                states = _states_of(noted)
                _update_stores({store_id: noted[store_id] for store_id in states})
        except PeeweeException as error:
            log.warning("webhook.arrivals_not_saved", error=type(error).__name__)
            return
        for store_id, arrivals in noted.items():
            self._count_if_waiting(store_id, states.get(store_id), arrivals.events)

    def _count_if_waiting(self, store_id: int, state: str | None, events: int) -> None:
        """Count events that must wait because their store is unknown or can't be read."""
        if state is None:
            self.rejected_webhooks.count(RejectionReason.UNKNOWN_STORE, store_id, events)
        elif state in TOKENLESS_STATES:
            self.rejected_webhooks.count(RejectionReason.DISCONNECTED_STORE, store_id, events)


def _states_of(store_ids: Iterable[int]) -> dict[int, str]:
    """Return the states of the known stores."""
    found: dict[int, str] = {}
    for ids in chunked(store_ids, IDS_PER_STATEMENT):
        found |= {store.id: store.state for store in Store.select().where(Store.id.in_(ids))}
    return found


def _update_stores(noted: Mapping[int, Arrivals]) -> None:
    if not noted:
        return
    with database.atomic():
        for store_id, arrivals in noted.items():
            Store.update(webhook_health_changed_at=arrivals.last_received_at).where(
                Store.id == store_id,
                Store.webhook_health.not_in((WebhookHealth.VERIFIED, WebhookHealth.OFF)),
            ).execute()
            Store.update(
                last_event_at=arrivals.last_received_at, webhook_health=WebhookHealth.VERIFIED
            ).where(
                Store.id == store_id,
                # Events of our registered app say nothing about those of a custom app.
                Store.webhook_health != WebhookHealth.OFF,
                Store.last_event_at.is_null() | (Store.last_event_at < arrivals.last_received_at),
            ).execute()
