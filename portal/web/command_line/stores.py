"""Commands about stores: ``flask --app wsgi stores``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from portal.models import SYNC_ORDER, Store, StoreState
from portal.services.connection.disconnect_store import disconnect_store
from portal.services.connection.probe_store import probe_store
from portal.services.connection.store_health import health_of
from portal.services.operator.find_stores import StoreRow, find_stores, store_rows
from portal.services.runs import run_control
from portal.services.runs.sync_runs import start_all_runs
from portal.web.command_line.arguments import find_store, store_argument, stores_argument
from portal.web.command_line.groups import CommandGroup, for_each
from portal.web.command_line.output import (
    json_option,
    limit_option,
    print_facts,
    print_remainder,
    print_rows,
)
from portal.web.command_line.sync import paused_resources
from portal.web.runtime import current_runtime

stores = CommandGroup("stores", help="List, check, sync and disconnect stores.")

COLUMNS = ("id", "name", "state", "issues", "plan", "owner", "last_event_at")


@stores.command("list")
@click.option("--search", default="", help="A part of the name or URL, or the ID.")
@click.option(
    "--state",
    type=click.Choice(list(map(str, StoreState))),
    help="Stores in a state.",
)
@limit_option
@json_option
def list_all(search: str, state: str | None, limit: int, *, as_json: bool) -> None:
    """Print the stores of all merchants by ID, with their open issues."""
    rows, has_more = find_stores(search=search, state=state or "", limit=limit)
    print_rows(map(_facts, rows), COLUMNS, as_json=as_json, nothing="no store matches")
    print_remainder(has_more=has_more)


@stores.command("show")
@store_argument
@json_option
def show(store_id: int, *, as_json: bool) -> None:
    """Print the status of STORE_ID: connection, permissions, plan, sync, webhooks and issues."""
    store = find_store(store_id)
    [row] = store_rows([store])
    health = health_of(store)
    facts = {
        **_facts(row),
        "health": health.status,
        **{f"{name}_status": f"{it.status}: {it.detail}" for name, it in health.sections.items()},
        "last_synced_at": health.overview.last_success_at,
        "pending_events": health.overview.pending_events,
    }
    print_facts(facts, as_json=as_json)


@stores.command("check")
@stores_argument
def check(store_ids: tuple[int, ...]) -> None:
    """Check the connections of STORE_IDS now, and print their states."""

    def act(store_id: int) -> str:
        find_store(store_id)
        probe_store(current_runtime(), store_id)
        return _state_text(find_store(store_id))

    for_each(store_ids, _name, act)


@stores.command("sync")
@stores_argument
def sync_stores(store_ids: tuple[int, ...]) -> None:
    """Look for changes of all resources of STORE_IDS now; paused resources stay paused."""

    def act(store_id: int) -> str:
        store = find_store(store_id)
        run_control.check_working(store)
        runs = start_all_runs(store.id)
        run_control.wake_runs(current_runtime(), runs)
        return f"{len(runs)} runs started"

    for_each(store_ids, _name, act)


@stores.command("pause")
@stores_argument
def pause(store_ids: tuple[int, ...]) -> None:
    """Pause the sync of STORE_IDS until it is resumed. Webhook events are still applied."""

    def act(store_id: int) -> str:
        store = find_store(store_id)
        for resource in SYNC_ORDER:
            run_control.pause(store, resource)
        return "paused"

    for_each(store_ids, _name, act)


@stores.command("resume")
@stores_argument
def resume(store_ids: tuple[int, ...]) -> None:
    """Resume what is paused of STORE_IDS. Runs continue where they stopped."""

    def act(store_id: int) -> str:
        store = find_store(store_id)
        paused = paused_resources(store)
        for resource in paused:
            run_control.resume(current_runtime(), store, resource)
        return f"{len(paused)} resources resumed"

    for_each(store_ids, _name, act)


@stores.command("disconnect")
@stores_argument
@click.option("--erase", is_flag=True, help="Erase the mirror at once instead of keeping it.")
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
def disconnect(store_ids: tuple[int, ...], *, erase: bool, yes: bool) -> None:
    """Disconnect STORE_IDS: erase their tokens, and remove the app at Ecwid if possible."""
    if not yes:
        fate = "and their mirrors erased" if erase else "and their mirrors kept for a while"
        click.confirm(f"{len(store_ids)} stores are disconnected {fate}. Go on?", abort=True)

    def act(store_id: int) -> str:
        store = find_store(store_id)
        if store.state == StoreState.DISCONNECTED and not erase:
            return "disconnected already"
        result = disconnect_store(current_runtime(), store, None, with_erasure=erase)
        rest = "" if result.app_removed else "; the merchant has to remove the app at Ecwid"
        return f"disconnected{rest}"

    for_each(store_ids, _name, act)


def _name(store_id: int) -> str:
    return f"store {store_id}"


def _state_text(store: Store) -> str:
    [row] = store_rows([store])
    return f"{store.state}, {', '.join(row.issues) or 'no open issues'}"


def _facts(row: StoreRow) -> Mapping[str, Any]:
    store = row.store
    return {
        "id": store.id,
        "name": store.name,
        "url": store.url,
        "owner": row.owner,
        "state": store.state,
        "state_changed_at": store.state_changed_at,
        "issues": list(row.issues),
        "plan": store.plan_name or store.plan_level,
        "webhooks": store.webhook_health,
        "last_event_at": store.last_event_at,
        "checked_at": store.probed_at,
        "connected_at": store.connected_at,
    }
