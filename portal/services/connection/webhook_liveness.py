"""Monitor that detects when a store's webhooks stop arriving, and when they arrive again.

`rules.liveness` compares the store's own change times with the received events. While webhooks are
silent, an issue is open, the store is synced at once and then more often, and the portal repeats
its own registration.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from portal.jobs import FETCH_CHANGE_TIMES, REGISTER_WEBHOOKS
from portal.models import (
    WORKING_STATES,
    Grant,
    Issue,
    Store,
    SyncState,
    WebhookEvent,
    WebhookHealth,
    database,
    utc_now,
)
from portal.rules.connection.issue_kinds import IssueKind, silent_webhooks_texts
from portal.rules.webhooks.liveness import (
    Liveness,
    WebhookActivity,
    evaluate_liveness,
    event_types_of,
    latest_change,
    resources_with_events,
)
from portal.services.notifications.issues import open_issue, resolve_issue
from portal.services.runtime import Runtime

# Sync runs request the change times, too; ask separately only this long after the last run.
RECHECK_AFTER = timedelta(minutes=3)

ChangeTimes = Mapping[str, datetime | None]


def wake_change_time_checks(runtime: Runtime) -> int:
    """Request the change times of registered stores not asked lately; return their number."""
    lately = SyncState.select(SyncState.store).where(
        SyncState.remote_checked_at > utc_now() - RECHECK_AFTER
    )
    stores = _registered_stores().where(Store.id.not_in(lately))
    store_ids = [store.id for store in stores]
    return runtime.wake_many(FETCH_CHANGE_TIMES, store_ids)


def update_webhook_health(runtime: Runtime) -> int:
    """Judge the webhooks of every registered store; return how many changed their health."""
    stores = list(_registered_stores())
    scopes = {grant.store_id: grant.effective_scopes for grant in _grants_in_force()}
    changed_at = _change_times()
    troubled = _stores_with_issue()
    changed = 0
    for store in stores:
        known = _of_resources(changed_at[store.id], scopes.get(store.id, ()))
        found = _evaluate(store, known)
        changed += _apply(runtime, store, found, has_issue=store.id in troubled)
    return changed


def _evaluate(store: Store, changed_at: ChangeTimes) -> Liveness:
    """Return the current health of the store's webhooks.

    The portal can't read which events are enabled in the app's settings. If events arrive, kinds
    that never arrived are assumed to be disabled; otherwise each would be a false alarm.
    """
    subscription = WebhookActivity(
        _expected_since(store), store.last_event_at, store.webhook_first_missed_at
    )
    now = utc_now()
    found = evaluate_liveness(
        subscription, changed_at=latest_change(changed_at, changed_at), now=now
    )
    is_doubtful = (
        found.first_missed_at is not None and found.first_missed_at != store.webhook_first_missed_at
    )
    if is_doubtful and store.webhook_mode != "api" and store.last_event_at is not None:
        heard = [resource for resource in changed_at if _ever_received(store.id, resource)]
        found = evaluate_liveness(
            subscription, changed_at=latest_change(changed_at, heard), now=now
        )
    return found


def _expected_since(store: Store) -> datetime | None:
    """Return since when changes must cause events: a stopped store may send none."""
    if store.webhook_registered_at is None:
        return None
    since: datetime = max(store.webhook_registered_at, store.state_changed_at)
    return since


def _ever_received(store_id: int, resource: str) -> bool:
    heard: bool = (
        WebhookEvent.select(1)
        .where(WebhookEvent.store_id == store_id, WebhookEvent.type.in_(event_types_of(resource)))
        .exists()
    )
    return heard


def _apply(runtime: Runtime, store: Store, found: Liveness, *, has_issue: bool) -> bool:
    """Store the result and react to it, unless an event arrived in the meantime."""
    is_silent = found.health is WebhookHealth.SILENT
    is_other = found.health != store.webhook_health
    if (
        not is_other
        and found.first_missed_at == store.webhook_first_missed_at
        and is_silent == has_issue
    ):
        return False
    changes: dict[object, object] = {Store.webhook_first_missed_at: found.first_missed_at}
    if is_other:
        changes |= {
            Store.webhook_health: found.health,
            Store.webhook_health_changed_at: found.since_at,
        }
    can_repair = is_silent and store.webhook_mode == "api"
    if can_repair:
        changes[Store.webhook_check_due_at] = utc_now()
    with database.atomic():
        is_still_so = Store.update(changes).where(Store.id == store.id, _no_newer_event(store))
        if not is_still_so.execute():
            return False
        if is_silent:
            _open_silence(store)
        else:
            resolve_issue(store.id, IssueKind.WEBHOOKS_SILENT)
    if can_repair:
        runtime.wake(REGISTER_WEBHOOKS, store.id)
    return is_other


def _open_silence(store: Store) -> None:
    """Open the issue, and sync all resources now because something has changed."""
    open_issue(store.id, IssueKind.WEBHOOKS_SILENT, silent_webhooks_texts(store.webhook_mode))
    now = utc_now()
    SyncState.update(next_due_at=now).where(
        SyncState.store == store.id, SyncState.next_due_at > now
    ).execute()


def _no_newer_event(store: Store) -> Any:
    if store.last_event_at is None:
        return Store.last_event_at.is_null()
    return Store.last_event_at == store.last_event_at


def _registered_stores() -> Any:
    return Store.select().where(
        Store.state.in_(WORKING_STATES), Store.webhook_health != WebhookHealth.PENDING
    )


def _grants_in_force() -> Any:
    return Grant.select(Grant.store, Grant.scopes, Grant.lost_scopes).where(
        Grant.revoked_at.is_null()
    )


def _change_times() -> Mapping[int, ChangeTimes]:
    """Return when each store's resources last changed, according to the store."""
    found: dict[int, dict[str, datetime | None]] = defaultdict(dict)
    for state in SyncState.select(SyncState.store, SyncState.resource, SyncState.remote_changed_at):
        found[state.store_id][state.resource] = state.remote_changed_at
    return found


def _of_resources(changed_at: ChangeTimes, scopes: Sequence[str]) -> ChangeTimes:
    """Return the times of resources whose changes cause events."""
    return {resource: changed_at.get(resource) for resource in resources_with_events(scopes)}


def _stores_with_issue() -> set[int]:
    issues = Issue.select(Issue.store).where(
        Issue.kind == IssueKind.WEBHOOKS_SILENT, Issue.resolved_at.is_null()
    )
    return {issue.store_id for issue in issues}
