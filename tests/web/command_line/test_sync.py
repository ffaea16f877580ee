"""Operator commands that control the sync."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import Result
from flask import Flask

from portal.models import (
    SYNC_ORDER,
    AuditLogEntry,
    Quarantine,
    RecordResync,
    Resource,
    RunKind,
    RunState,
    SchemaChange,
    Store,
    StoreState,
    SyncRun,
    SyncState,
    utc_now,
)
from tests.factories import UPDATED_AT
from tests.web.sync.conftest import make_unfinished


@pytest.fixture
def store(store: Store) -> Store:
    """A connected store that was synced a minute ago."""
    at = utc_now() - timedelta(minutes=1)
    for resource in SYNC_ORDER:
        SyncState.create(store=store, resource=resource, last_success_at=at, high_water_at=at)
    return store


def run(app: Flask, *arguments: object) -> Result:
    """Run ``flask sync …``."""
    return app.test_cli_runner().invoke(args=["sync", *map(str, arguments)])


def test_each_resource_is_shown_on_one_line(app: Flask, store: Store) -> None:
    under_way = make_unfinished(store)
    Quarantine.put(1003, Resource.PRODUCTS, "5", "price is no amount", {})

    result = run(app, "show", 1003)

    heading, *lines = result.output.splitlines()
    [products] = [line.split() for line in lines if line.startswith("products")]
    assert heading.startswith("resource")
    assert len(lines) == len(SYNC_ORDER)
    assert products[:5] == ["products", "on_time", "1", "0", "1"]
    assert products[5:] == [str(under_way.id), "running", "-", "-", "-"]


def test_last_reconciliation_and_the_next_one_are_shown(app: Flask, store: Store) -> None:
    at = datetime(2036, 3, 1, 2, 12, tzinfo=UTC)
    SyncState.update(next_reconciliation_at=at).execute()
    counts = {"mirror_count": 9, "store_count": 10, "mismatches": 1, "repaired": 1}
    SyncRun.create(
        store=store,
        resource=Resource.ORDERS,
        kind=RunKind.RECONCILIATION,
        finished_at=at,
        checked_at=at,
        **counts,
    )

    rows = json.loads(run(app, "show", 1003, "--json").output)

    [orders] = [row for row in rows if row["resource"] == "orders"]
    assert orders["checked_at"] == orders["next_check_at"] == "2036-03-01T02:12:00+00:00"
    assert {name: orders[name] for name in counts} == counts
    assert [row["checked_at"] for row in rows].count(None) == len(SYNC_ORDER) - 1
    assert " 2036-03-01 02:12:00 UTC " in run(app, "show", 1003).output


def test_resource_that_was_never_read_has_unknown_minutes(app: Flask, store: Store) -> None:
    SyncState.delete().execute()

    rows = json.loads(run(app, "show", 1003, "--json").output)
    assert {(row["freshness"], row["minutes_behind"]) for row in rows} == {("never", None)}


def test_every_resource_is_started_without_arguments(app: Flask, store: Store) -> None:
    result = run(app, "start", 1003)

    assert result.exit_code == 0
    assert {kept.resource for kept in SyncRun.select()} == set(SYNC_ORDER)


@pytest.mark.parametrize(
    ("option", "kind"), [("--full", RunKind.BACKFILL), ("--reconcile", RunKind.RECONCILIATION)]
)
def test_kind_of_a_run_can_be_chosen(app: Flask, store: Store, option: str, kind: RunKind) -> None:
    result = run(app, "start", 1003, "products", option)

    kept = SyncRun.get()
    assert (kept.resource, kept.kind) == (Resource.PRODUCTS, kind)
    assert result.output.splitlines()[-1] == f"products: run {kept.id}, {kind}"


def test_resource_is_paused_and_resumed(app: Flask, store: Store) -> None:
    assert "products: paused" in run(app, "pause", 1003, "products").output
    assert SyncState.select().where(SyncState.paused_at.is_null(is_null=False)).count() == 1

    result = run(app, "resume", 1003)

    assert "products: run" in result.output
    assert "categories" not in result.output
    assert not SyncState.select().where(SyncState.paused_at.is_null(is_null=False)).exists()
    entries = AuditLogEntry.select().order_by(AuditLogEntry.id)
    assert [(row.actor_name, row.action) for row in entries] == [
        ("command line", "resource.paused"),
        ("command line", "resource.resumed"),
    ]


def test_run_is_canceled(app: Flask, store: Store) -> None:
    under_way = make_unfinished(store)

    result = run(app, "cancel", 1003, under_way.id)

    assert f"run {under_way.id}: canceled" in result.output
    assert SyncRun.get().state == RunState.CANCELED


def test_one_record_is_read_again(app: Flask, store: Store) -> None:
    assert "products 5: waiting" in run(app, "resync", 1003, "products", 5).output
    assert RecordResync.get().entity_id == "5"


def test_schema_changes_are_listed(app: Flask, store: Store) -> None:
    assert "no field has changed" in run(app, "schema-changes").output
    values = {"store": store, "resource": Resource.PRODUCTS, "detected_at": UPDATED_AT}
    SchemaChange.create(**values, field="price", change="type", before="number", after="string")
    SchemaChange.create(**values, field="sku", change="missing", before="string", after="")

    assert [line.split() for line in run(app, "schema-changes").output.splitlines()[1:]] == [
        ["2026-03-01", "12:00:00", "UTC", "1003", "products", "sku", "string", "-"],
        ["2026-03-01", "12:00:00", "UTC", "1003", "products", "price", "number", "string"],
    ]


@pytest.mark.parametrize(
    "arguments", [("show", 404), ("start", 404), ("pause", 404), ("resync", 404, "products", 5)]
)
def test_unknown_store_is_an_error(app: Flask, store: Store, arguments: tuple[object, ...]) -> None:
    result = run(app, *arguments)

    assert result.exit_code == 1
    assert "store 404 is not connected here" in result.output


def test_refused_action_is_an_error_with_the_reason(app: Flask, store: Store) -> None:
    Store.update(state=StoreState.RECONNECT).execute()

    result = run(app, "start", 1003, "products")

    assert result.exit_code == 1
    assert "We can't sync until the store's connection works again." in result.output


@pytest.mark.parametrize("arguments", [("start", 1003, "unicorns"), ("show", 0), ("show", "x")])
def test_invalid_arguments_are_an_error(
    app: Flask, store: Store, arguments: tuple[object, ...]
) -> None:
    assert run(app, *arguments).exit_code == 2


def test_all_quarantined_records_of_a_resource_are_read_again_after_a_confirmation(
    app: Flask, store: Store
) -> None:
    for entity_id in ("5", "6", ""):
        Quarantine.put(1003, Resource.PRODUCTS, entity_id, "price is no amount", {})
    runner = app.test_cli_runner()

    refused = runner.invoke(args=["sync", "retry", "1003", "products"], input="n\n")
    resyncs = RecordResync.select().count()
    done = runner.invoke(args=["sync", "retry", "1003", "products"], input="y\n")

    assert (refused.exit_code, resyncs) == (1, 0)
    assert "products: read 2 records again?" in refused.output
    assert "products: 2 records are being read again" in done.output
    assert run(app, "quarantine", 1003).output.split()[-5:] == ["products", "3", "1", "0", "2"]


def test_empty_quarantine_says_so(app: Flask, store: Store) -> None:
    assert run(app, "quarantine", 1003).output == "every record can be read\n"
    refused = run(app, "retry", 1003, "orders", "--yes")
    assert refused.exit_code == 1
    assert "There are no skipped records to retry." in refused.output
