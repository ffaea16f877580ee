"""Operator commands that list, show and replay events."""

from __future__ import annotations

import json

import pytest
from click.testing import Result
from flask import Flask

from portal.models import EventReplay, EventState, RecordChange, Store, WebhookEvent
from portal.services.events import replay_events
from portal.services.pagination import PAGE_SIZE
from tests.factories import make_event
from tests.web.events.conftest import make_attempt, make_dead


def run(app: Flask, *arguments: object, answer: str = "") -> Result:
    """Run ``flask events …``."""
    return app.test_cli_runner().invoke(args=["events", *map(str, arguments)], input=answer)


def test_matching_events_are_listed(app: Flask, store: Store) -> None:
    make_dead()
    make_event(event_id="waits", entity_id=None)

    assert len(run(app, "list", 1003).output.splitlines()) == 3
    result = run(app, "list", 1003, "--state", "dead", "--type", "product.updated")
    [line] = result.output.splitlines()[1:]
    assert line.split()[3:8] == ["dead-0", "product.updated", "5", "dead", "8"]
    assert line.endswith("HTTP 500 for /products")
    [row] = json.loads(run(app, "list", 1003, "--state", "pending", "--json").output)
    assert (row["event_id"], row["entity_id"]) == ("waits", None)


def test_long_list_says_how_to_continue(app: Flask, store: Store) -> None:
    for number in range(PAGE_SIZE + 1):
        make_event(event_id=f"e-{number}")

    first = run(app, "list", 1003).output
    rest = run(app, "list", 1003, "--after", first.split()[-1]).output

    assert "more: --after " in first
    assert "e-0  " in rest
    assert "more" not in rest


def test_event_is_shown_with_its_attempts_and_its_payload_only_on_demand(
    app: Flask, store: Store
) -> None:
    event = make_event(event_id="e", payload={"email": "ada@shopper.example"})
    make_attempt(event, outcome="failed", error="HTTP 500")

    result = run(app, "show", 1003, "e")

    assert "host.events.4711  attempt 1: failed  HTTP 500  GET /products 200 35 ms" in result.output
    assert "shopper" not in result.output
    assert "ada@shopper.example" in run(app, "show", 1003, "e", "--payload").output


def test_event_is_shown_with_its_changes_or_the_newer_event_that_covers_it(
    app: Flask, store: Store
) -> None:
    old, newest = (make_event(event_id=name, state=EventState.APPLIED) for name in ("old", "new"))
    make_attempt(old, batch=make_attempt(newest).batch)
    values = (("price", "24.9", "29.5"), ("sku", None, '"M"'), ("email", None, None))
    changes = [{"field": name, "before": was, "after": now} for name, was, now in values]
    RecordChange.create(
        store=store, event=newest, resource="products", remote_id=5, kind="updated", changes=changes
    )

    shown = run(app, "show", 1003, "new").output
    assert 'products 5 updated  price: 24.9 -> 29.5; sku: not there -> "M"; email: not' in shown
    covered = json.loads(run(app, "show", 1003, "old", "--json").output)
    assert covered["read_together_with"] == "new"


def test_one_event_is_replayed(app: Flask, store: Store) -> None:
    make_dead()

    result = run(app, "replay", 1003, "dead-0")

    facts = [line.split() for line in result.output.splitlines()[-7:]]
    assert facts[:3] == [
        ["replay", str(EventReplay.get().id)],
        ["state", "running"],
        ["applied", "0"],
    ]
    assert WebhookEvent.get().state == EventState.PENDING


def test_all_matching_events_are_replayed_after_a_confirmation(app: Flask, store: Store) -> None:
    make_dead(2)

    declined = run(app, "replay", 1003, "--state", "dead", answer="n\n")
    assert "Replay 2 events?" in declined.output
    assert (declined.exit_code, EventReplay.select().count()) == (1, 0)

    assert run(app, "replay", 1003, "--state", "dead", answer="y\n").exit_code == 0
    assert EventReplay.get().event_filter == {"state": "dead"}


def test_large_count_is_shown_as_a_lower_bound(
    app: Flask, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay_events, "COUNT_LIMIT", 1)
    make_dead(2)

    assert "Replay more than 1 events?" in run(app, "replay", 1003, answer="n\n").output


def test_replay_is_watched_and_canceled(app: Flask, store: Store) -> None:
    make_dead()
    run(app, "replay", 1003, "--yes")
    replay_id = EventReplay.get().id

    status = json.loads(run(app, "replay-status", 1003, replay_id, "--json").output)
    assert (status["replay"], status["state"]) == (replay_id, "running")
    assert "canceled" in run(app, "cancel", 1003, replay_id).output
    again = run(app, "cancel", 1003, replay_id)
    assert (again.exit_code, "already ended" in again.output) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("list", 404), "store 404 is not connected here"),
        (("show", 1003, "none"), "has no event none"),
        (("replay-status", 1003, 404), "has no replay 404"),
        (("list", 1003, "--since", "yesterday"), "--since: Enter a date and a time"),
        (("replay", 1003, "e", "--state", "dead"), "not both"),
        (("replay", 1003, "--yes"), "No processed event matches."),
    ],
)
def test_invalid_arguments_are_reported(
    app: Flask, store: Store, arguments: tuple[object, ...], problem: str
) -> None:
    result = run(app, *arguments)

    assert result.exit_code != 0
    assert problem in result.output
