"""Events of a store's connection, and the state that follows each of them.

`portal.services.connection.apply_transition` changes a store's state only by the table below. A
connection check results in one event: the problem to fix first, or that there is none. So the end
of a suspension has no event of its own: the check passes, or it finds missing scopes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from portal.rules.connection.issue_kinds import CONNECTION_ISSUE_KINDS, IssueKind
from portal.rules.connection.plan import PlanLevel
from portal.rules.connection.scopes import missing_scopes
from portal.rules.connection.store_states import TOKENLESS_STATES, StoreState


class ConnectionEvent(StrEnum):
    """Confirmed fact about a store's connection."""

    CONSENT_GRANTED = "consent_granted"  # a new token arrived, by any route
    CHECK_PASSED = "check_passed"  # all scopes, a full plan, not suspended
    PLAN_LIMITED = "plan_limited"  # the same, on a plan that lacks some features
    SCOPES_MISSING = "scopes_missing"
    PLAN_BLOCKED = "plan_blocked"
    SUSPENDED = "suspended"  # by Ecwid, or paused by the merchant
    TOKEN_DEAD = "token_dead"  # noqa: S105 - a name
    TOKEN_UNREADABLE = "token_unreadable"  # noqa: S105 - our keys don't open it
    UNINSTALLED = "uninstalled"  # the app was removed from the store
    INSTALLED = "installed"  # the app is installed again; only a consent provides its token
    DISCONNECTED = "disconnected"  # by a user of the portal


_E, _S = ConnectionEvent, StoreState
_IN_ANY_STATE = {_E.CONSENT_GRANTED: _S.CONNECTING, _E.DISCONNECTED: _S.DISCONNECTED}
# With a valid token, a check's result applies in every state.
_WITH_TOKEN = {
    **_IN_ANY_STATE,
    _E.CHECK_PASSED: _S.CONNECTED,
    _E.PLAN_LIMITED: _S.LIMITED,
    _E.SCOPES_MISSING: _S.ACTION_REQUIRED,
    _E.PLAN_BLOCKED: _S.PLAN_BLOCKED,
    _E.SUSPENDED: _S.SUSPENDED,
    _E.TOKEN_DEAD: _S.RECONNECT,
    _E.TOKEN_UNREADABLE: _S.RECONNECT,
    _E.UNINSTALLED: _S.DISCONNECTED,
}
# Without a valid token a check's result is out of date, and is ignored.
TRANSITIONS: Mapping[StoreState, Mapping[ConnectionEvent, StoreState]] = {
    **{state: _WITH_TOKEN for state in StoreState if state not in TOKENLESS_STATES},
    _S.RECONNECT: {
        **_IN_ANY_STATE,
        _E.UNINSTALLED: _S.DISCONNECTED,
        _E.INSTALLED: _S.RECONNECT,
    },
    _S.DISCONNECTED: {**_IN_ANY_STATE, _E.INSTALLED: _S.DISCONNECTED},
}

# No issue for a limited plan: the merchant chose it, and the pages list the missing features.
ISSUE_BY_EVENT: Mapping[ConnectionEvent, IssueKind] = {
    _E.SCOPES_MISSING: IssueKind.SCOPES_MISSING,
    _E.PLAN_BLOCKED: IssueKind.PLAN_BLOCKED,
    _E.SUSPENDED: IssueKind.SUSPENDED,
    _E.TOKEN_DEAD: IssueKind.TOKEN_DEAD,
    _E.TOKEN_UNREADABLE: IssueKind.TOKEN_UNREADABLE,
    _E.UNINSTALLED: IssueKind.UNINSTALLED,
}
# A new token resolves problems of the old one. Only a check can resolve the other issues.
_RESOLVED_BY_CONSENT = frozenset(
    {IssueKind.TOKEN_DEAD, IssueKind.TOKEN_UNREADABLE, IssueKind.UNINSTALLED}
)


def next_state(state: StoreState, event: ConnectionEvent) -> StoreState | None:
    """Return the state after ``event``, or None if the event doesn't apply in this state."""
    return TRANSITIONS[state].get(event)


def issues_resolved_by(event: ConnectionEvent) -> frozenset[IssueKind]:
    """Return the kinds of issues that ``event`` resolves, if it applies.

    Only the most important connection issue is open at a time. A disconnected store has no open
    issues at all, not even about its webhooks.
    """
    if event is ConnectionEvent.CONSENT_GRANTED:
        return _RESOLVED_BY_CONSENT
    if event is ConnectionEvent.INSTALLED:
        return frozenset()
    if event in (ConnectionEvent.DISCONNECTED, ConnectionEvent.UNINSTALLED):
        return frozenset(IssueKind) - {ISSUE_BY_EVENT.get(event)}
    return CONNECTION_ISSUE_KINDS - {ISSUE_BY_EVENT.get(event)}


def evaluate_connection(
    *, scopes: Iterable[str], plan: PlanLevel, is_suspended: bool
) -> ConnectionEvent:
    """Return the result of a connection check with a valid token: the most important problem.

    A suspension comes first because a consent can't end it. The plan comes before the scopes
    because more scopes don't help on a plan without API access.
    """
    if is_suspended:
        return ConnectionEvent.SUSPENDED
    if plan is PlanLevel.BLOCKED:
        return ConnectionEvent.PLAN_BLOCKED
    if missing_scopes(scopes):
        return ConnectionEvent.SCOPES_MISSING
    return (
        ConnectionEvent.PLAN_LIMITED if plan is PlanLevel.LIMITED else ConnectionEvent.CHECK_PASSED
    )
