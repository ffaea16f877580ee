"""Overview of one store that its page and the API show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from peewee import SQL, fn

from portal.models import (
    EVENT_SUMMARY_COLUMNS,
    IS_PENDING,
    EventState,
    Grant,
    Issue,
    MirrorCount,
    Product,
    Store,
    Variation,
    WebhookEvent,
    utc_now,
)
from portal.models.fields import EPOCH
from portal.rules.connection.grant_sources import GrantSource
from portal.rules.connection.health_word import HealthWord, StatusMarks
from portal.rules.connection.scopes import Scope, missing_scopes
from portal.rules.connection.store_states import StoreState
from portal.services.connection.store_status import read_marks, word_of
from portal.services.mirror.resource_overview import ResourceOverview, resource_overviews
from portal.services.notifications.issues import open_issues
from portal.services.runs.catch_ups import CatchUpProgress, catch_up_progress

# The page shows similar ones as one line.
EVENTS_SHOWN = 60


@dataclass(frozen=True)
class StoreOverview:
    """Everything that a store's page shows, read at ``at``; `health_word` is its status."""

    store: Store
    at: datetime
    resources: Sequence[ResourceOverview]
    variations: int
    events: Sequence[WebhookEvent]
    pending_events: int
    issues: Sequence[Issue]
    catch_up: CatchUpProgress | None
    health_word: HealthWord

    @property
    def is_backfilling(self) -> bool:
        """Return whether the backfill is in progress."""
        return self.store.is_working and any(
            resource.last_success_at is None and not resource.is_paused
            for resource in self.resources
        )

    @property
    def is_syncing(self) -> bool:
        """Return whether anything is being read now."""
        return self.store.is_working and any(r.is_syncing for r in self.resources)

    @property
    def last_success_at(self) -> datetime | None:
        """Return until when the whole mirror is up to date: the oldest of the last successes."""
        times = [resource.last_success_at for resource in self.resources]
        known = [at for at in times if at is not None]
        return min(known) if len(known) == len(times) else None

    @property
    def last_change_at(self) -> datetime | None:
        """Return when the store last changed, by its statistics and the webhook events processed.

        It is never after ``at``, because clocks differ.
        """
        reported = [resource.remote_changed_at for resource in self.resources]
        reported += [
            event.event_created_at for event in self.events if event.state == EventState.APPLIED
        ]
        known = [at for at in reported if at is not None]
        return min(max(known), self.at) if known else None

    @property
    def unreadable(self) -> int:
        """Return the number of quarantined records."""
        return sum(resource.unreadable for resource in self.resources)


@dataclass(frozen=True)
class Connection:
    """Current grant and the scopes it lacks; ``granted_at`` is None without a grant.

    ``unverified`` are scopes of a custom app that Ecwid has neither confirmed nor refused.
    """

    granted_at: datetime | None
    scopes: tuple[str, ...]
    missing: tuple[Scope, ...]
    source: GrantSource = GrantSource.OAUTH
    unverified: tuple[str, ...] = ()


def store_overview(store: Store) -> StoreOverview:
    """Return the store's current overview."""
    now, counts = utc_now(), MirrorCount.of_store(store.id)
    resources = resource_overviews(store, now, counts)
    catch_up, issues = catch_up_progress(store), open_issues(store.id)
    marks = StatusMarks(
        unreadable=sum(item.unreadable for item in resources),
        open_issues=len(issues),
        is_catching_up=catch_up is not None and catch_up.outage.finished_at is None,
        imported_at=store.first_imported_at,
    )
    if store.state == StoreState.DISCONNECTED:
        marks = read_marks(lambda column: column == store.id).get(store.id, marks)
    events = _latest_events(store)
    return StoreOverview(
        store=store,
        at=now,
        resources=resources,
        variations=Variation.live_in(counts),
        events=events,
        # Without events none is pending.
        pending_events=getattr(events[0], "pending", 0) if events else 0,
        issues=issues,
        catch_up=catch_up,
        health_word=word_of(store, {it.freshness for it in resources}, marks, now),
    )


def _latest_events(store: Store) -> list[WebhookEvent]:
    """Return the latest events without their payloads, which may be large.

    Each has the number of all pending events as ``pending``: a page has its limit of statements.
    """
    of_store = WebhookEvent.store_id == store.id
    # Without a bound of `due_at`, SQLite counts pending events in an index of all events.
    waiting = WebhookEvent.select(fn.COUNT(SQL("*"))).where(
        of_store, IS_PENDING, WebhookEvent.due_at >= EPOCH
    )
    columns = (*EVENT_SUMMARY_COLUMNS, WebhookEvent.event_created_at, waiting.alias("pending"))
    shown = WebhookEvent.select(*columns).where(of_store)
    return list(shown.order_by(WebhookEvent.id.desc()).limit(EVENTS_SHOWN))


def connection_of(store: Store) -> Connection:
    """Return the current consent of the merchant, or the last one if none is active."""
    grant = Grant.active_for(store.id)
    last = grant or (Grant.select().where(Grant.store == store).order_by(Grant.id.desc()).first())
    scopes = tuple(last.effective_scopes) if last else ()
    return Connection(
        granted_at=grant.granted_at if grant else None,
        scopes=scopes,
        missing=missing_scopes(scopes) if store.state != StoreState.RECONNECT else (),
        source=GrantSource(last.source) if last else GrantSource.OAUTH,
        unverified=tuple(grant.unverified_scopes or ()) if grant else (),
    )


def product_counts(store_ids: Sequence[int]) -> dict[int, int]:
    """Return the number of live products in the mirror of each of these stores."""
    return Product.live_counts(store_ids)
