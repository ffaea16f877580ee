"""Advance bulk actions store by store, in time slices under a lease.

A killed worker's successor continues at the store that has no result yet. One that was canceled
stops after the current store.
"""

from __future__ import annotations

import time

import structlog
from peewee import JOIN, Field

from portal.errors import PortalError
from portal.jobs import ADVANCE_BULK_ACTION
from portal.models import (
    Actor,
    BulkAction,
    BulkActionItem,
    BulkActionItemState,
    BulkActionState,
    Lease,
    Merchant,
    Store,
    acting_as,
    database,
    utc_now,
)
from portal.process import should_stop
from portal.rules.work.bulk_action_reasons import BulkActionReason
from portal.services.operator.act_on_store import StoreOutcome, act_on_store
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork
from portal.services.work.failures import INTERRUPTIONS
from portal.services.work.leases import Claim, claimed

log = structlog.get_logger(__name__)

TIME_SLICE_S = 5.0
# To disconnect a store takes a few calls, and each may be retried.
LEASE_TTL_S = 120.0
LEASE_PREFIX = "bulk_action:"
_COUNTS: dict[BulkActionItemState, Field] = {
    BulkActionItemState.DONE: BulkAction.done,
    BulkActionItemState.SKIPPED: BulkAction.skipped,
    BulkActionItemState.FAILED: BulkAction.failed,
}


def advance_bulk_action(runtime: Runtime, bulk_action_id: int) -> None:
    """Act on the next stores for a time slice, and wake the job again; safe to run twice."""
    is_unfinished = False
    with claimed(f"{LEASE_PREFIX}{bulk_action_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        is_unfinished = _act_for_a_slice(runtime, bulk_action_id, claim)
    if is_unfinished:
        runtime.wake(ADVANCE_BULK_ACTION, bulk_action_id)


def wake_running_bulk_actions(runtime: Runtime) -> int:
    """Wake the daemon for bulk actions that no worker advances; return how many."""
    return runtime.wake_due(running_bulk_actions())


def running_bulk_actions() -> DueWork:
    """Return the unfinished bulk actions that no worker advances."""
    running = BulkAction.select(BulkAction.id).where(
        BulkAction.state == BulkActionState.RUNNING,
        BulkAction.id.not_in(Lease.held_ids(LEASE_PREFIX)),
    )
    return DueWork(ADVANCE_BULK_ACTION, running, BulkAction.requested_at)


def _act_for_a_slice(runtime: Runtime, bulk_action_id: int, claim: Claim) -> bool:
    """Return whether stores are left to act on."""
    ends_s = time.monotonic() + TIME_SLICE_S
    while action := _running(bulk_action_id):
        item = _next_item(action)
        if item is None:
            _finish(action, BulkActionState.DONE)
            return False
        requester = action.requested_by
        # Each store's action is theirs.
        if requester is None or requester.is_locked or not requester.is_admin:
            _finish(action, BulkActionState.CANCELED)
            return False
        claim.keep()
        outcome = _act(runtime, action, item)
        with database.atomic():
            claim.keep()
            _record(item, outcome)
        if time.monotonic() >= ends_s or should_stop():
            return True
    return False


def _running(bulk_action_id: int) -> BulkAction | None:
    """Return the action with its requester, None once it has ended."""
    found: BulkAction | None = (
        BulkAction.select(BulkAction, Merchant)
        .join(Merchant, JOIN.LEFT_OUTER, on=BulkAction.requested_by)
        .where(BulkAction.id == bulk_action_id, BulkAction.state == BulkActionState.RUNNING)
        .first()
    )
    return found


def _next_item(action: BulkAction) -> BulkActionItem | None:
    found: BulkActionItem | None = (
        BulkActionItem.select(BulkActionItem, Store)
        .join(Store)
        .where(
            BulkActionItem.bulk_action == action,
            BulkActionItem.state == BulkActionItemState.WAITING,
        )
        .order_by(BulkActionItem.id)
        .first()
    )
    return found


def _act(runtime: Runtime, action: BulkAction, item: BulkActionItem) -> StoreOutcome:
    try:
        with acting_as(Actor(merchant=action.requested_by)):
            return act_on_store(runtime, action, item.store)
    except INTERRUPTIONS:
        raise
    except Exception as error:  # noqa: BLE001 - a bug must not block the other stores
        problem = str(error) if isinstance(error, PortalError) else type(error).__name__
        log.warning(
            "bulk_action.store_failed", store=item.store_id, action=action.id, problem=problem
        )
        return StoreOutcome(BulkActionItemState.FAILED, BulkActionReason.ERROR)


def _record(item: BulkActionItem, outcome: StoreOutcome) -> None:
    """Record the result of a store once, also if its action was canceled during it."""
    changed = (
        BulkActionItem.update(state=outcome.state, reason=outcome.reason)
        .where(BulkActionItem.id == item.id, BulkActionItem.state == BulkActionItemState.WAITING)
        .execute()
    )
    if changed:
        count = _COUNTS[outcome.state]
        BulkAction.update({count: count + 1}).where(BulkAction.id == item.bulk_action_id).execute()


def _finish(action: BulkAction, state: BulkActionState) -> None:
    with database.atomic():
        finished = (
            BulkAction.update(state=state, finished_at=utc_now())
            .where(BulkAction.id == action.id, BulkAction.state == BulkActionState.RUNNING)
            .execute()
        )
    if finished:
        log.info("bulk_action.ended", action=action.id, kind=action.kind, state=state)
