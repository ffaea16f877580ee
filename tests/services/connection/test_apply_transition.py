"""A store moves by one service, which keeps timeline, issues, consents and work in step."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from portal.jobs import DRAIN_EVENTS, PROBE_STORE, REGISTER_WEBHOOKS, RUN_SYNC, wake_key
from portal.models import (
    SYNC_ORDER,
    WORKING_STATES,
    Grant,
    Issue,
    Merchant,
    Store,
    StoreCircuit,
    StoreState,
    SyncRun,
    Timeline,
    database,
    utc_now,
)
from portal.rules.connection.connection_events import (
    ISSUE_OF,
    ConnectionEvent,
    issues_ended_by,
    next_state,
)
from portal.rules.connection.issue_kinds import CONNECTION_ISSUES, IssueKind, silence_texts
from portal.rules.connection.store_states import UNASKABLE_STATES
from portal.services.connection.apply_transition import Move, lock_store, move_store, wake_moved
from portal.services.notifications.issues import open_issue, open_issues
from portal.services.runtime import Runtime
from tests.factories import UPDATED_AT

E, S = ConnectionEvent, StoreState
ALWAYS_TOLD = (E.CONSENT_GRANTED, E.INSTALLED, E.DISCONNECTED)
ROOT = Path(__file__).parents[3]


def stand(state: StoreState) -> None:
    """Put the store into a state, for as long as can be told."""
    Store.update(state=state, state_since_at=UPDATED_AT, webhook_due_at=None).execute()


def happen(event: ConnectionEvent, **options: object) -> Move:
    """Let something happen to the store."""
    with database.atomic():
        return move_store(lock_store(1003), event, **options)


def open_kinds() -> set[str]:
    """Return what is wrong with the store."""
    return {issue.kind for issue in open_issues(1003)}


def told() -> list[str]:
    """Return the store's timeline, issues aside."""
    entries = Timeline.select().order_by(Timeline.id)
    return [entry.what for entry in entries if not entry.what.startswith("issue_")]


def check(state: StoreState, event: ConnectionEvent) -> None:
    """Check all that an event has to do with a store that stands so."""
    stand(state)
    every_kind = set(IssueKind)
    for kind in CONNECTION_ISSUES:
        open_issue(1003, kind, CONNECTION_ISSUES[kind])
    open_issue(1003, IssueKind.WEBHOOKS_SILENT, silence_texts("api"))
    after = next_state(state, event)

    move = happen(event)

    store = Store.get()
    assert store.state == move.after == (after or state)
    assert (store.state_since_at == UPDATED_AT) is (after in (None, state))
    ended = issues_ended_by(event) if after else frozenset()
    assert open_kinds() == every_kind - ended
    assert Issue.select().where(Issue.resolved_at.is_null(is_null=False)).count() == len(ended)
    is_told = after is not None and (after != state or event in ALWAYS_TOLD)
    assert told() == ([event] if is_told else [])
    loses_token = after in UNASKABLE_STATES and event is not E.INSTALLED
    assert (Grant.in_force(1003) is None) is loses_token
    starts = after in WORKING_STATES and state not in WORKING_STATES
    assert len(move.runs) == SyncRun.select().count() == (len(SYNC_ORDER) if starts else 0)
    assert (move.resumes_work, store.webhook_due_at is not None) == (starts, starts)
    assert move.stops_work is (state in WORKING_STATES and store.state not in WORKING_STATES)


@pytest.mark.parametrize("state", S)
def test_every_event_in_every_state_does_all_that_belongs_to_it(
    runtime: Runtime, store: Store, state: StoreState
) -> None:
    for event in E:
        with database.atomic() as undone:
            check(state, event)
            undone.rollback()


@pytest.mark.parametrize("event", ISSUE_OF)
def test_what_stops_a_store_opens_its_issue_once(
    runtime: Runtime, store: Store, event: ConnectionEvent
) -> None:
    happen(event, detail={"scopes": ["read_orders"]})
    happen(event, detail={"scopes": ["read_orders"]})

    (issue,) = Issue.select()
    texts = CONNECTION_ISSUES[ISSUE_OF[event]]
    assert (issue.kind, issue.cause, issue.impact) == (ISSUE_OF[event], texts.cause, texts.impact)
    assert (issue.next_action, issue.action) == (texts.next_action, texts.action)
    assert issue.action
    assert issue.detail == {"scopes": ["read_orders"]}
    assert told() == [event]


def test_an_open_issue_says_what_is_missing_now(runtime: Runtime, store: Store) -> None:
    happen(E.SCOPES_MISSING, detail={"scopes": ["read_orders"]})

    happen(E.SCOPES_MISSING, detail={"scopes": ["read_orders", "read_customers"]})

    assert Issue.get().detail == {"scopes": ["read_orders", "read_customers"]}


def test_the_timeline_says_who_did_it_and_how_the_store_stood(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    happen(E.DISCONNECTED, who=merchant, detail={"keeps_days": 30})

    entry = Timeline.get()
    assert (entry.what, entry.who) == ("disconnected", merchant)
    assert entry.detail == {"before": "connected", "keeps_days": 30}
    assert Grant.get().revoked_reason == "disconnected"


def test_work_is_resumed_with_what_waited_and_woken_after_the_commit(
    runtime: Runtime, store: Store
) -> None:
    stand(S.SUSPENDED)
    StoreCircuit.replace_with(1003, topic="product", resume_at=utc_now(), error="no answer")

    wake_moved(runtime, happen(E.FOUND_WELL))

    assert StoreCircuit.select().count() == 0
    woken = [(job, 1003) for job in (REGISTER_WEBHOOKS, DRAIN_EVENTS)]
    woken += [(RUN_SYNC, run.id) for run in SyncRun.select()]
    assert all(runtime.redis.exists(wake_key(job.path, (number,))) for job, number in woken)


def test_a_consent_alone_wakes_the_probe(runtime: Runtime, store: Store) -> None:
    stand(S.RECONNECT)
    Store.update(probe_due_at=None).execute()

    wake_moved(runtime, happen(E.CONSENT_GRANTED))

    assert Store.get().probe_due_at <= utc_now() + timedelta(minutes=1)
    assert runtime.redis.exists(wake_key(PROBE_STORE.path, (1003,)))
    assert not runtime.redis.exists(wake_key(REGISTER_WEBHOOKS.path, (1003,)))


def test_nothing_is_woken_for_a_store_that_stays_stopped(runtime: Runtime, store: Store) -> None:
    wake_moved(runtime, happen(E.SUSPENDED))

    assert runtime.redis.keys("rq:*") == []


def test_no_other_code_moves_a_store() -> None:
    moves = re.compile(r"\.move_to\(|Store\.update\([^)]*\bstate=(?!Store\.state)|store\.state = ")
    sources = [path for name in ("portal", "daemon") for path in (ROOT / name).rglob("*.py")]

    movers = {path.stem for path in sources if moves.search(path.read_text())}

    assert movers == {"move_store"}
