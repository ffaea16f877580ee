"""An admin acts on many stores: start, time slices, cancellation and refused stores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests_mock

from portal.errors import BulkActionRefusedError
from portal.models import (
    SYNC_ORDER,
    AuditLogEntry,
    BulkAction,
    BulkActionItem,
    BulkActionKind,
    BulkActionState,
    EventReplay,
    Lease,
    Merchant,
    Store,
    StoreState,
    SyncRun,
    SyncState,
    utc_now,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.work.bulk_action_reasons import BULK_ACTION_REASONS
from portal.services.operator import act_on_store, advance_bulk_action
from portal.services.operator.advance_bulk_action import wake_running_bulk_actions
from portal.services.operator.bulk_actions import (
    StoreSelection,
    cancel_bulk_action,
    find_bulk_action,
    list_explained_items,
    start_bulk_action,
)
from portal.services.operator.store_filter import StoreFilter
from portal.services.operator.summarize_stores import summarize
from portal.services.runtime import Runtime
from tests.factories import make_event, make_grant, make_merchant, make_store
from tests.services.conftest import WEBHOOKS, during_call

EVERY_STORE = StoreSelection(StoreFilter())
Start = Callable[..., BulkAction]


@pytest.fixture
def admin(runtime: Runtime) -> Merchant:
    """An operator with the role admin."""
    return make_merchant(email="admin@example.com", operator_role=OperatorRole.ADMIN)


@pytest.fixture
def stores(runtime: Runtime) -> list[Store]:
    """Two stores that work, one without a valid token, and a disconnected one."""
    states = {
        1003: StoreState.CONNECTED,
        1004: StoreState.RECONNECT,
        1005: StoreState.DISCONNECTED,
        1006: StoreState.CONNECTED,
    }
    made = [make_store(id=key, name=f"S{key}", state=state) for key, state in states.items()]
    summarize(lambda _store_id: True, utc_now())
    return made


@pytest.fixture
def start(runtime: Runtime, admin: Merchant, stores: list[Store]) -> Start:
    """Factory of actions on all stores."""

    def make(kind: BulkActionKind, selection: StoreSelection = EVERY_STORE) -> BulkAction:
        return start_bulk_action(runtime, kind, selection, admin, expected=selection.count())

    return make


def run(runtime: Runtime, action: BulkAction) -> BulkAction:
    """Advance the action until it ends."""
    advance_bulk_action.advance_bulk_action(runtime, action.id)
    found = find_bulk_action(action.id)
    assert found is not None
    return found


def results(action: BulkAction) -> dict[int, tuple[str, str | None]]:
    """Return state and reason of each store."""
    items = BulkActionItem.select().where(BulkActionItem.bulk_action == action)
    return {item.store_id: (item.state, item.reason) for item in items.order_by(BulkActionItem.id)}


def entries(action: str) -> list[tuple[int | None, int | None]]:
    """Return store and actor of the audit log's entries of an action."""
    found = AuditLogEntry.select().where(AuditLogEntry.action == action).order_by(AuditLogEntry.id)
    return [(entry.store_id, entry.actor_id) for entry in found]


def test_stores_are_fixed_when_the_action_starts(
    runtime: Runtime, admin: Merchant, stores: list[Store], start: Start
) -> None:
    working = StoreSelection(StoreFilter(state=StoreState.CONNECTED))
    assert [store.name for store in working.first_stores()] == ["S1003", "S1006"]

    action = start(BulkActionKind.SYNC, working)
    Store.update(state=StoreState.CONNECTED).execute()

    assert (action.total, action.store_filter) == (2, {"state": "connected"})
    assert list(results(action)) == [1003, 1006]
    entry = AuditLogEntry.get()
    assert (entry.action, entry.store_id, entry.actor_id) == ("bulk_action.started", None, admin.id)
    assert entry.after == {"action": "sync", "stores": 2}


def test_chosen_stores_are_those_that_exist(start: Start) -> None:
    action = start(BulkActionKind.CHECK, StoreSelection(StoreFilter(), [1006, 7]))

    assert list(results(action)) == [1006]
    assert action.store_filter is None


@pytest.mark.parametrize("expected", [3, 5])
def test_another_number_of_stores_than_confirmed_starts_nothing(
    runtime: Runtime, admin: Merchant, stores: list[Store], expected: int
) -> None:
    with pytest.raises(BulkActionRefusedError, match="4 stores to act on"):
        start_bulk_action(runtime, BulkActionKind.PAUSE, EVERY_STORE, admin, expected=expected)

    assert BulkAction.select().count() == AuditLogEntry.select().count() == 0


def test_nothing_to_act_on_starts_nothing(
    runtime: Runtime, admin: Merchant, stores: list[Store]
) -> None:
    none = StoreSelection(StoreFilter(text="nowhere"))

    with pytest.raises(BulkActionRefusedError):
        start_bulk_action(runtime, BulkActionKind.PAUSE, none, admin, expected=0)


def test_sync_starts_runs_and_skips_stores_that_do_not_work(
    runtime: Runtime, admin: Merchant, start: Start
) -> None:
    action = run(runtime, start(BulkActionKind.SYNC))

    assert (action.state, action.done, action.skipped, action.failed) == ("done", 2, 2, 0)
    assert results(action) == {
        1003: ("done", None),
        1004: ("skipped", "store_stopped"),
        1005: ("skipped", "disconnected"),
        1006: ("done", None),
    }
    assert {row.store_id for row in SyncRun.select()} == {1003, 1006}
    assert entries("run.started") == [(1003, admin.id), (1006, admin.id)]
    assert [item.store.name for item in list_explained_items(action).rows] == ["S1005", "S1004"]


def test_check_makes_the_connection_checks_due(
    runtime: Runtime, admin: Merchant, start: Start
) -> None:
    Store.update(probe_due_at=None).execute()

    action = run(runtime, start(BulkActionKind.CHECK))

    assert results(action)[1004] == ("skipped", "no_token")
    due = Store.select().where(Store.probe_due_at.is_null(is_null=False)).order_by(Store.id)
    assert [store.id for store in due] == [1003, 1006]
    assert entries("connection.check_requested") == [(1003, admin.id), (1006, admin.id)]


def test_pause_and_resume_are_counterparts(runtime: Runtime, admin: Merchant, start: Start) -> None:
    working = StoreSelection(StoreFilter(), [1003, 1006])
    SyncState.create(store=1006, resource="orders", paused_at=utc_now())
    run(runtime, start(BulkActionKind.PAUSE, working))
    assert SyncState.select().where(SyncState.paused_at.is_null()).count() == 0
    assert SyncState.select().count() == 2 * len(SYNC_ORDER)
    assert len(entries("resource.paused")) == 2 * len(SYNC_ORDER) - 1

    again = run(runtime, start(BulkActionKind.PAUSE, working))
    synced = run(runtime, start(BulkActionKind.SYNC, working))
    run(runtime, start(BulkActionKind.RESUME, working))
    nothing = run(runtime, start(BulkActionKind.RESUME, working))

    assert set(results(again).values()) == {("skipped", "already_paused")}
    assert set(results(synced).values()) == {("skipped", "already_paused")}
    assert SyncState.select().where(SyncState.paused_at.is_null(is_null=False)).count() == 0
    assert set(results(nothing).values()) == {("skipped", "not_paused")}


def test_stores_are_marked_as_test_stores_and_back(
    runtime: Runtime, admin: Merchant, start: Start
) -> None:
    Store.update(is_test=True).where(Store.id == 1006).execute()

    marked = run(runtime, start(BulkActionKind.MARK_TEST))
    test_ids = [store.id for store in Store.select().where(Store.is_test).order_by(Store.id)]
    back = run(
        runtime, start(BulkActionKind.MARK_LIVE, StoreSelection(StoreFilter(), [1003, 1004]))
    )
    nothing = run(runtime, start(BulkActionKind.MARK_LIVE, StoreSelection(StoreFilter(), [1003])))

    assert results(marked)[1003] == ("done", None)
    assert results(marked)[1006] == ("skipped", "is_so")
    assert set(test_ids) >= {1003, 1004, 1006}
    assert set(results(back).values()) == {("done", None)}
    assert set(results(nothing).values()) == {("skipped", "is_so")}
    assert entries("store.marked_live") == [(1003, admin.id), (1004, admin.id)]


def test_failed_events_are_replayed(runtime: Runtime, admin: Merchant, start: Start) -> None:
    make_event(store_id=1006, state="dead")

    action = run(runtime, start(BulkActionKind.REPLAY))
    again = run(runtime, start(BulkActionKind.REPLAY))

    assert EventReplay.get().requested_by_id == admin.id
    assert results(action)[1003] == ("skipped", "no_matching_event")
    assert results(action)[1006] == ("done", None)
    assert results(again)[1006] == ("skipped", "replay_running")
    assert entries("replay.started") == [(1006, admin.id)]


def test_disconnected_stores_keep_their_copies(
    runtime: Runtime, admin: Merchant, start: Start
) -> None:
    action = run(runtime, start(BulkActionKind.DISCONNECT))

    assert {store.state for store in Store.select()} == {"disconnected"}
    assert results(action)[1003] == ("done", "app_remains")
    assert [store for store, _ in entries("store.disconnected")] == [1003, 1004, 1006]
    assert {actor for _, actor in entries("store.disconnected")} == {admin.id}
    entry = AuditLogEntry.get(AuditLogEntry.action == "store.disconnected")
    assert entry.after == {"state": "disconnected", "copy": "kept"}


def test_slices_are_short_and_continue_where_they_stopped(
    runtime: Runtime, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advance_bulk_action, "TIME_SLICE_S", 0)
    action = start(BulkActionKind.SYNC)

    handled = []
    while True:
        action = run(runtime, action)
        handled.append(action.handled)
        if action.state == BulkActionState.DONE:
            break

    assert handled == [1, 2, 3, 4, 4]
    assert len(entries("run.started")) == 2
    run(runtime, action)
    assert len(entries("run.started")) == 2


@pytest.fixture
def store_that_answers(runtime: Runtime, stores: list[Store]) -> Store:
    """The first store, which is asked for its webhooks while it is disconnected."""
    make_grant(stores[0], runtime.sealer)
    Store.update(webhook_mode="api").where(Store.id == stores[0].id).execute()
    return stores[0]


def test_canceled_action_stops_after_the_current_store(
    runtime: Runtime,
    admin: Merchant,
    start: Start,
    store_that_answers: Store,
    ecwid: requests_mock.Mocker,
) -> None:
    action = start(BulkActionKind.DISCONNECT)
    canceled = during_call(lambda: cancel_bulk_action(action, admin))
    ecwid.get(WEBHOOKS, additional_matcher=canceled, json={"items": []})

    ended = run(runtime, action)

    assert (ended.state, ended.done, ended.handled) == ("canceled", 1, 1)
    assert ended.canceled_by == admin
    assert results(ended)[1006] == ("waiting", None)
    assert entries("bulk_action.canceled") == [(None, admin.id)]
    assert not cancel_bulk_action(action, admin)
    assert len(entries("bulk_action.canceled")) == 1


@pytest.mark.promise(1)
def test_action_of_a_killed_worker_continues_at_its_store(
    runtime: Runtime, start: Start, store_that_answers: Store, ecwid: requests_mock.Mocker
) -> None:
    action = start(BulkActionKind.DISCONNECT)
    ecwid.get(WEBHOOKS, exc=KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        run(runtime, action)
    assert results(action)[1003] == ("waiting", None)
    runtime.redis.flushall()

    assert wake_running_bulk_actions(runtime) == 1
    ecwid.get(WEBHOOKS, json={"items": []})
    ended = run(runtime, action)

    assert (ended.state, ended.handled) == ("done", 4)
    assert [store for store, _ in entries("store.disconnected")] == [1003, 1004, 1006]


def test_worker_leaves_an_action_to_the_worker_that_has_it(runtime: Runtime, start: Start) -> None:
    action = start(BulkActionKind.SYNC)
    Lease.acquire(f"bulk_action:{action.id}", "another worker", ttl_s=60)

    assert run(runtime, action).handled == 0
    assert wake_running_bulk_actions(runtime) == 0


def test_unexpected_error_fails_only_its_store(
    runtime: Runtime, start: Start, store_that_answers: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(WEBHOOKS, exc=ZeroDivisionError)

    action = run(runtime, start(BulkActionKind.DISCONNECT))

    assert (action.done, action.skipped, action.failed) == (2, 1, 1)
    assert results(action)[1003] == ("failed", "error")


@pytest.mark.parametrize(
    "change", [{"operator_role": OperatorRole.SUPPORT}, {"locked_at": utc_now()}]
)
def test_action_stops_when_its_requester_may_no_longer_act(
    runtime: Runtime, admin: Merchant, start: Start, change: dict[str, Any]
) -> None:
    action = start(BulkActionKind.SYNC)
    Merchant.update(**change).where(Merchant.id == admin.id).execute()

    ended = run(runtime, action)

    assert (ended.state, ended.handled, ended.canceled_by) == ("canceled", 0, None)


def test_action_of_a_deleted_account_stops(runtime: Runtime, admin: Merchant, start: Start) -> None:
    action = start(BulkActionKind.SYNC)
    Merchant.delete().where(Merchant.id == admin.id).execute()

    assert run(runtime, action).state == "canceled"


def test_every_kind_has_an_action_and_every_reason_a_text() -> None:
    assert set(act_on_store.ACTIONS) == set(BulkActionKind)
    assert all(BULK_ACTION_REASONS.values())
