"""Summaries agree with each store's page, changed stores come first, and all others in turn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.models import (
    SYNC_ORDER,
    Issue,
    OrderSubmission,
    OrderUpdate,
    OrderUpdateState,
    Quarantine,
    Resource,
    RunKind,
    RunState,
    Store,
    StoreState,
    StoreSummary,
    StoreSummaryProgress,
    SyncRun,
    SyncState,
    WebhookEvent,
    WebhookHealth,
    utc_now,
)
from portal.rules.connection.health_word import HealthWord
from portal.rules.connection.store_health import worst_freshness
from portal.rules.orders.submission_states import SubmissionState
from portal.rules.sync.freshness import Freshness
from portal.services.connection.store_overview import store_overview
from portal.services.operator import refresh_summaries as refreshing
from portal.services.operator.refresh_summaries import refresh_summaries
from portal.services.runtime import Runtime
from tests.factories import make_event, make_issue, make_store
from tests.services.operator.conftest import MakeStore
from tests.statements import count_statements

RESOURCES = st.sampled_from(SYNC_ORDER)
CONDITIONS = st.fixed_dictionaries(
    {
        "state": st.sampled_from(StoreState),
        "is_closed": st.booleans(),
        "webhook_health": st.sampled_from(WebhookHealth),
    }
)
# Minutes since the last success, None without one; whether it is paused; and its last run.
STATES = st.tuples(
    st.sampled_from([None, 0, 2, 20, 500]),
    st.booleans(),
    st.sampled_from(
        [
            None,
            (RunState.RUNNING, 0),
            (RunState.RUNNING, 3),
            (RunState.FAILED, 8),
            (RunState.DONE, 2),
        ]
    ),
)
STORES = st.lists(
    st.tuples(CONDITIONS, st.dictionaries(RESOURCES, STATES), st.booleans()), min_size=1, max_size=8
)


def summary_of(store: Store) -> StoreSummary:
    return StoreSummary.get(StoreSummary.store == store)


def refresh(runtime: Runtime) -> None:
    """Refresh all summaries, as if the last pass were long ago."""
    StoreSummaryProgress.delete().execute()
    refresh_summaries(runtime)


def make_in_condition(
    number: int, changes: dict[str, Any], states: dict[Resource, Any], *, has_unreadable: bool
) -> Store:
    store, now = make_store(id=1003 + number, **changes), utc_now()
    for resource, (minutes, is_paused, run) in states.items():
        SyncState.create(
            store=store,
            resource=resource,
            last_success_at=None if minutes is None else now - timedelta(minutes=minutes),
            paused_at=now if is_paused else None,
        )
        if run is not None:
            state, failures = run
            finished_at = None if state == RunState.RUNNING else now - timedelta(minutes=1)
            SyncRun.create(
                store=store,
                resource=resource,
                kind=RunKind.BACKFILL,
                state=state,
                failures=failures,
                finished_at=finished_at,
            )
    if has_unreadable:
        Quarantine.create(store=store, resource="products", entity_id="6", payload={}, reason="x")
    return store


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stores=STORES)
def test_list_and_store_page_agree(runtime: Runtime, stores: list[Any]) -> None:
    Store.delete().execute()
    made = [
        make_in_condition(number, changes, states, has_unreadable=has_unreadable)
        for number, (changes, states, has_unreadable) in enumerate(stores)
    ]

    refresh(runtime)

    for store in made:
        overview, summary = store_overview(store), summary_of(store)
        assert summary.word == overview.health_word
        assert summary.freshness == worst_freshness({r.freshness for r in overview.resources})
        assert summary.unreadable == overview.unreadable


def test_counts_are_those_of_the_store(runtime: Runtime, make_synced: MakeStore) -> None:
    store, other = make_synced(), make_synced()
    make_issue(store)
    Issue.create(store=store, kind="x", cause="", impact="", next_action="", resolved_at=utc_now())
    for number, state in enumerate(["dead", "dead", "applied", "pending"]):
        make_event(event_id=str(number), store_id=store.id, state=state)
    for state in OrderUpdateState:
        OrderUpdate.create(
            store=store,
            order_id=1,
            order_number="1",
            sender="x",
            changes={},
            expected={},
            state=state,
        )
    week_ago = utc_now() - timedelta(days=7, hours=1)
    for number, (state, code, at) in enumerate(
        [
            (SubmissionState.UNKNOWN, None, None),
            (SubmissionState.SUBMITTED, None, utc_now()),
            (SubmissionState.REJECTED, "not_sent", utc_now()),
            (SubmissionState.REJECTED, "out_of_stock", utc_now()),
            (SubmissionState.REJECTED, "not_sent", week_ago),
        ]
    ):
        OrderSubmission.create(
            store=store,
            sender="x",
            idempotency_key=str(number),
            reference=str(number),
            fingerprint="",
            state=state,
            finished_at=at,
            validation_errors=[{"code": code}] if code else [],
        )

    refresh(runtime)

    found = summary_of(store)
    assert (found.open_issues, found.failed_events, found.failing_orders) == (1, 2, 4)
    calm = summary_of(other)
    assert (calm.open_issues, calm.failed_events, calm.failing_orders) == (0, 0, 0)
    assert (found.word, calm.word) == (HealthWord.NEEDS_ATTENTION, HealthWord.IN_SYNC)
    assert found.trouble > calm.trouble


def test_last_change_is_the_latest_that_is_known(runtime: Runtime, make_synced: MakeStore) -> None:
    now = utc_now()
    store, other, third = make_synced(last_event_at=now), make_synced(), make_synced()
    for minutes, resource in enumerate(SYNC_ORDER, 1):
        SyncState.update(remote_changed_at=now - timedelta(minutes=minutes)).where(
            SyncState.resource == resource, SyncState.store != third
        ).execute()

    refresh(runtime)

    assert summary_of(store).last_change_at == now
    assert summary_of(other).last_change_at == now - timedelta(minutes=1)
    assert summary_of(third).last_change_at is None


def test_word_keeps_its_time_until_it_changes(runtime: Runtime, make_synced: MakeStore) -> None:
    store, hour_ago = make_synced(), utc_now() - timedelta(hours=1)
    refresh(runtime)
    StoreSummary.update(since_at=hour_ago).execute()

    refresh(runtime)
    kept = summary_of(store).since_at
    SyncState.update(last_success_at=hour_ago).execute()
    refresh(runtime)
    late = summary_of(store)
    Store.update(state=StoreState.RECONNECT, state_changed_at=hour_ago).execute()
    refresh(runtime)
    stopped = summary_of(store)

    assert kept == hour_ago
    assert (late.word, late.since_at > hour_ago) == (HealthWord.LATE, True)
    assert (stopped.word, stopped.since_at) == (HealthWord.RECONNECT, hour_ago)
    assert stopped.trouble > late.trouble


def test_silence_counts_since_the_webhooks_are_silent(
    runtime: Runtime, make_synced: MakeStore
) -> None:
    hour_ago = utc_now() - timedelta(hours=1)
    changes = {"webhook_health": WebhookHealth.SILENT, "webhook_health_changed_at": hour_ago}
    store = make_synced(**changes)

    refresh(runtime)

    assert summary_of(store).since_at == hour_ago


@pytest.mark.parametrize(
    "change",
    [
        lambda store: Store.update(state=StoreState.SUSPENDED).where(Store.id == store.id),
        lambda store: Store.update(is_closed=True).where(Store.id == store.id),
        lambda store: Store.update(webhook_health=WebhookHealth.SILENT).where(Store.id == store.id),
    ],
    ids=["state", "closed", "webhooks"],
)
def test_changed_store_does_not_wait_for_the_next_pass(
    runtime: Runtime, make_synced: MakeStore, change: Any
) -> None:
    store, other = make_synced(), make_synced()
    refresh(runtime)
    make_event(store_id=other.id, state="dead")
    change(store).execute()

    assert refresh_summaries(runtime) == 1

    assert summary_of(store).word != HealthWord.IN_SYNC
    assert summary_of(other).failed_events == 0


def test_opened_and_resolved_issues_are_counted_at_once(
    runtime: Runtime, make_synced: MakeStore
) -> None:
    store = make_synced()
    refresh(runtime)
    make_issue(store)
    refresh_summaries(runtime)
    opened = summary_of(store).open_issues
    Issue.update(resolved_at=utc_now()).execute()
    refresh_summaries(runtime)

    assert (opened, summary_of(store).open_issues) == (1, 0)


def test_store_becomes_late_without_a_change(runtime: Runtime, make_synced: MakeStore) -> None:
    store = make_synced()
    refresh(runtime)
    hour_ago = utc_now() - timedelta(hours=1)
    SyncState.update(last_success_at=hour_ago).where(
        SyncState.resource == Resource.ORDERS
    ).execute()
    StoreSummary.update(check_at=hour_ago).execute()

    refresh_summaries(runtime)

    found = summary_of(store)
    assert (found.word, found.freshness) == (HealthWord.LATE, Freshness.LATE)
    assert found.check_at > utc_now()


def test_later_polls_do_not_write_a_summary(runtime: Runtime, make_synced: MakeStore) -> None:
    make_synced()
    refresh(runtime)
    SyncState.update(last_success_at=utc_now() + timedelta(seconds=1)).execute()
    StoreSummaryProgress.delete().execute()

    assert refresh_summaries(runtime) == 0


def test_pass_is_repeated_after_a_while(runtime: Runtime, make_synced: MakeStore) -> None:
    store = make_synced()
    refresh(runtime)
    first = StoreSummaryProgress.get()
    make_event(store_id=store.id, state="dead")

    refresh_summaries(runtime)
    at_once = summary_of(store).failed_events
    long_ago = utc_now() - refreshing.PASS_EVERY
    StoreSummaryProgress.update(started_at=long_ago).execute()
    refresh_summaries(runtime)

    assert (at_once, summary_of(store).failed_events) == (0, 1)
    assert first.as_of == first.started_at
    assert StoreSummaryProgress.get().as_of > first.as_of


def test_round_takes_a_few_stores_and_the_next_one_continues(
    runtime: Runtime, make_synced: MakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "STORES_PER_STEP", 2)
    monkeypatch.setattr(refreshing, "TIME_BUDGET_S", 0)
    for _ in range(5):
        make_synced()
    refresh(runtime)
    WebhookEvent.delete().execute()
    StoreSummary.update(failed_events=9).execute()

    StoreSummaryProgress.delete().execute()
    rounds = []
    for _ in range(3):
        refresh_summaries(runtime)
        left = StoreSummary.select().where(StoreSummary.failed_events == 9).count()
        rounds.append((left, StoreSummaryProgress.get().as_of is not None))

    assert rounds == [(3, False), (1, False), (0, True)]


def test_statements_of_a_round_do_not_depend_on_the_number_of_stores(
    runtime: Runtime, make_synced: MakeStore
) -> None:
    counts = []
    for count in (2, 20):
        for _ in range(count):
            make_synced()
        StoreSummaryProgress.delete().execute()
        with count_statements(runtime.database) as statements:
            refresh_summaries(runtime)
        counts.append(len(statements))

    assert counts[0] == counts[1]
