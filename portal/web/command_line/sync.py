"""Operator commands that control the sync: ``flask --app wsgi sync``."""

from __future__ import annotations

from typing import Any

import click

from portal.models import Resource, RunKind, Store, utc_now
from portal.services.mirror.detect_schema_changes import latest_schema_changes
from portal.services.mirror.resource_overview import ResourceOverview, resource_overviews
from portal.services.runs import requested_runs, run_control
from portal.services.sync.resync_records import resync_record
from portal.services.sync.retry_quarantine import quarantine_counts, retry_quarantined, retry_status
from portal.web.command_line.arguments import (
    KEY,
    RESOURCE_NAMES,
    chosen_resources,
    find_store,
    resources_argument,
    store_argument,
)
from portal.web.command_line.groups import CommandGroup
from portal.web.command_line.output import json_option, print_rows
from portal.web.runtime import current_runtime

sync = CommandGroup("sync", help="Control the sync of stores.")

SCHEMA_CHANGES_SHOWN = 50

STATUS_COLUMNS = (
    *("resource", "freshness", "minutes_behind", "records", "unreadable", "run", "run_state"),
    *("checked_at", "mismatches", "next_check_at"),
)
QUARANTINE_COLUMNS = ("resource", "unreadable", "without_id", "read_again", "to_read_again")
CHANGE_COLUMNS = ("detected_at", "store_id", "resource", "field", "before", "after")


@sync.command("show")
@store_argument
@json_option
def show(store_id: int, *, as_json: bool) -> None:
    """Print the sync status of each resource of STORE_ID."""
    rows = map(_status, resource_overviews(find_store(store_id), utc_now()))
    print_rows(rows, STATUS_COLUMNS, as_json=as_json, nothing="no resource")


@sync.command("start")
@store_argument
@resources_argument
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
    runtime, store = current_runtime(), find_store(store_id)
    for resource in chosen_resources(resources):
        run = requested_runs.start(runtime, store, resource, wanted)
        click.echo(f"{resource}: run {run.id}, {run.kind}")


@sync.command("pause")
@store_argument
@resources_argument
def pause(store_id: int, resources: tuple[str, ...]) -> None:
    """Pause RESOURCES of STORE_ID, or all resources, until they are resumed."""
    store = find_store(store_id)
    for resource in chosen_resources(resources):
        run_control.pause(store, resource)
        click.echo(f"{resource}: paused")


@sync.command("resume")
@store_argument
@resources_argument
def resume(store_id: int, resources: tuple[str, ...]) -> None:
    """Resume RESOURCES of STORE_ID, or all paused resources. Runs continue where they stopped."""
    runtime, store = current_runtime(), find_store(store_id)
    for resource in chosen_resources(resources) if resources else paused_resources(store):
        run = run_control.resume(runtime, store, resource)
        click.echo(f"{resource}: run {run.id}, {run.kind}")


@sync.command("cancel")
@store_argument
@click.argument("run_id", type=KEY)
def cancel(store_id: int, run_id: int) -> None:
    """Cancel RUN_ID of STORE_ID. Records that it has written are kept."""
    run_control.cancel(find_store(store_id), run_id)
    click.echo(f"run {run_id}: canceled")


@sync.command("resync")
@store_argument
@click.argument("resource", type=RESOURCE_NAMES)
@click.argument("entity_id")
def resync(store_id: int, resource: str, entity_id: str) -> None:
    """Read one record again."""
    store = find_store(store_id)
    record_resync = resync_record(current_runtime(), store, Resource(resource), entity_id)
    click.echo(f"{resource} {entity_id}: {record_resync.state}")


@sync.command("retry")
@store_argument
@click.argument("resource", type=RESOURCE_NAMES)
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
def retry(store_id: int, resource: str, *, yes: bool) -> None:
    """Read all quarantined records of RESOURCE again. ``quarantine`` shows the progress."""
    store = find_store(store_id)
    kinds = [kind for kind in quarantine_counts(store) if kind.resource == resource]
    count = sum(kind.retryable for kind in kinds)
    if count and not yes:
        click.confirm(f"{resource}: read {count} records again?", abort=True)
    count = retry_quarantined(current_runtime(), store, Resource(resource))
    click.echo(f"{resource}: {count} records are being read again")


@sync.command("quarantine")
@store_argument
@json_option
def quarantine(store_id: int, *, as_json: bool) -> None:
    """Print how many records of STORE_ID are in quarantine, and the progress of retries."""
    store = find_store(store_id)
    kinds = {kind.resource: kind for kind in quarantine_counts(store)}
    retries = {wait.resource: wait for wait in retry_status(store)}
    rows = []
    for resource in dict.fromkeys((*kinds, *retries)):
        kind, wait = kinds.get(resource), retries.get(resource)
        rows.append(
            {
                "resource": resource,
                "unreadable": 0 if kind is None else kind.count,
                "without_id": 0 if kind is None else kind.count - kind.retryable,
                "read_again": 0 if wait is None else wait.done,
                "to_read_again": 0 if wait is None else wait.total,
            }
        )
    print_rows(rows, QUARANTINE_COLUMNS, as_json=as_json, nothing="every record can be read")


@sync.command("schema-changes")
@json_option
def schema_changes(*, as_json: bool) -> None:
    """Print the fields that changed their type or disappeared, newest first."""
    rows = [
        {name: getattr(row, name) for name in CHANGE_COLUMNS}
        for row in latest_schema_changes(SCHEMA_CHANGES_SHOWN)
    ]
    print_rows(rows, CHANGE_COLUMNS, as_json=as_json, nothing="no field has changed")


def paused_resources(store: Store) -> list[Resource]:
    """Return the resources of the store that somebody has paused."""
    return [item.resource for item in resource_overviews(store, utc_now()) if item.is_paused]


def _status(item: ResourceOverview) -> dict[str, Any]:
    run, reconciliation = item.run, item.last_reconciliation
    return {
        "resource": item.resource,
        "freshness": item.freshness,
        "minutes_behind": item.minutes_behind,
        "records": item.count,
        "unreadable": item.unreadable,
        "run": None if run is None else run.id,
        "run_kind": None if run is None else run.kind,
        "run_state": None if run is None else run.state,
        "checked_at": None if reconciliation is None else reconciliation.checked_at,
        "mirror_count": None if reconciliation is None else reconciliation.mirror_count,
        "store_count": None if reconciliation is None else reconciliation.store_count,
        "mismatches": None if reconciliation is None else reconciliation.mismatches,
        "repaired": None if reconciliation is None else reconciliation.repaired,
        "next_check_at": item.next_reconciliation_at,
    }
