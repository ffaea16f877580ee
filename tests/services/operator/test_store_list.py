"""List of all stores: filters, orders, pages, and the IDs that a filter matches."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.models import Membership, Role, Store, StoreState, StoreSummary, utc_now
from portal.rules.connection.health_word import HealthWord
from portal.rules.connection.issue_kinds import IssueKind
from portal.rules.connection.plan import PlanLevel
from portal.rules.sync.freshness import Freshness
from portal.services.operator import store_list
from portal.services.operator.refresh_summaries import refresh_summaries
from portal.services.operator.store_list import (
    StoreCursor,
    StoreCursorError,
    StoreFilter,
    StoreFilterError,
    StoreOrder,
    count_stores,
    iter_rows,
    list_stores,
    totals,
)
from portal.services.runtime import Runtime
from tests.factories import make_event, make_issue, make_merchant
from tests.services.operator.conftest import MakeStore
from tests.statements import count_statements

FILTERS = st.builds(
    StoreFilter,
    text=st.text(max_size=9).map(str.strip),
    health=st.sampled_from(["", *HealthWord]),
    state=st.sampled_from(["", *StoreState]),
    issue=st.sampled_from(["", "any", *IssueKind]),
    plan=st.sampled_from(["", *PlanLevel]),
    freshness=st.sampled_from(["", *Freshness]),
    failing=st.sampled_from(["", "events", "orders", "records"]),
    connected_since=st.none() | st.dates(),
)


@given(FILTERS)
def test_filter_survives_a_query_string(wanted: StoreFilter) -> None:
    assert StoreFilter.from_arguments(wanted.arguments) == wanted
    assert wanted.is_empty == (not wanted.arguments)


@pytest.mark.parametrize(
    "argument", ["health", "state", "issue", "plan", "freshness", "failing", "connected_since"]
)
def test_unknown_value_is_refused(argument: str) -> None:
    with pytest.raises(StoreFilterError) as refused:
        StoreFilter.from_arguments({argument: "x", "q": "clay", "sort": "anything"})

    assert list(refused.value.problems) == [argument]


@given(
    st.sampled_from(StoreOrder),
    st.text(max_size=9),
    st.integers(0, 2**62),
    st.integers(0, 2**52).map(
        lambda us: datetime.fromtimestamp(0, UTC) + timedelta(microseconds=us)
    ),
)
def test_cursor_survives_a_url(order: StoreOrder, name: str, number: int, at: datetime) -> None:
    value = name if order is StoreOrder.NAME else at if order.is_by_time else number
    cursor = StoreCursor(value, 1003)

    assert StoreCursor.read(order, str(cursor)) == cursor


@pytest.mark.parametrize("text", ["", "5", "x-5", "5-x", "5--1", f"5-{10**19}", "5-²"])
def test_malformed_cursor_is_refused(text: str) -> None:
    with pytest.raises(StoreCursorError):
        StoreCursor.read(StoreOrder.CHANGED, text)


@pytest.fixture
def stores(runtime: Runtime, make_synced: MakeStore) -> list[Store]:
    """A store in sync, one that needs a reconnect, and one with failed events."""
    made = [
        make_synced(id=1003, name="Ébène", plan_level="full"),
        make_synced(
            id=1004, name="Wax 100%", url="https://wax.example", state=StoreState.RECONNECT
        ),
        make_synced(id=1005, name="Ash", connected_at=datetime(2026, 1, 5, tzinfo=UTC)),
    ]
    Membership.create(store=made[0], merchant=make_merchant())
    staff = make_merchant(email="staff@example.com")
    Membership.create(store=made[0], merchant=staff, role=Role.MANAGER)
    make_issue(made[1])
    for number in range(2):
        make_event(event_id=str(number), store_id=1005, state="dead")
    refresh_summaries(runtime)
    return made


def test_each_condition_narrows_the_list(stores: list[Store]) -> None:
    for wanted, expected in (
        (StoreFilter(), [1003, 1004, 1005]),
        (StoreFilter(text="WAX"), [1004]),
        (StoreFilter(text="1005"), [1005]),
        (StoreFilter(text="wax.ex"), [1004]),
        (StoreFilter(text="ebÈNE"), [1003]),
        (StoreFilter(text="ADA@"), [1003]),
        (StoreFilter(text="staff@"), []),
        (StoreFilter(text="\u0301"), []),
        (StoreFilter(text="100%"), [1004]),
        (StoreFilter(text="9" * 30), []),
        (StoreFilter(health=HealthWord.RECONNECT), [1004]),
        (StoreFilter(failing="events"), [1005]),
        (StoreFilter(failing="orders"), []),
        (StoreFilter(failing="records"), []),
        (StoreFilter(issue="any"), [1004]),
        (StoreFilter(issue=IssueKind.WEBHOOKS_SILENT), [1004]),
        (StoreFilter(issue=IssueKind.TOKEN_DEAD), []),
        (StoreFilter(state=StoreState.CONNECTED), [1003, 1005]),
        (StoreFilter(plan=PlanLevel.FULL), [1003]),
        (StoreFilter(freshness=Freshness.STOPPED), [1004]),
        (StoreFilter(freshness=Freshness.ON_TIME, text="ash"), [1005]),
        (StoreFilter(connected_since=date(2026, 1, 5)), [1003, 1004, 1005]),
        (StoreFilter(connected_since=date(2026, 1, 6)), [1003, 1004]),
    ):
        found = [row.store.id for rows in iter_rows(wanted, StoreOrder.NAME) for row in rows]
        assert sorted(found) == expected, wanted
        assert count_stores(wanted) == len(expected)
        assert sorted(row.store.id for row in list_stores(wanted).rows) == expected


def test_row_has_owner_members_issues_and_comparison(stores: list[Store]) -> None:
    [row] = list_stores(StoreFilter(text="1003")).rows
    [other] = list_stores(StoreFilter(text="1004")).rows

    assert (row.owner_email, row.members, row.issue_kinds) == ("ada@example.com", 2, ())
    assert row.compared_at is not None
    assert (other.owner_email, other.members) == ("", 0)
    assert other.issue_kinds == [IssueKind.WEBHOOKS_SILENT]


def test_disconnected_stores_do_not_count_as_connected(
    runtime: Runtime, stores: list[Store], make_synced: MakeStore
) -> None:
    make_synced(state=StoreState.DISCONNECTED)
    refresh_summaries(runtime)

    found = totals()

    assert (found.in_sync, found.connected) == (2, 3)
    assert list(found.by_word) == ["reconnect", "in_sync", "disconnected"]


@pytest.mark.promise(11)
def test_pages_of_every_order_have_each_store_once(
    runtime: Runtime, make_synced: MakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_list, "PAGE_SIZE", 2)
    now = utc_now()
    for number in range(7):
        make_synced(
            name=f"Store {number % 3}",
            connected_at=now - timedelta(days=number % 4),
            last_event_at=None if number % 2 else now - timedelta(hours=number),
        )
    refresh_summaries(runtime)
    for number, summary in enumerate(StoreSummary.select()):
        changes = {"failed_events": number % 2, "failing_orders": number % 3, "open_issues": 1}
        StoreSummary.update(trouble=number // 2, **changes).where(
            StoreSummary.store == summary.store_id
        ).execute()

    for order in StoreOrder:
        pages = [list_stores(StoreFilter(), order)]
        while pages[-1].later is not None:
            pages.append(list_stores(StoreFilter(), order, after=pages[-1].later))
        back = list_stores(StoreFilter(), order, before=pages[-1].earlier)

        summaries = [row.summary for page in pages for row in page.rows]
        values = [order.value_of(summary) for summary in summaries]
        assert len({summary.store_id for summary in summaries}) == len(summaries) == 7
        assert values == sorted(values, reverse=order is not StoreOrder.NAME), order
        assert [row.store.id for row in back.rows] == [row.store.id for row in pages[-2].rows]
        assert (pages[0].earlier, pages[-1].later) == (None, None)


def test_statements_of_a_page_do_not_depend_on_the_number_of_stores(
    runtime: Runtime, make_synced: MakeStore
) -> None:
    counts = []
    for count in (2, 20):
        for _ in range(count):
            make_synced()
        refresh_summaries(runtime)
        with count_statements(runtime.database) as statements:
            list_stores(StoreFilter())
        counts.append(len(statements))

    assert counts == [4, 4]
