"""One store's part of a bulk action: the same service that its own page or a command calls.

Each is safe to repeat, because a killed worker repeats the store that it was at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.errors import RunRefusedError
from portal.models import (
    SYNC_ORDER,
    AuditLogEntry,
    BulkAction,
    BulkActionItemState,
    BulkActionKind,
    EventState,
    Resource,
    Store,
    StoreState,
    SyncState,
    database,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.connection.store_states import TOKENLESS_STATES
from portal.rules.sync.run_refusals import RunRefusal
from portal.rules.work.bulk_action_reasons import BulkActionReason
from portal.services.connection.disconnect_store import disconnect_store
from portal.services.connection.mark_test_store import mark_test_store
from portal.services.connection.request_check import request_check
from portal.services.events.event_filter import EventFilter
from portal.services.events.replay_events import replay_matching
from portal.services.operator.bulk_action_emails import queue_bulk_action_emails
from portal.services.runs import requested_runs, run_control
from portal.services.runtime import Runtime


@dataclass(frozen=True)
class StoreOutcome:
    """Result for one store; ``reason`` explains it where that is needed."""

    state: BulkActionItemState
    reason: str | None = None


DONE = StoreOutcome(BulkActionItemState.DONE)
# A message may ask the merchant to connect the store again.
FOR_DISCONNECTED_STORES = frozenset({BulkActionKind.NOTIFY})


def act_on_store(runtime: Runtime, action: BulkAction, store: Store) -> StoreOutcome:
    """Act on the store for the action's requester, the current actor; return the result.

    A store in whose state the action makes no sense is skipped.
    """
    kind = BulkActionKind(action.kind)
    if store.state == StoreState.DISCONNECTED and kind not in FOR_DISCONNECTED_STORES:
        return _skipped(BulkActionReason.DISCONNECTED)
    try:
        return ACTIONS[kind](runtime, store, action)
    except RunRefusedError as refused:
        return _skipped(refused.reason)


def _skipped(reason: str) -> StoreOutcome:
    return StoreOutcome(BulkActionItemState.SKIPPED, reason)


def _check(runtime: Runtime, store: Store, _action: BulkAction) -> StoreOutcome:
    """Have the connection checked by the workers of that queue, several stores at a time."""
    if store.state in TOKENLESS_STATES:
        return _skipped(BulkActionReason.NO_TOKEN)
    request_check(runtime, store)
    return DONE


def _sync(runtime: Runtime, store: Store, _action: BulkAction) -> StoreOutcome:
    if _paused_resources(store) == set(SYNC_ORDER):
        return _skipped(BulkActionReason.ALREADY_PAUSED)
    requested_runs.start_all(runtime, store)
    return DONE


def _pause(_runtime: Runtime, store: Store, _action: BulkAction) -> StoreOutcome:
    paused = _paused_resources(store)
    if paused == set(SYNC_ORDER):
        return _skipped(BulkActionReason.ALREADY_PAUSED)
    for resource in SYNC_ORDER:
        if resource not in paused:
            run_control.pause(store, resource)
    return DONE


def _resume(runtime: Runtime, store: Store, _action: BulkAction) -> StoreOutcome:
    requested_runs.check_working(store)
    paused = _paused_resources(store)
    if not paused:
        return _skipped(RunRefusal.NOT_PAUSED)
    for resource in SYNC_ORDER:
        if resource in paused:
            run_control.resume(runtime, store, resource)
    return DONE


def _replay(runtime: Runtime, store: Store, action: BulkAction) -> StoreOutcome:
    replay_matching(runtime, store, EventFilter(state=EventState.DEAD), action.requested_by)
    return DONE


def _notify(_runtime: Runtime, store: Store, action: BulkAction) -> StoreOutcome:
    """Queue the action's email to each merchant of the store."""
    with database.atomic():
        merchant_ids = queue_bulk_action_emails(action, store.id)
        if not merchant_ids:
            return _skipped(BulkActionReason.NO_RECIPIENT)
        AuditLogEntry.record_request(
            store.id,
            AuditAction.MERCHANTS_NOTIFIED,
            f"bulk_action {action.id}",
            after={"merchants": merchant_ids},
        )
    return DONE


def _mark_test(_runtime: Runtime, store: Store, _action: BulkAction) -> StoreOutcome:
    return DONE if mark_test_store(store, is_test=True) else _skipped(BulkActionReason.IS_SO)


def _mark_live(_runtime: Runtime, store: Store, _action: BulkAction) -> StoreOutcome:
    return DONE if mark_test_store(store, is_test=False) else _skipped(BulkActionReason.IS_SO)


def _disconnect(runtime: Runtime, store: Store, action: BulkAction) -> StoreOutcome:
    result = disconnect_store(runtime, store, action.requested_by, with_erasure=False)
    if result.app_removed:
        return DONE
    return StoreOutcome(BulkActionItemState.DONE, BulkActionReason.APP_REMAINS)


def _paused_resources(store: Store) -> set[Resource]:
    states = SyncState.select(SyncState.resource).where(
        SyncState.store == store, SyncState.paused_at.is_null(is_null=False)
    )
    return {Resource(state.resource) for state in states}


ACTIONS: dict[BulkActionKind, Callable[[Runtime, Store, BulkAction], StoreOutcome]] = {
    BulkActionKind.CHECK: _check,
    BulkActionKind.SYNC: _sync,
    BulkActionKind.PAUSE: _pause,
    BulkActionKind.RESUME: _resume,
    BulkActionKind.REPLAY: _replay,
    BulkActionKind.NOTIFY: _notify,
    BulkActionKind.MARK_TEST: _mark_test,
    BulkActionKind.MARK_LIVE: _mark_live,
    BulkActionKind.DISCONNECT: _disconnect,
}
