"""Tell how one store stands: what a merchant's page, and later the API, says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.models import (
    EventState,
    Grant,
    Issue,
    Product,
    Store,
    Variation,
    WebhookEvent,
    utc_now,
)
from portal.rules.connection.scopes import Scope, missing_scopes
from portal.rules.connection.store_states import StoreState
from portal.rules.sync.freshness import Freshness
from portal.services.mirror.resource_overview import ResourceOverview, resource_overviews
from portal.services.notifications.issues import open_issues

EVENTS_SHOWN = 10


@dataclass(frozen=True)
class StoreOverview:
    """Hold everything that a store's page shows, read at ``at``."""

    store: Store
    at: datetime
    resources: Sequence[ResourceOverview]
    variations: int
    events: Sequence[WebhookEvent]
    pending_events: int
    issues: Sequence[Issue]

    @property
    def is_backfilling(self) -> bool:
        """Tell whether the first full copy is under way."""
        return self.store.is_working and any(
            resource.last_success_at is None and not resource.is_paused
            for resource in self.resources
        )

    @property
    def is_syncing(self) -> bool:
        """Tell whether anything is being read right now."""
        return self.store.is_working and any(r.is_syncing for r in self.resources)

    @property
    def last_success_at(self) -> datetime | None:
        """Return since when all of the mirror is complete: the oldest of the last successes."""
        times = [resource.last_success_at for resource in self.resources]
        known = [at for at in times if at is not None]
        return min(known) if len(known) == len(times) else None

    @property
    def unreadable(self) -> int:
        """Return how many records could not be read."""
        return sum(resource.unreadable for resource in self.resources)

    def has(self, freshness: Freshness) -> bool:
        """Tell whether any resource stands so."""
        return any(resource.freshness is freshness for resource in self.resources)


@dataclass(frozen=True)
class Connection:
    """Hold the consent in force and what it lacks; ``granted_at`` is None without one."""

    granted_at: datetime | None
    scopes: tuple[str, ...]
    missing: tuple[Scope, ...]


def store_overview(store: Store) -> StoreOverview:
    """Return how the store stands now."""
    now = utc_now()
    events = WebhookEvent.select().where(WebhookEvent.store_id == store.id)
    return StoreOverview(
        store=store,
        at=now,
        resources=resource_overviews(store, now),
        variations=Variation.live_count(store.id),
        events=list(events.order_by(WebhookEvent.id.desc()).limit(EVENTS_SHOWN)),
        pending_events=events.where(WebhookEvent.state == EventState.PENDING).count(),
        issues=open_issues(store.id),
    )


def connection_of(store: Store) -> Connection:
    """Return what the merchant has consented to; the last consent if none is in force."""
    grant = Grant.active_for(store.id)
    last = grant or (Grant.select().where(Grant.store == store).order_by(Grant.id.desc()).first())
    scopes = tuple(last.effective_scopes) if last else ()
    return Connection(
        granted_at=grant.granted_at if grant else None,
        scopes=scopes,
        missing=missing_scopes(scopes) if store.state != StoreState.RECONNECT else (),
    )


def product_counts(store_ids: Sequence[int]) -> dict[int, int]:
    """Return how many live products the mirror holds of each of these stores."""
    return Product.live_counts(store_ids)
