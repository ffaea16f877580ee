"""Tell how one store stands: what a merchant's page, and later the API, says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from peewee import fn

from portal.models import (
    SYNC_ORDER,
    Category,
    EventState,
    Grant,
    MirrorTable,
    Product,
    Quarantine,
    Resource,
    RunKind,
    Store,
    SyncRun,
    SyncState,
    Variation,
    WebhookEvent,
    utc_now,
)
from portal.rules.freshness import Freshness, judge_freshness
from portal.rules.scopes import Scope, missing_scopes
from portal.rules.store_states import StoreState

EVENTS_SHOWN = 10

_MIRROR_OF: dict[Resource, type[MirrorTable]] = {
    Resource.PRODUCTS: Product,
    Resource.CATEGORIES: Category,
}


@dataclass(frozen=True)
class ResourceOverview:
    """Hold how one resource stands; ``run`` is the unfinished run, if there is one.

    ``count`` is how many live records the mirror holds now; ``unreadable`` how many records wait
    in quarantine.
    """

    resource: Resource
    count: int
    unreadable: int
    freshness: Freshness
    last_success_at: datetime | None
    run: SyncRun | None

    @property
    def is_first_copy(self) -> bool:
        """Tell whether the unfinished run reads everything."""
        return self.run is not None and self.run.kind == RunKind.BACKFILL

    @property
    def seen(self) -> int:
        """Return how many records the unfinished run has read, never more than it has to."""
        if self.run is None:
            return 0
        return self.run.seen if self.run.total is None else min(self.run.seen, self.run.total)


@dataclass(frozen=True)
class StoreOverview:
    """Hold everything that a store's page shows, read at ``at``."""

    store: Store
    at: datetime
    resources: Sequence[ResourceOverview]
    variations: int
    events: Sequence[WebhookEvent]
    events_waiting: int

    @property
    def is_copying(self) -> bool:
        """Tell whether the first full copy is under way."""
        return self.store.is_working and any(r.last_success_at is None for r in self.resources)

    @property
    def is_reading(self) -> bool:
        """Tell whether anything is being read right now."""
        return self.store.is_working and any(r.run is not None for r in self.resources)

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


def overview_of(store: Store) -> StoreOverview:
    """Return how the store stands now."""
    now = utc_now()
    events = WebhookEvent.select().where(WebhookEvent.store_id == store.id)
    return StoreOverview(
        store=store,
        at=now,
        resources=[_resource(store, resource, now) for resource in SYNC_ORDER],
        variations=_live(Variation, store),
        events=list(events.order_by(WebhookEvent.id.desc()).limit(EVENTS_SHOWN)),
        events_waiting=events.where(WebhookEvent.state == EventState.PENDING).count(),
    )


def connection_of(store: Store) -> Connection:
    """Return what the merchant has consented to; the last consent if none is in force."""
    grant = Grant.in_force(store.id)
    last = grant or (Grant.select().where(Grant.store == store).order_by(Grant.id.desc()).first())
    scopes = tuple(last.scopes) if last else ()
    return Connection(
        granted_at=grant.granted_at if grant else None,
        scopes=scopes,
        missing=missing_scopes(scopes) if store.state != StoreState.RECONNECT else (),
    )


def product_counts(store_ids: Sequence[int]) -> dict[int, int]:
    """Return how many live products the mirror holds of each of these stores."""
    rows = (
        Product.select(Product.store, fn.COUNT(Product.remote_id))
        .where(Product.store.in_(list(store_ids)), Product.deleted_at.is_null())
        .group_by(Product.store)
    )
    counts: dict[int, int] = dict(rows.tuples())  # type: ignore[arg-type] # peewee: still rows
    return counts


def _resource(store: Store, resource: Resource, now: datetime) -> ResourceOverview:
    state = SyncState.get_or_none(SyncState.store == store, SyncState.resource == resource)
    run = SyncRun.get_or_none(
        SyncRun.store == store, SyncRun.resource == resource, SyncRun.finished_at.is_null()
    )
    last_success_at = None if state is None else state.last_success_at
    unreadable = Quarantine.select().where(
        Quarantine.store == store,
        Quarantine.resource == resource,
        Quarantine.resolved_at.is_null(),
    )
    return ResourceOverview(
        resource=resource,
        count=_live(_MIRROR_OF[resource], store),
        unreadable=unreadable.count(),
        freshness=judge_freshness(
            now=now,
            last_success_at=last_success_at,
            failures=0 if run is None else run.failures,
            is_working=store.is_working,
        ),
        last_success_at=last_success_at,
        run=run,
    )


def _live(table: type[MirrorTable], store: Store) -> int:
    count: int = table.select().where(table.store == store, table.deleted_at.is_null()).count()
    return count
