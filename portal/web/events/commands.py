"""Operator commands for webhook events: ``flask --app wsgi events``."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask.cli import AppGroup

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
from portal.services.events.replay_events import (
    cancel_replay,
    count_replayable,
    find_replay,
    progress_of,
    replay_event,
    replay_matching,
)
from portal.web.events.filter_form import read_filter
from portal.web.formats import pretty_json
from portal.web.store_commands import KEY, format_second, open_store, store_argument

events = AppGroup("events", help="Show and replay webhook events.")


def _filter(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--type", "type", default="", help="Event type, such as order.updated."),
        click.option("--state", default="", type=click.Choice(["", *map(str, EventState)])),
        click.option("--entity", default="", help="Ecwid's ID of the record."),
        click.option(
            "--since",
            default="",
            help="Received since this time in UTC, such as 2026-03-01T14:30.",
        ),
        click.option("--until", default="", help="Received before this time in UTC."),
        click.option("--text", "q", default="", help="Words in the payload, or the event ID."),
    ):
        command = option(command)
    return command


@events.command("list")
@store_argument
@_filter
@click.option("--after", type=KEY, help="Continue after this row, as printed at the end of a page.")
def list_events(store_id: int, after: int | None, **given: str) -> None:
    """Print a page of the matching events of STORE_ID, newest first."""
    wanted = _wanted(given)
    with open_store(store_id) as (_, store):
        page = find_events(store, wanted, after=after)
        for event in page.rows:
            click.echo(_line(event))
        if page.later:
            click.echo(f"more: --after {page.later}")


@events.command("show")
@store_argument
@click.argument("event_id")
@click.option("--payload", is_flag=True, help="Print the payload, including personal data.")
def show(store_id: int, event_id: str, *, payload: bool) -> None:
    """Print EVENT_ID, its changes and each attempt to apply it."""
    with open_store(store_id) as (_, store):
        event = _event_of(store, event_id)
        click.echo(_line(event))
        details = event_details(event)
        for change in details.changes:
            click.echo(f"  {_change(change)}")
        if details.covered_by:
            click.echo(f"  read together with the newer {details.covered_by.event_id}")
        for attempt in details.attempts:
            click.echo(f"  {_attempt(attempt)}")
        if payload:
            click.echo(pretty_json(event.payload))


@events.command("replay")
@store_argument
@click.argument("event_id", required=False)
@_filter
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
def replay(store_id: int, event_id: str | None, *, yes: bool, **given: str) -> None:
    """Replay EVENT_ID of STORE_ID, or all events that match the options."""
    wanted = _wanted(given)
    if event_id is not None and not wanted.is_empty:
        raise click.UsageError("name an event or a filter, not both")
    with open_store(store_id) as (runtime, store):
        if event_id is not None:
            kept = replay_event(runtime, store, _event_of(store, event_id), None)
        else:
            if not yes:
                count = count_replayable(store, wanted)
                number = f"{count.number}" if count.is_exact else f"more than {count.number}"
                click.confirm(f"Replay {number} events?", abort=True)
            kept = replay_matching(runtime, store, wanted, None)
        click.echo(_replay_line(kept))


@events.command("replay-status")
@store_argument
@click.argument("replay_id", type=KEY)
def replay_status(store_id: int, replay_id: int) -> None:
    """Print the progress of REPLAY_ID."""
    with open_store(store_id) as (_, store):
        click.echo(_replay_line(_replay_of(store, replay_id)))


@events.command("cancel")
@store_argument
@click.argument("replay_id", type=KEY)
def cancel(store_id: int, replay_id: int) -> None:
    """Cancel REPLAY_ID. Events that still wait return to their previous state."""
    with open_store(store_id) as (_, store):
        cancel_replay(store, _replay_of(store, replay_id), None)
        click.echo(_replay_line(_replay_of(store, replay_id)))


def _wanted(given: dict[str, str]) -> EventFilter:
    form = read_filter(given)
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


def _line(event: WebhookEvent) -> str:
    return (
        f"{format_second(event.received_at)}  {event.event_id}  {event.type} "
        f"{event.entity_id or '-'}: {event.state}, {event.attempts} attempts  {event.error or ''}"
    ).rstrip()


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


def _replay_line(kept: EventReplay) -> str:
    progress = progress_of(kept)
    return (
        f"replay {kept.id}: {kept.state}, {progress.applied} applied, {progress.ignored} ignored, "
        f"{progress.dead} dead, {progress.waiting} waiting, {progress.canceled} put back"
    )
