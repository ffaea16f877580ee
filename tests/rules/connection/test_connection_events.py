"""Transitions of every state on every event, and the results of connection checks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.connection.connection_events import (
    ISSUE_BY_EVENT,
    TRANSITIONS,
    ConnectionEvent,
    evaluate_connection,
    issues_resolved_by,
    next_state,
)
from portal.rules.connection.issue_kinds import CONNECTION_ISSUE_KINDS, IssueKind
from portal.rules.connection.plan import PlanLevel
from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.rules.connection.store_states import TOKENLESS_STATES, WORKING_STATES, StoreState

ALL = REQUIRED_NAMES
SOME = REQUIRED_NAMES[1:]

# State after each event: C connected, L limited, A action required, R reconnect, P plan blocked, S
# suspended, D disconnected, G connecting; a dot where the event does not apply.
LETTERS = {
    "G": StoreState.CONNECTING,
    "C": StoreState.CONNECTED,
    "L": StoreState.LIMITED,
    "A": StoreState.ACTION_REQUIRED,
    "R": StoreState.RECONNECT,
    "P": StoreState.PLAN_BLOCKED,
    "S": StoreState.SUSPENDED,
    "D": StoreState.DISCONNECTED,
}
EVENTS = [
    *("consent_granted", "check_passed", "plan_limited", "scopes_missing", "plan_blocked"),
    *("suspended", "token_dead", "token_unreadable", "uninstalled", "installed", "disconnected"),
]
TABLE = {
    "connecting":      "G C L A P S R R D . D",
    "connected":       "G C L A P S R R D . D",
    "limited":         "G C L A P S R R D . D",
    "action_required": "G C L A P S R R D . D",
    "plan_blocked":    "G C L A P S R R D . D",
    "suspended":       "G C L A P S R R D . D",
    "reconnect":       "G . . . . . . . D R D",
    "disconnected":    "G . . . . . . . . D D",
}  # fmt: skip


def test_table_has_every_state_and_every_event() -> None:
    assert sorted(TABLE) == sorted(StoreState) == sorted(TRANSITIONS)
    assert sorted(EVENTS) == sorted(ConnectionEvent)


@pytest.mark.parametrize("state", StoreState)
def test_each_event_leads_to_the_expected_state(state: StoreState) -> None:
    expected = [LETTERS.get(letter) for letter in TABLE[state].split()]

    assert [next_state(state, ConnectionEvent(event)) for event in EVENTS] == expected


@given(st.sampled_from(StoreState), st.lists(st.sampled_from(ConnectionEvent)))
def test_only_a_consent_restores_a_store_without_a_token(
    state: StoreState, events: list[ConnectionEvent]
) -> None:
    has_token = state not in TOKENLESS_STATES
    for event in events:
        state = next_state(state, event) or state
        if event is ConnectionEvent.CONSENT_GRANTED:
            has_token = True
        elif state in TOKENLESS_STATES:
            has_token = False

        assert (state not in TOKENLESS_STATES) is has_token


@given(st.sampled_from(StoreState), st.sampled_from(ConnectionEvent))
def test_repeating_an_event_changes_nothing(state: StoreState, event: ConnectionEvent) -> None:
    once = next_state(state, event) or state

    assert (next_state(once, event) or once) is once


@pytest.mark.parametrize("event", ConnectionEvent)
def test_event_does_not_resolve_the_issue_that_it_opens(event: ConnectionEvent) -> None:
    assert ISSUE_BY_EVENT.get(event) not in issues_resolved_by(event)


@pytest.mark.parametrize("event", [ConnectionEvent.CHECK_PASSED, ConnectionEvent.PLAN_LIMITED])
def test_working_store_has_no_connection_issues(event: ConnectionEvent) -> None:
    assert next_state(StoreState.SUSPENDED, event) in WORKING_STATES
    assert issues_resolved_by(event) == CONNECTION_ISSUE_KINDS


def test_consent_resolves_only_issues_of_the_old_token() -> None:
    ended = issues_resolved_by(ConnectionEvent.CONSENT_GRANTED)

    assert IssueKind.TOKEN_DEAD in ended
    assert not ended & {IssueKind.SUSPENDED, IssueKind.PLAN_BLOCKED, IssueKind.SCOPES_MISSING}


def test_disconnected_store_has_no_issues() -> None:
    assert issues_resolved_by(ConnectionEvent.DISCONNECTED) == set(IssueKind)


@pytest.mark.parametrize(
    ("scopes", "plan", "is_suspended", "event"),
    [
        (ALL, PlanLevel.FULL, False, ConnectionEvent.CHECK_PASSED),
        (ALL, PlanLevel.LIMITED, False, ConnectionEvent.PLAN_LIMITED),
        (ALL, PlanLevel.UNKNOWN, False, ConnectionEvent.CHECK_PASSED),
        (SOME, PlanLevel.UNKNOWN, False, ConnectionEvent.SCOPES_MISSING),
        (ALL, PlanLevel.BLOCKED, False, ConnectionEvent.PLAN_BLOCKED),
        (SOME, PlanLevel.FULL, False, ConnectionEvent.SCOPES_MISSING),
        (SOME, PlanLevel.LIMITED, False, ConnectionEvent.SCOPES_MISSING),
        (SOME, PlanLevel.BLOCKED, False, ConnectionEvent.PLAN_BLOCKED),
        (ALL, PlanLevel.FULL, True, ConnectionEvent.SUSPENDED),
        (SOME, PlanLevel.BLOCKED, True, ConnectionEvent.SUSPENDED),
    ],
)
def test_check_reports_the_most_important_problem(
    scopes: tuple[str, ...], plan: PlanLevel, is_suspended: bool, event: ConnectionEvent
) -> None:
    assert evaluate_connection(scopes=scopes, plan=plan, is_suspended=is_suspended) is event


@given(st.sets(st.text()), st.sampled_from(PlanLevel), st.booleans())
def test_extra_scopes_do_not_change_the_result(
    extra: set[str], plan: PlanLevel, is_suspended: bool
) -> None:
    found = evaluate_connection(scopes={*ALL, *extra}, plan=plan, is_suspended=is_suspended)

    assert found is evaluate_connection(scopes=ALL, plan=plan, is_suspended=is_suspended)
