"""The freshness of each resource is stored for two days, one point per 15 minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.models import (
    CountKind,
    FreshnessPoint,
    HourlyCount,
    Resource,
    RunKind,
    RunState,
    Store,
    StoreState,
    SyncRun,
    SyncState,
    utc_now,
)
from portal.models.hourly_count import hour_of
from portal.rules.sync.freshness import Freshness
from portal.services.mirror.resource_overview import resource_overviews
from portal.services.runtime import Runtime
from portal.services.sync import freshness_history
from portal.services.sync.freshness_history import (
    RETENTION,
    SLOT,
    history_of,
    record_freshness,
    slot_of,
)
from tests.factories import make_store
from tests.statements import count_statements

SLOT_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
PRODUCTS, CATEGORIES = Resource.PRODUCTS, Resource.CATEGORIES


def make_state(store: Store, resource: Resource = PRODUCTS, **changes: Any) -> SyncState:
    """Save the sync state of a resource that was just compared."""
    values = {"store": store, "resource": resource, "high_water_at": utc_now()}
    return SyncState.create(**{"last_success_at": utc_now()} | values | changes)


def points(store: Store, resource: Resource = PRODUCTS) -> list[tuple[str, int | None]]:
    """Return the freshness and the minutes behind of each point."""
    found = history_of(store, resource, utc_now())
    return [(point.freshness, point.minutes_behind) for point in found]


@pytest.mark.parametrize(("minute", "slot"), [(0, 0), (14, 0), (15, 15), (59, 45)])
def test_hour_has_four_slots(minute: int, slot: int) -> None:
    moment = datetime(2026, 3, 1, 12, minute, 59, 999, tzinfo=UTC)

    assert slot_of(moment) == datetime(2026, 3, 1, 12, slot, tzinfo=UTC)


def test_each_resource_gets_one_point_per_slot(runtime: Runtime, store: Store) -> None:
    make_state(store)
    make_state(store, CATEGORIES, last_success_at=None, high_water_at=None)

    assert record_freshness(runtime) == 2

    assert points(store) == [(Freshness.ON_TIME, 0)]
    assert points(store, CATEGORIES) == [(Freshness.NEVER, None)]


def test_highest_lag_of_the_hour_is_kept(runtime: Runtime, store: Store) -> None:
    make_state(store)
    make_state(store, CATEGORIES, high_water_at=utc_now() - timedelta(minutes=7, seconds=30))
    make_state(make_store(id=2002), last_success_at=None, high_water_at=None)

    record_freshness(runtime)

    [lag] = HourlyCount.select()
    # In minutes begun, of the resource that is furthest behind.
    assert (lag.store_id, lag.kind, lag.count) == (store.id, CountKind.LAG, 8)
    assert lag.hour == hour_of(slot_of(utc_now()))


def test_slot_is_written_once(runtime: Runtime, store: Store) -> None:
    make_state(store)
    record_freshness(runtime)

    record_freshness(runtime)

    assert len(points(store)) == len({point.at for point in FreshnessPoint.select()})


def test_points_older_than_two_days_are_deleted(runtime: Runtime, store: Store) -> None:
    make_state(store)
    values = {"store": store, "resource": PRODUCTS, "freshness": Freshness.LATE}
    slot = slot_of(utc_now())
    for age in (SLOT, RETENTION - 2 * SLOT, RETENTION + SLOT):
        FreshnessPoint.create(**values, at=slot - age)

    record_freshness(runtime)

    assert FreshnessPoint.select().count() == 3
    assert points(store) == [(Freshness.LATE, None)] * 2 + [(Freshness.ON_TIME, 0)]


def test_disconnected_stores_get_no_points(runtime: Runtime, store: Store) -> None:
    make_state(make_store(id=2002, state=StoreState.DISCONNECTED))
    make_state(make_store(id=3003, state=StoreState.RECONNECT))

    assert record_freshness(runtime) == 1

    assert FreshnessPoint.get().freshness == Freshness.STOPPED


@pytest.mark.promise(11)
@pytest.mark.parametrize(
    "run",
    [
        {"state": RunState.FAILED, "finished_at": utc_now(), "failures": 8},
        {"state": RunState.RUNNING, "failures": 2},
        {"state": RunState.RUNNING},
        {"state": RunState.DONE, "finished_at": utc_now()},
    ],
    ids=["given-up", "failing", "running", "done"],
)
@pytest.mark.parametrize("age", [timedelta(0), timedelta(hours=1)], ids=["young", "old"])
def test_history_and_page_show_the_same_freshness(
    runtime: Runtime, store: Store, run: dict[str, Any], age: timedelta
) -> None:
    make_state(store, last_success_at=utc_now() - age)
    values = {"store": store, "resource": PRODUCTS, "kind": RunKind.INCREMENTAL}
    SyncRun.create(**values, state=RunState.FAILED, finished_at=utc_now())
    SyncRun.create(**values, **run)

    record_freshness(runtime)

    [on_page] = [item for item in resource_overviews(store, utc_now()) if item.resource is PRODUCTS]
    assert points(store)[0][0] == on_page.freshness


@pytest.mark.promise(9)
def test_points_of_other_stores_are_not_returned(runtime: Runtime, store: Store) -> None:
    make_state(make_store(id=2002))
    record_freshness(runtime)

    assert points(store) == []


def test_round_takes_a_few_stores_and_the_next_one_continues(
    runtime: Runtime, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshness_history, "STORES_PER_STATEMENT", 2)
    monkeypatch.setattr(freshness_history, "TIME_BUDGET_S", 0)
    # At the end of a slot, the rounds of this test would belong to two of them.
    monkeypatch.setattr(freshness_history, "slot_of", lambda _: SLOT_AT)
    for store_id in (2002, 3003, 4004, 5005):
        make_state(make_store(id=store_id))
    make_state(store)

    rounds = [record_freshness(runtime) for _ in range(4)]

    assert rounds == [2, 2, 1, 0]


def test_expired_points_are_deleted_in_batches(
    runtime: Runtime, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshness_history, "POINTS_PER_DELETION", 2)
    monkeypatch.setattr(freshness_history, "TIME_BUDGET_S", 0)
    for store_id in (2002, 3003, 4004):
        FreshnessPoint.create(
            store=make_store(id=store_id),
            resource=PRODUCTS,
            freshness=Freshness.LATE,
            at=slot_of(utc_now()) - 2 * RETENTION,
        )

    left = []
    for _ in range(2):
        record_freshness(runtime)
        left.append(FreshnessPoint.select().count())

    assert left == [1, 0]


def test_statements_of_a_slice_do_not_depend_on_the_number_of_stores(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshness_history, "TIME_BUDGET_S", 0)
    counts = []
    for first_id, last_id in ((1, 10), (11, 200)):
        for store_id in range(first_id, last_id + 1):
            make_state(make_store(id=store_id))
        with count_statements(runtime.database) as statements:
            record_freshness(runtime)
        counts.append(len(statements))

    assert counts[0] == counts[1]
