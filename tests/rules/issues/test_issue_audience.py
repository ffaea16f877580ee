"""A channel knows of issues with its own orders, and of others if it may read the health."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.rules.api_keys.key_scopes import STORE_SCOPES, KeyScope
from portal.rules.connection.issue_kinds import IssueKind
from portal.rules.issues.issue_audience import (
    ISSUE_SCOPES,
    ORDER_ISSUE_KINDS,
    IssueState,
    Reader,
    api_path,
    may_know,
)

kinds = st.sampled_from(IssueKind)
scope_sets = st.frozensets(st.sampled_from(STORE_SCOPES))
states = st.dictionaries(st.integers(1, 4), st.integers(1, 50)).map(
    lambda found: IssueState(
        sum(found.values()), {f"channel {number}": count for number, count in found.items()}
    )
)


@given(states, st.sampled_from(sorted(ORDER_ISSUE_KINDS)))
def test_channels_of_the_marketplace_divide_the_orders_among_them(
    state: IssueState, kind: IssueKind
) -> None:
    counts = [
        state.count_for(kind, Reader(number, is_own=False, scopes=[KeyScope.WRITE_ORDERS]))
        for number in range(1, 5)
    ]

    assert sum(counts) == state.count
    assert state.count_for(kind, Reader(9, is_own=True, scopes=STORE_SCOPES)) == state.count


@given(kinds, scope_sets, st.booleans(), st.integers(0, 5))
def test_channel_without_a_scope_knows_of_nothing(
    kind: IssueKind, scopes: frozenset[KeyScope], is_own: bool, count: int
) -> None:
    reader = Reader(1, is_own=is_own, scopes=scopes)
    seen = IssueState(count, {"channel 1": count}).count_for(kind, reader)

    assert seen in (0, count)
    if not may_know(kind, scopes):
        assert seen == 0
    if ISSUE_SCOPES.isdisjoint(scopes):
        assert not may_know(kind, scopes)


def test_pause_of_another_channel_is_known_to_the_store_alone() -> None:
    state = IssueState(1)

    assert state.count_for("selling_paused", Reader(1, is_own=False, scopes=STORE_SCOPES)) == 0
    assert state.count_for("selling_paused", Reader(1, is_own=True, scopes=STORE_SCOPES)) == 1


def test_issue_that_counts_nothing_is_known_with_the_scope_of_the_health() -> None:
    scopes = [KeyScope.READ_HEALTH]

    assert IssueState(1).count_for("token_dead", Reader(1, is_own=False, scopes=scopes)) == 1
    assert IssueState().count_for("token_dead", Reader(1, is_own=False, scopes=scopes)) == 0


def test_link_leads_to_the_orders_or_to_the_health() -> None:
    assert api_path("orders_rejected") == "submissions?state=rejected"
    assert api_path("events_dead") == api_path("token_dead") == "health"
