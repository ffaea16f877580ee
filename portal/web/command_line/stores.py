"""Commands about stores: ``flask --app wsgi stores``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

import click

from portal.models import SYNC_ORDER, AuditLogEntry, Role, Store, StoreState, utc_now
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.connection.health_word import HealthWord
from portal.rules.connection.issue_kinds import IssueKind
from portal.rules.connection.plan import PlanLevel
from portal.rules.sync.freshness import Freshness
from portal.services.accounts.team import members_of
from portal.services.connection.disconnect_store import disconnect_store
from portal.services.connection.mark_test_store import mark_test_store
from portal.services.connection.probe_store import probe_store
from portal.services.connection.store_health import health_of
from portal.services.notifications.issues import open_issues
from portal.services.operator.store_filter import FAILING_KINDS, StoreFilter
from portal.services.operator.store_list import iter_rows, summaries_as_of
from portal.services.operator.store_order import StoreOrder
from portal.services.operator.store_rows import StoreRow
from portal.services.runs import requested_runs, run_control
from portal.web.command_line.arguments import find_store, store_argument, stores_argument
from portal.web.command_line.groups import CommandGroup, for_each
from portal.web.command_line.output import (
    format_second,
    json_option,
    limit_option,
    print_facts,
    print_remainder,
    print_rows,
)
from portal.web.command_line.sync import paused_resources
from portal.web.runtime import current_runtime

stores = CommandGroup("stores", help="List, check, sync and disconnect stores.")

COLUMNS = ("id", "name", "health", "since", "issues", "failed_events", "failing_orders", "owner")
STALE_AFTER = timedelta(minutes=1)


def _choice(values: type[StrEnum]) -> click.Choice[str]:
    return click.Choice([str(value.value) for value in values])


@stores.command("list")
@click.option("--search", "q", help="A part of the name, URL or owner's address, or the ID.")
@click.option("--health", type=_choice(HealthWord), help="Health, as on the page of all stores.")
@click.option("--state", type=_choice(StoreState), help="State of the connection.")
@click.option(
    "--issue",
    type=click.Choice(["any", *map(str, IssueKind)]),
    help="Kind of an open issue, or any.",
)
@click.option("--plan", type=_choice(PlanLevel), help="Plan, as far as the portal needs it.")
@click.option("--freshness", type=_choice(Freshness), help="Worst freshness of its resources.")
@click.option("--failing", type=click.Choice(FAILING_KINDS), help="What fails or is unreadable.")
@click.option(
    "--order",
    type=_choice(StoreOrder),
    default=str(StoreOrder.TROUBLE),
    show_default=True,
    help="Order of the list.",
)
@limit_option
@json_option
def list_all(order: str, limit: int, *, as_json: bool, **given: str | None) -> None:
    """Print the stores of all merchants, those with trouble first."""
    wanted = StoreFilter.from_arguments({name: text for name, text in given.items() if text})
    rows: list[StoreRow] = []
    for part in iter_rows(wanted, StoreOrder(order)):
        rows += part
        if len(rows) > limit:
            break
    print_rows(map(_facts, rows[:limit]), COLUMNS, as_json=as_json, nothing="no store matches")
    print_remainder(has_more=len(rows) > limit)
    as_of = summaries_as_of()
    if as_of is None or utc_now() - as_of > STALE_AFTER:
        since = "yet" if as_of is None else f"since {format_second(as_of)}"
        click.echo(f"Not all stores were looked at {since}: the daemon does that.", err=True)


@stores.command("show")
@store_argument
@json_option
def show(store_id: int, *, as_json: bool) -> None:
    """Print the status of STORE_ID: connection, permissions, plan, sync, webhooks and issues."""
    store = find_store(store_id)
    health = health_of(store)
    owners = [member.merchant.email for member in members_of(store) if member.role == Role.OWNER]
    facts = {
        "id": store.id,
        "name": store.name,
        "url": store.url,
        "owner": owners[0] if owners else None,
        "health": health.status,
        **{f"{name}_status": f"{it.status}: {it.detail}" for name, it in health.sections.items()},
        "issue_kinds": [issue.kind for issue, _ in health.issues],
        "state": store.state,
        "is_test": store.is_test,
        "state_since": store.state_changed_at,
        "plan": store.plan_name or store.plan_level,
        "last_synced_at": health.overview.last_success_at,
        "pending_events": health.overview.pending_events,
        "last_event_at": store.last_event_at,
        "checked_at": store.probed_at,
        "connected_at": store.connected_at,
    }
    print_facts(facts, as_json=as_json)


@stores.command("check")
@stores_argument
def check(store_ids: tuple[int, ...]) -> None:
    """Check the connections of STORE_IDS now, and print their states."""

    def act(store_id: int) -> str:
        find_store(store_id)
        AuditLogEntry.record_request(
            store_id, AuditAction.CONNECTION_CHECK_REQUESTED, f"store {store_id}"
        )
        probe_store(current_runtime(), store_id)
        return _state_text(find_store(store_id))

    for_each(store_ids, _name, act)


@stores.command("sync")
@stores_argument
def sync_stores(store_ids: tuple[int, ...]) -> None:
    """Look for changes of all resources of STORE_IDS now; paused resources stay paused."""

    def act(store_id: int) -> str:
        runs = requested_runs.start_all(current_runtime(), find_store(store_id))
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


@stores.command("mark-test")
@stores_argument
def mark_test(store_ids: tuple[int, ...]) -> None:
    """Mark STORE_IDS as test stores: channels of the marketplace need test keys for them."""
    _mark(store_ids, is_test=True)


@stores.command("mark-live")
@stores_argument
def mark_live(store_ids: tuple[int, ...]) -> None:
    """Mark the test stores STORE_IDS as live ones: channels need live keys for them."""
    _mark(store_ids, is_test=False)


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


def _mark(store_ids: tuple[int, ...], *, is_test: bool) -> None:
    mode = "test" if is_test else "live"

    def act(store_id: int) -> str:
        changed = mark_test_store(find_store(store_id), is_test=is_test)
        return f"now a {mode} store" if changed else f"a {mode} store already"

    for_each(store_ids, _name, act)


def _name(store_id: int) -> str:
    return f"store {store_id}"


def _state_text(store: Store) -> str:
    kinds = [issue.kind for issue in open_issues(store.id)]
    return f"{store.state}, {', '.join(kinds) or 'no open issues'}"


def _facts(row: StoreRow) -> Mapping[str, Any]:
    store, summary = row.store, row.summary
    return {
        "id": store.id,
        "name": store.name,
        "url": store.url,
        "owner": row.owner_email or None,
        "health": summary.word,
        "since": summary.since_at,
        "state": store.state,
        "plan": store.plan_name or store.plan_level,
        "freshness": summary.freshness,
        "compared_at": row.compared_at,
        "issues": list(row.issue_kinds),
        "failed_events": summary.failed_events,
        "failing_orders": summary.failing_orders,
        "unreadable": summary.unreadable,
        "last_change_at": summary.last_change_at,
        "connected_at": store.connected_at,
    }
