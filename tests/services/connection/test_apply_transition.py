"""Transitions of a store keep its timeline, issues, grants and work consistent."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from portal.jobs import DRAIN_EVENTS, PROBE_STORE, REGISTER_WEBHOOKS, RUN_SYNC, wake_key
from portal.models import (
    SYNC_ORDER,
    WORKING_STATES,
    CircuitBreaker,
    Grant,
    Issue,
    Merchant,
    Store,
    StoreState,
    SyncRun,
    TimelineEntry,
    database,
    utc_now,
)
from portal.rules.connection.connection_events import (
    ISSUE_BY_EVENT,
    ConnectionEvent,
    issues_resolved_by,
    next_state,
)
from portal.rules.connection.issue_kinds import CONNECTION_ISSUES, IssueKind, silent_webhooks_texts
from portal.rules.connection.store_states import TOKENLESS_STATES
from portal.rules.issues.counted_issues import COUNTED_ISSUES
from portal.services.connection.apply_transition import (
    Transition,
    apply_transition,
    lock_store,
    wake_after_transition,
)
from portal.services.notifications.issues import open_issue, open_issues
from portal.services.runtime import Runtime
from tests.factories import UPDATED_AT, make_counted_issue

E, S = ConnectionEvent, StoreState
ALWAYS_REPORTED = (E.CONSENT_GRANTED, E.INSTALLED, E.DISCONNECTED)
ROOT = Path(__file__).parents[3]


def stand(state: StoreState) -> None:
    """Put the store into a state directly, since long ago."""
    Store.update(state=state, state_changed_at=UPDATED_AT, webhook_check_due_at=None).execute()


def happen(event: ConnectionEvent, **options: object) -> Transition:
    """Apply an event to the store."""
    with database.atomic():
        return apply_transition(lock_store(1003), event, **options)


def open_kinds() -> set[str]:
    """Return the kinds of the store's open issues."""
    return {issue.kind for issue in open_issues(1003)}


def reported() -> list[str]:
    """Return the store's timeline without the entries about issues."""
    entries = TimelineEntry.select().order_by(TimelineEntry.id)
    return [entry.what for entry in entries if not entry.what.startswith("issue_")]


def check(state: StoreState, event: ConnectionEvent) -> None:
    """Check everything that an event must change in this state."""
    stand(state)
    every_kind = set(IssueKind)
    for kind in CONNECTION_ISSUES:
        open_issue(1003, kind, CONNECTION_ISSUES[kind])
    open_issue(1003, IssueKind.WEBHOOKS_SILENT, silent_webhooks_texts("api"))
    for kind in COUNTED_ISSUES:
        make_counted_issue(Store.get(), kind=kind)
    after = next_state(state, event)

    transition = happen(event)

    store = Store.get()
    assert store.state == transition.after == (after or state)
    assert (store.state_changed_at == UPDATED_AT) is (after in (None, state))
    ended = issues_resolved_by(event) if after else frozenset()
    assert open_kinds() == every_kind - ended
    assert Issue.select().where(Issue.resolved_at.is_null(is_null=False)).count() == len(ended)
    is_reported = after is not None and (after != state or event in ALWAYS_REPORTED)
    assert reported() == ([event] if is_reported else [])
    loses_token = after in TOKENLESS_STATES and event is not E.INSTALLED
    assert (Grant.active_for(1003) is None) is loses_token
    starts = after in WORKING_STATES and state not in WORKING_STATES
    assert len(transition.runs) == SyncRun.select().count() == (len(SYNC_ORDER) if starts else 0)
    assert (transition.resumes_work, store.webhook_check_due_at is not None) == (starts, starts)
    assert transition.stops_work is (state in WORKING_STATES and store.state not in WORKING_STATES)


@pytest.mark.parametrize("state", S)
def test_every_event_in_every_state_has_all_its_effects(
    runtime: Runtime, store: Store, state: StoreState
) -> None:
    for event in E:
        with database.atomic() as undone:
            check(state, event)
            undone.rollback()


@pytest.mark.parametrize("event", ISSUE_BY_EVENT)
def test_problem_event_opens_its_issue_once(
    runtime: Runtime, store: Store, event: ConnectionEvent
) -> None:
    happen(event, detail={"scopes": ["read_orders"]})
    happen(event, detail={"scopes": ["read_orders"]})

    (issue,) = Issue.select()
    texts = CONNECTION_ISSUES[ISSUE_BY_EVENT[event]]
    assert (issue.kind, issue.cause, issue.impact) == (
        ISSUE_BY_EVENT[event],
        texts.cause,
        texts.impact,
    )
    assert (issue.next_action, issue.action) == (texts.next_action, texts.action)
    assert issue.action
    assert issue.detail == {"scopes": ["read_orders"]}
    assert reported() == [event]


def test_open_issue_is_updated_with_the_missing_scopes(runtime: Runtime, store: Store) -> None:
    happen(E.SCOPES_MISSING, detail={"scopes": ["read_orders"]})

    happen(E.SCOPES_MISSING, detail={"scopes": ["read_orders", "read_customers"]})

    assert Issue.get().detail == {"scopes": ["read_orders", "read_customers"]}


def test_timeline_records_the_person_and_the_state_before(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    happen(E.DISCONNECTED, actor=merchant, detail={"keeps_days": 30})

    entry = TimelineEntry.get()
    assert (entry.what, entry.actor) == ("disconnected", merchant)
    assert entry.detail == {"before": "connected", "keeps_days": 30}
    assert Grant.get().revoked_reason == "disconnected"


def test_resumed_store_continues_waiting_work_after_the_commit(
    runtime: Runtime, store: Store
) -> None:
    stand(S.SUSPENDED)
    CircuitBreaker.replace_with(1003, topic="product", resume_at=utc_now(), error="no answer")

    wake_after_transition(runtime, happen(E.CHECK_PASSED))

    assert CircuitBreaker.select().count() == 0
    woken = [(job, 1003) for job in (REGISTER_WEBHOOKS, DRAIN_EVENTS)]
    woken += [(RUN_SYNC, run.id) for run in SyncRun.select()]
    assert all(runtime.redis.exists(wake_key(job.path, (number,))) for job, number in woken)


def test_consent_alone_wakes_the_connection_check(runtime: Runtime, store: Store) -> None:
    stand(S.RECONNECT)
    Store.update(probe_due_at=None).execute()

    wake_after_transition(runtime, happen(E.CONSENT_GRANTED))

    assert Store.get().probe_due_at <= utc_now() + timedelta(minutes=1)
    assert runtime.redis.exists(wake_key(PROBE_STORE.path, (1003,)))
    assert not runtime.redis.exists(wake_key(REGISTER_WEBHOOKS.path, (1003,)))


def test_nothing_is_woken_for_a_stopped_store(runtime: Runtime, store: Store) -> None:
    wake_after_transition(runtime, happen(E.SUSPENDED))

    assert runtime.redis.keys("rq:*") == []


def test_no_other_code_changes_the_state_of_a_store() -> None:
    moves = re.compile(
        r"\.set_state\(|Store\.update\([^)]*\bstate=(?!Store\.state)|store\.state = "
    )
    sources = [path for name in ("portal", "daemon") for path in (ROOT / name).rglob("*.py")]

    movers = {path.stem for path in sources if moves.search(path.read_text())}

    assert movers == {"apply_transition"}
