"""Note on the stores that events arrive: in memory first, once a second in the database.

The receiver commits each event and nothing else; what can be told from many events at once is
written for all of them. A process that is killed takes the last second's notes with it, and the
store's next event makes up for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

import structlog
from peewee import Database, PeeweeException, chunked

from portal.models import Store, WebhookHealth, database
from portal.rules.connection.store_states import UNASKABLE_STATES
from portal.rules.webhooks.rejection_reasons import DeliveryProblem
from portal.services.background.debounce import Soon
from portal.services.background.rejected_webhook_counter import ProblemCounter

log = structlog.get_logger(__name__)

WRITE_EVERY_S = 1.0
IDS_PER_STATEMENT = 500


@dataclass
class Arrivals:
    """Hold how many new events came for one store, and when the last of them did."""

    events: int
    last_at: datetime


@dataclass
class ArrivalNotes:
    """Note which stores new events came for; threads may share one."""

    database: Database
    problems: ProblemCounter
    _noted: dict[int, Arrivals] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _soon: Soon = field(init=False)

    def __post_init__(self) -> None:
        self._soon = Soon(WRITE_EVERY_S, self._write)

    def note(self, store_id: int, received_at: datetime) -> None:
        """Note a new event; a second later the store's row says so."""
        with self._lock:
            known = self._noted.get(store_id)
            self._noted[store_id] = Arrivals(1 + (known.events if known else 0), received_at)
        self._soon.ask()

    def do_now(self) -> None:
        """Write what was noted at once."""
        self._soon.do_now()

    def _write(self) -> None:
        with self._lock:
            noted, self._noted = self._noted, {}
        try:
            with self.database.connection_context():
                states = _states_of(noted)
                _note_on_stores({store_id: noted[store_id] for store_id in states})
        except PeeweeException as error:
            log.warning("webhook.arrivals_not_noted", error=type(error).__name__)
            return
        for store_id, arrivals in noted.items():
            self._count_if_idle(store_id, states.get(store_id), arrivals.events)

    def _count_if_idle(self, store_id: int, state: str | None, events: int) -> None:
        """Count events that have to wait: their store is unknown, or can't be asked anything."""
        if state is None:
            self.problems.count(DeliveryProblem.UNKNOWN_STORE, store_id, events)
        elif state in UNASKABLE_STATES:
            self.problems.count(DeliveryProblem.DISCONNECTED_STORE, store_id, events)


def _states_of(store_ids: Iterable[int]) -> dict[int, str]:
    """Return the states of those stores that are known."""
    found: dict[int, str] = {}
    for ids in chunked(store_ids, IDS_PER_STATEMENT):
        found |= {store.id: store.state for store in Store.select().where(Store.id.in_(ids))}
    return found


def _note_on_stores(noted: Mapping[int, Arrivals]) -> None:
    if not noted:
        return
    with database.atomic():
        for store_id, arrivals in noted.items():
            Store.update(webhook_since_at=arrivals.last_at).where(
                Store.id == store_id, Store.webhook_health != WebhookHealth.VERIFIED
            ).execute()
            Store.update(
                last_event_at=arrivals.last_at, webhook_health=WebhookHealth.VERIFIED
            ).where(
                Store.id == store_id,
                Store.last_event_at.is_null() | (Store.last_event_at < arrivals.last_at),
            ).execute()
