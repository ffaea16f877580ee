"""Commands about stores; with several stores, one that fails doesn't stop the others."""

from __future__ import annotations

import json

import pytest
from click.testing import Result
from flask import Flask

from portal.models import (
    SYNC_ORDER,
    AuditLogEntry,
    Grant,
    Merchant,
    Store,
    StoreDataErasure,
    StoreState,
    StoreSummaryProgress,
    SyncRun,
    SyncState,
)
from portal.services.operator.refresh_summaries import refresh_summaries
from portal.services.runtime import Runtime
from tests.factories import UPDATED_AT, make_grant, make_issue, make_merchant, make_store
from tests.web.conftest import Connect, Ecwid, Visitor


def run(app: Flask, *arguments: object, answer: str = "") -> Result:
    """Run ``flask stores …``."""
    return app.test_cli_runner().invoke(args=["stores", *map(str, arguments)], input=answer)


@pytest.fixture
def stopped(runtime: Runtime) -> Store:
    """Another merchant's store, which has to be reconnected."""
    owner = make_merchant(email="eve@example.com")
    return make_store(
        owner, id=2004, name="Wood", url="https://wood.example", state=StoreState.RECONNECT
    )


def test_stores_are_listed_with_trouble_first(
    app: Flask, store: Store, stopped: Store, runtime: Runtime
) -> None:
    make_issue(stopped)
    refresh_summaries(runtime)

    table = run(app, "list")
    lines = [line.split() for line in table.stdout.splitlines()[1:]]
    rows = json.loads(run(app, "list", "--json").stdout)
    by_name = json.loads(run(app, "list", "--json", "--order", "name").stdout)

    assert [line[0] for line in lines] == ["2004", "1003"]
    assert [(row["owner"], row["issues"]) for row in rows] == [
        ("eve@example.com", ["webhooks_silent"]),
        ("ada@example.com", []),
    ]
    assert [row["id"] for row in by_name] == [1003, 2004]
    assert table.stderr == ""
    assert "use --limit" in run(app, "list", "--limit", 1).stderr


def test_list_says_that_the_daemon_has_not_looked_at_all_stores(
    app: Flask, store: Store, runtime: Runtime
) -> None:
    never = run(app, "list")
    refresh_summaries(runtime)
    StoreSummaryProgress.update(as_of=UPDATED_AT).execute()

    assert never.stdout == "no store matches\n"
    assert "Not all stores were looked at yet" in never.stderr
    assert "looked at since 2026-03-01 12:00:00 UTC" in run(app, "list").stderr


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--search", "clay"), [1003]),
        (("--search", "eve@"), [2004]),
        (("--search", "9" * 30), []),
        (("--state", "reconnect"), [2004]),
        (("--health", "disconnected"), []),
        (("--state", "reconnect", "--search", "1003"), []),
    ],
)
def test_list_is_narrowed(
    app: Flask,
    store: Store,
    stopped: Store,
    runtime: Runtime,
    options: tuple[str, ...],
    found: list[int],
) -> None:
    refresh_summaries(runtime)

    rows = json.loads(run(app, "list", "--json", *options).stdout)

    assert [row["id"] for row in rows] == found


def test_unknown_condition_is_wrong_usage(app: Flask, runtime: Runtime) -> None:
    refused = run(app, "list", "--issue", "unicorns")

    assert refused.exit_code == 2
    assert "'unicorns' is not one of 'any', 'webhooks_silent'" in refused.stderr


def test_store_is_shown_with_each_section_of_its_health(app: Flask, stopped: Store) -> None:
    facts = json.loads(run(app, "show", 2004, "--json").stdout)

    assert (facts["name"], facts["health"]) == ("Wood", "blocked")
    assert facts["connection_status"].startswith("blocked: Ecwid no longer accepts our access")
    assert "Wood" in run(app, "show", 2004).stdout


def test_connections_are_checked_now(
    app: Flask, browser: Visitor, ecwid: Ecwid, connect: Connect, stopped: Store
) -> None:
    store_id = ecwid.add_store(name="Clay & Co")
    connect(browser, store_id)
    Store.update(probed_at=None).where(Store.id == store_id).execute()

    result = run(app, "check", store_id, stopped.id, 404)

    assert result.exit_code == 3
    assert f"store {store_id}: connected, no open issues" in result.stdout
    assert "store 2004: reconnect, no open issues" in result.stdout
    assert "store 404: store 404 is not connected here" in result.stderr
    assert Store.get_by_id(store_id).probed_at is not None
    checks = AuditLogEntry.select().where(AuditLogEntry.actor_name == "command line")
    assert [(row.store_id, row.action) for row in checks.order_by(AuditLogEntry.id)] == [
        (store_id, "connection.check_requested"),
        (stopped.id, "connection.check_requested"),
    ]


def test_sync_is_started_paused_and_resumed(app: Flask, store: Store, stopped: Store) -> None:
    started = run(app, "sync", store.id, stopped.id)
    paused = run(app, "pause", store.id)
    count = SyncState.select().where(SyncState.paused_at.is_null(is_null=False)).count()
    resumed = run(app, "resume", store.id)

    assert (started.exit_code, paused.exit_code, resumed.exit_code) == (3, 0, 0)
    assert f"store 1003: {len(SYNC_ORDER)} runs started" in started.stdout
    assert "We can't sync until the store's connection works again." in started.stderr
    assert count == len(SYNC_ORDER)
    assert f"store 1003: {len(SYNC_ORDER)} resources resumed" in resumed.stdout
    assert {kept.store_id for kept in SyncRun.select()} == {store.id}
    assert run(app, "sync", stopped.id).exit_code == 1


def test_stores_are_marked_as_test_stores_and_back(app: Flask, store: Store) -> None:
    marked = run(app, "mark-test", store.id, 999)
    again = run(app, "mark-test", store.id)
    shown = json.loads(run(app, "show", store.id, "--json").stdout)
    back = run(app, "mark-live", store.id)

    assert (marked.exit_code, again.exit_code, back.exit_code) == (3, 0, 0)
    assert "store 1003: now a test store\n" in marked.stdout
    assert again.stdout == "store 1003: a test store already\n"
    assert shown["is_test"] is True
    assert "store 1003: now a live store\n" in back.stdout
    actions = [entry.action for entry in AuditLogEntry.select().order_by(AuditLogEntry.id)]
    assert actions == ["store.marked_test", "store.marked_live"]


def test_stores_are_disconnected_after_a_confirmation(
    app: Flask, store: Store, stopped: Store, runtime: Runtime
) -> None:
    make_grant(stopped, runtime.sealer)

    declined = run(app, "disconnect", store.id, answer="n\n")
    kept = run(app, "disconnect", store.id, "--yes")
    again = run(app, "disconnect", store.id, "--yes")
    erased = run(app, "disconnect", stopped.id, "--erase", answer="y\n")

    assert (declined.exit_code, kept.exit_code, erased.exit_code) == (1, 0, 0)
    assert "1 stores are disconnected and their mirrors kept for a while." in declined.stdout
    assert "the merchant has to remove the app at Ecwid" in kept.stdout
    assert "store 1003: disconnected already" in again.stdout
    assert {row.state for row in Store.select()} == {StoreState.DISCONNECTED}
    assert Grant.active_sealed_token(store.id) is None
    assert [row.store_id for row in StoreDataErasure.select()] == [stopped.id]
    assert {(row.actor_name, row.action) for row in AuditLogEntry.select()} == {
        ("command line", "store.disconnected")
    }
    assert Merchant.select().count() == 2


@pytest.mark.parametrize("name", ["check", "sync", "pause", "resume", "disconnect"])
def test_command_needs_a_store(app: Flask, runtime: Runtime, name: str) -> None:
    assert run(app, name).exit_code == 2
