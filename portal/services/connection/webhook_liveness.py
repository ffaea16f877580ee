"""Monitor that detects when a store's webhooks stop arriving, and when they arrive again.

`rules.liveness` compares the store's own change times with the received events. While webhooks are
silent, an issue is open, the store is synced at once and then more often, and the portal repeats
its own registration.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from peewee import fn

from portal.jobs import REGISTER_WEBHOOKS
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
from portal.models.bulk import chunked, in_values
from portal.rules.connection.issue_kinds import IssueKind, silent_webhooks_texts
from portal.rules.sync.resources import FACTS
from portal.rules.webhooks.liveness import (
    Liveness,
    WebhookActivity,
    evaluate_liveness,
    event_types_of,
    latest_change,
    resources_with_events,
)
from portal.services.notifications.issues import open_issue, resolve_issue
from portal.services.runs.sync_runs import reset_pace
from portal.services.runtime import Runtime
from portal.services.work.time_budget import each_for

STORES_PER_STATEMENT = 500
# Other entries of the schedule wait during this time.
TIME_BUDGET_S = 0.2

ChangeTimes = Mapping[str, datetime | None]


def update_webhook_health(runtime: Runtime) -> int:
    """Judge the webhooks of stores whose health may change; return how many changed their health.

    Stores whose last event followed their last change are left out. A round ends when its time is
    over; the order is random, so no store waits for long.
    """
    batches = chunked(_doubtful_stores().order_by(fn.RANDOM()), STORES_PER_STATEMENT)
    return sum(_update_health(runtime, stores) for stores in each_for(TIME_BUDGET_S, batches))


def _update_health(runtime: Runtime, stores: Sequence[Store]) -> int:
    """Judge some stores, with five statements and those of the changes."""
    ids = [store.id for store in stores]
    scopes = {grant.store_id: grant.effective_scopes for grant in _grants_in_force(ids)}
    changed_at, troubled = _change_times(ids), _stores_with_issue(ids)
    heard = _resources_heard([store.id for store in stores if _may_lack_events(store)])
    changed = 0
    for store in stores:
        known = _of_resources(changed_at[store.id], scopes.get(store.id, ()))
        found = _evaluate(store, known, heard.get(store.id, known))
        changed += _apply(runtime, store, found, has_issue=store.id in troubled)
    return changed


def _evaluate(store: Store, changed_at: ChangeTimes, heard: Iterable[str]) -> Liveness:
    """Return the current health of the store's webhooks.

    The portal can't read which events are enabled in the app's settings. If events arrive, kinds
    that never arrived (not in ``heard``) are assumed to be disabled; otherwise each would be a
    false alarm.
    """
    subscription = WebhookActivity(
        _expected_since(store), store.last_event_at, store.webhook_first_missed_at
    )
    now = utc_now()
    found = evaluate_liveness(
        subscription, changed_at=latest_change(changed_at, changed_at), now=now
    )
    is_new = found.first_missed_at not in (None, store.webhook_first_missed_at)
    if is_new and _may_lack_events(store):
        expected = [resource for resource in heard if resource in changed_at]
        found = evaluate_liveness(
            subscription, changed_at=latest_change(changed_at, expected), now=now
        )
    return found


def _may_lack_events(store: Store) -> bool:
    """Return whether the app's own settings may leave out some kinds of events."""
    return store.webhook_mode != "api" and store.last_event_at is not None


def _expected_since(store: Store) -> datetime | None:
    """Return since when changes must cause events: a stopped store may send none."""
    if store.webhook_registered_at is None:
        return None
    since: datetime = max(store.webhook_registered_at, store.state_changed_at)
    return since


def _resources_heard(store_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """Return the resources of which each store ever sent an event, in one statement."""
    columns = {
        resource: fn.EXISTS(
            WebhookEvent.select(1).where(
                WebhookEvent.store_id == Store.id, WebhookEvent.type.in_(event_types_of(resource))
            )
        )
        for resource in FACTS
    }
    if not store_ids:
        return {}
    rows: Any = Store.select(Store.id, *columns.values()).where(in_values(Store.id, store_ids))
    return {
        store_id: [resource for resource, is_heard in zip(columns, found, strict=True) if is_heard]
        for store_id, *found in rows.tuples()
    }


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
    """Open the issue, and check all resources now and often, because something has changed."""
    texts = silent_webhooks_texts(store.webhook_mode, Grant.latest_source(store.id))
    open_issue(store.id, IssueKind.WEBHOOKS_SILENT, texts)
    now = utc_now()
    SyncState.update(next_due_at=now).where(
        SyncState.store == store.id, SyncState.next_due_at > now
    ).execute()
    reset_pace(store.id)


def _no_newer_event(store: Store) -> Any:
    if store.last_event_at is None:
        return Store.last_event_at.is_null()
    return Store.last_event_at == store.last_event_at


def _doubtful_stores() -> Any:
    """Return the registered stores whose health may differ from what is stored.

    They have a change after their last event or a missed one before it, an event that proves
    webhooks right, or an issue that doesn't match their health.
    """
    known = fn.COALESCE(Store.last_event_at, Store.webhook_registered_at)
    is_changed = fn.EXISTS(
        SyncState.select(1).where(SyncState.store == Store.id, SyncState.remote_changed_at > known)
    )
    has_events = Store.last_event_at.is_null(is_null=False)
    is_verified = Store.webhook_health == WebhookHealth.VERIFIED
    return Store.select().where(
        Store.state.in_(WORKING_STATES),
        Store.webhook_health.not_in((WebhookHealth.PENDING, WebhookHealth.OFF)),
        is_changed
        | known.is_null()
        | (is_verified & ~has_events)
        | (~is_verified & has_events)
        | (Store.webhook_health == WebhookHealth.SILENT)
        | Store.webhook_first_missed_at.is_null(is_null=False)
        | Store.id.in_(_silence_issues()),
    )


def _grants_in_force(store_ids: Sequence[int]) -> Any:
    return Grant.select(Grant.store, Grant.scopes, Grant.lost_scopes).where(
        Grant.revoked_at.is_null(), in_values(Grant.store, store_ids)
    )


def _change_times(store_ids: Sequence[int]) -> Mapping[int, ChangeTimes]:
    """Return when each store's resources last changed, according to the store."""
    found: dict[int, dict[str, datetime | None]] = defaultdict(dict)
    states = SyncState.select(SyncState.store, SyncState.resource, SyncState.remote_changed_at)
    for state in states.where(in_values(SyncState.store, store_ids)):
        found[state.store_id][state.resource] = state.remote_changed_at
    return found


def _of_resources(changed_at: ChangeTimes, scopes: Sequence[str]) -> ChangeTimes:
    """Return the times of resources whose changes cause events."""
    return {resource: changed_at.get(resource) for resource in resources_with_events(scopes)}


def _silence_issues() -> Any:
    return Issue.select(Issue.store).where(
        Issue.kind == IssueKind.WEBHOOKS_SILENT, Issue.resolved_at.is_null()
    )


def _stores_with_issue(store_ids: Sequence[int]) -> set[int]:
    issues = _silence_issues().where(in_values(Issue.store, store_ids))
    return {issue.store_id for issue in issues}
