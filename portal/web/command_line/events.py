"""Operator commands for webhook events: ``flask --app wsgi events``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from portal.models import (
    EventAttempt,
    EventReplay,
    EventState,
    RecordChange,
    Store,
    WebhookEvent,
)
from portal.services.events.event_filter import EventFilter
from portal.services.events.list_events import event_details, find_event, find_events
from portal.services.events.list_replays import (
    find_replay,
    progress_of,
)
from portal.services.events.replay_events import (
    cancel_replay,
    count_replayable,
    replay_event,
    replay_matching,
)
from portal.web.command_line.arguments import KEY, find_store, store_argument
from portal.web.command_line.groups import CommandGroup
from portal.web.command_line.output import (
    format_second,
    json_option,
    print_facts,
    print_rows,
)
from portal.web.events.filter_form import read_filter
from portal.web.formats import pretty_json
from portal.web.runtime import current_runtime

events = CommandGroup("events", help="Show and replay webhook events.")

COLUMNS = ("received_at", "event_id", "type", "entity_id", "state", "attempts", "error")


def _filter(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--type", "type", help="Event type, such as order.updated."),
        click.option(
            "--state",
            type=click.Choice(list(map(str, EventState))),
            help="State of the event.",
        ),
        click.option("--entity", help="Ecwid's ID of the record."),
        click.option(
            "--since",
            help="Received since this time in UTC, such as 2026-03-01T14:30.",
        ),
        click.option("--until", help="Received before this time in UTC."),
        click.option("--text", "q", help="Words in the payload, or the event ID."),
    ):
        command = option(command)
    return command


@events.command("list")
@store_argument
@_filter
@click.option("--after", type=KEY, help="Continue after this row, as printed at the end of a page.")
@json_option
def list_events(store_id: int, after: int | None, *, as_json: bool, **given: str | None) -> None:
    """Print a page of the matching events of STORE_ID, newest first."""
    page = find_events(find_store(store_id), _wanted(given), after=after)
    rows = [event_facts(event) for event in page.rows]
    print_rows(rows, COLUMNS, as_json=as_json, nothing="no event matches")
    if page.later:
        click.echo(f"more: --after {page.later}", err=True)


@events.command("show")
@store_argument
@click.argument("event_id")
@click.option("--payload", is_flag=True, help="Print the payload, including personal data.")
@json_option
def show(store_id: int, event_id: str, *, payload: bool, as_json: bool) -> None:
    """Print EVENT_ID, its changes and each attempt to apply it."""
    event = _event_of(find_store(store_id), event_id)
    details = event_details(event)
    covered_by = details.covered_by
    facts = {
        **event_facts(event),
        "read_together_with": None if covered_by is None else covered_by.event_id,
        "changes": [_change(change) for change in details.changes],
        "attempted": [_attempt(attempt) for attempt in details.attempts],
        **({"payload": event.payload} if payload else {}),
    }
    if as_json:
        print_facts(facts, as_json=True)
        return
    print_facts({name: facts[name] for name in (*COLUMNS, "read_together_with")}, as_json=False)
    for line in (*facts["changes"], *facts["attempted"]):
        click.echo(f"  {line}")
    if payload:
        click.echo(pretty_json(event.payload))


@events.command("replay")
@store_argument
@click.argument("event_id", required=False)
@_filter
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
def replay(store_id: int, event_id: str | None, *, yes: bool, **given: str | None) -> None:
    """Replay EVENT_ID of STORE_ID, or all events that match the options."""
    wanted = _wanted(given)
    if event_id is not None and not wanted.is_empty:
        raise click.UsageError("name an event or a filter, not both")
    runtime, store = current_runtime(), find_store(store_id)
    if event_id is not None:
        kept = replay_event(runtime, store, _event_of(store, event_id), None)
    else:
        if not yes:
            count = count_replayable(store, wanted)
            number = f"{count.number}" if count.is_exact else f"more than {count.number}"
            click.confirm(f"Replay {number} events?", abort=True)
        kept = replay_matching(runtime, store, wanted, None)
    print_facts(_replay_facts(kept), as_json=False)


@events.command("replay-status")
@store_argument
@click.argument("replay_id", type=KEY)
@json_option
def replay_status(store_id: int, replay_id: int, *, as_json: bool) -> None:
    """Print the progress of REPLAY_ID."""
    print_facts(_replay_facts(_replay_of(find_store(store_id), replay_id)), as_json=as_json)


@events.command("cancel")
@store_argument
@click.argument("replay_id", type=KEY)
def cancel(store_id: int, replay_id: int) -> None:
    """Cancel REPLAY_ID. Events that still wait return to their previous state."""
    store = find_store(store_id)
    cancel_replay(store, _replay_of(store, replay_id), None)
    print_facts(_replay_facts(_replay_of(store, replay_id)), as_json=False)


def event_facts(event: WebhookEvent) -> dict[str, Any]:
    """Return the facts about an event, without its payload."""
    return {
        "id": event.id,
        "received_at": event.received_at,
        "event_id": event.event_id,
        "type": event.type,
        "entity_id": event.entity_id,
        "state": event.state,
        "attempts": event.attempts,
        "error": event.error,
    }


def _wanted(given: dict[str, str | None]) -> EventFilter:
    form = read_filter({name: text for name, text in given.items() if text})
    for name, problem in form.problems.items():
        raise click.UsageError(f"--{name}: {problem}")
    return form.wanted


def _event_of(store: Store, event_id: str) -> WebhookEvent:
    event = find_event(store, event_id)
    if event is None:
        raise click.ClickException(f"store {store.id} has no event {event_id}")
    return event


def _replay_of(store: Store, replay_id: int) -> EventReplay:
    kept = find_replay(store, replay_id)
    if kept is None:
        raise click.ClickException(f"store {store.id} has no replay {replay_id}")
    return kept


def _attempt(attempt: EventAttempt) -> str:
    batch = attempt.batch
    calls = [f"{c['method']} {c['path']} {c['status']} {c['ms']} ms" for c in batch.calls]
    return (
        f"{format_second(batch.started_at)}  {batch.worker}  attempt {attempt.number}: "
        f"{attempt.outcome}  {attempt.error or ''}  {'; '.join(calls)}"
    ).rstrip()


def _change(change: RecordChange) -> str:
    fields = [_field(**field) for field in change.changes]
    return (
        f"{format_second(change.at)}  {change.resource} {change.remote_id} {change.kind}  "
        f"{'; '.join(fields)}"
    ).rstrip()


def _field(field: str, before: str | None, after: str | None) -> str:
    if before is None and after is None:
        return f"{field}: not kept"
    return f"{field}: {before or 'not there'} -> {after or 'not there'}"


def _replay_facts(kept: EventReplay) -> dict[str, Any]:
    progress = progress_of(kept)
    return {
        "replay": kept.id,
        "state": kept.state,
        "applied": progress.applied,
        "ignored": progress.ignored,
        "dead": progress.dead,
        "waiting": progress.waiting,
        "put_back": progress.canceled,
    }
