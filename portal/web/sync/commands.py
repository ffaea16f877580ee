"""Operator commands that control the sync: ``flask --app wsgi sync``."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal.models import SYNC_ORDER, Resource, RunKind, utc_now
from portal.services.mirror.detect_schema_changes import latest_schema_changes
from portal.services.mirror.resource_overview import ResourceOverview, resource_overviews
from portal.services.runs import run_control
from portal.services.sync.resync_records import resync_record
from portal.services.sync.retry_quarantine import quarantine_counts, retry_quarantined, retry_status
from portal.web.runtime import current_runtime
from portal.web.store_commands import KEY, format_minute, open_store, store_argument

sync = AppGroup("sync", help="Control the sync of stores.")

SCHEMA_CHANGES_SHOWN = 50

# Click would offer the names of the enum's members instead of their values.
_NAMES = click.Choice([resource.value for resource in SYNC_ORDER])
_resources = click.argument("resources", nargs=-1, type=_NAMES)


@sync.command("show")
@store_argument
def show(store_id: int) -> None:
    """Print the sync status of each resource of STORE_ID."""
    with open_store(store_id) as (_, store):
        for item in resource_overviews(store, utc_now()):
            click.echo(_line(item))


@sync.command("start")
@store_argument
@_resources
@click.option("--full", "kind", flag_value=RunKind.BACKFILL, help="Read every record again.")
@click.option(
    "--reconcile",
    "kind",
    flag_value=RunKind.RECONCILIATION,
    help="Compare all records with the store.",
)
def start(store_id: int, resources: tuple[str, ...], kind: str | None) -> None:
    """Start sync runs of RESOURCES of STORE_ID, or of all resources."""
    wanted = None if kind is None else RunKind(kind)
    with open_store(store_id) as (runtime, store):
        for resource in _chosen(resources):
            run = run_control.start(runtime, store, resource, wanted)
            click.echo(f"{resource}: run {run.id}, {run.kind}")


@sync.command("pause")
@store_argument
@_resources
def pause(store_id: int, resources: tuple[str, ...]) -> None:
    """Pause RESOURCES of STORE_ID, or all resources, until they are resumed."""
    with open_store(store_id) as (_, store):
        for resource in _chosen(resources):
            run_control.pause(store, resource)
            click.echo(f"{resource}: paused")


@sync.command("resume")
@store_argument
@_resources
def resume(store_id: int, resources: tuple[str, ...]) -> None:
    """Resume RESOURCES of STORE_ID, or all paused resources. Runs continue where they stopped."""
    with open_store(store_id) as (runtime, store):
        paused = [item.resource for item in resource_overviews(store, utc_now()) if item.is_paused]
        for resource in _chosen(resources) if resources else paused:
            run = run_control.resume(runtime, store, resource)
            click.echo(f"{resource}: run {run.id}, {run.kind}")


@sync.command("cancel")
@store_argument
@click.argument("run_id", type=KEY)
def cancel(store_id: int, run_id: int) -> None:
    """Cancel RUN_ID of STORE_ID. Records that it has written are kept."""
    with open_store(store_id) as (_, store):
        run_control.cancel(store, run_id)
        click.echo(f"run {run_id}: canceled")


@sync.command("resync")
@store_argument
@click.argument("resource", type=_NAMES)
@click.argument("entity_id")
def resync(store_id: int, resource: str, entity_id: str) -> None:
    """Read one record again."""
    with open_store(store_id) as (runtime, store):
        record_resync = resync_record(runtime, store, Resource(resource), entity_id)
        click.echo(f"{resource} {entity_id}: {record_resync.state}")


@sync.command("retry")
@store_argument
@click.argument("resource", type=_NAMES)
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
def retry(store_id: int, resource: str, *, yes: bool) -> None:
    """Read all quarantined records of RESOURCE again. ``quarantine`` shows the progress."""
    with open_store(store_id) as (runtime, store):
        kinds = [kind for kind in quarantine_counts(store) if kind.resource == resource]
        count = sum(kind.retryable for kind in kinds)
        if count and not yes:
            click.confirm(f"{resource}: read {count} records again?", abort=True)
        count = retry_quarantined(runtime, store, Resource(resource))
        click.echo(f"{resource}: {count} records are being read again")


@sync.command("quarantine")
@store_argument
def quarantine(store_id: int) -> None:
    """Print how many records of STORE_ID are in quarantine, and the progress of retries."""
    with open_store(store_id) as (_, store):
        kinds, retries = quarantine_counts(store), retry_status(store)
        for kind in kinds:
            without = kind.count - kind.retryable
            click.echo(f"{kind.resource}: {kind.count} unreadable, {without} of them without an id")
        for wait in retries:
            click.echo(f"{wait.resource}: {wait.done} of {wait.total} read again")
        if not kinds and not retries:
            click.echo("every record can be read")


@sync.command("schema-changes")
def schema_changes() -> None:
    """Print the fields that changed their type or disappeared, newest first."""
    with current_runtime().database.connection_context():
        rows = latest_schema_changes(SCHEMA_CHANGES_SHOWN)
        for row in rows:
            change = f"{row.before} -> {row.after}" if row.after else f"{row.before} -> gone"
            at = format_minute(row.detected_at)
            click.echo(f"{at}  store {row.store_id}  {row.resource}  {row.field}: {change}")
        if not rows:
            click.echo("no field has changed")


def _chosen(names: tuple[str, ...]) -> list[Resource]:
    return [Resource(name) for name in names] or list(SYNC_ORDER)


def _line(item: ResourceOverview) -> str:
    behind = "?" if item.minutes_behind is None else item.minutes_behind
    run = "" if item.run is None else f", run {item.run.id} {item.run.kind} {item.run.state}"
    return (
        f"{item.resource}: {item.freshness}, at most {behind} min behind, "
        f"{item.count} records, {item.unreadable} unreadable{run}; {_reconciliation_text(item)}"
    )


def _reconciliation_text(item: ResourceOverview) -> str:
    run, upcoming = item.last_reconciliation, ""
    if item.next_reconciliation_at is not None:
        upcoming = f"; next check from {format_minute(item.next_reconciliation_at)}"
    if run is None:
        return f"not yet checked{upcoming}"
    return (
        f"{run.mirror_count} of {run.store_count} checked {format_minute(run.checked_at)}, "
        f"{run.mismatches} mismatches, {run.repaired} repaired{upcoming}"
    )
