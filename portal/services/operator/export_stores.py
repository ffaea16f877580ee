"""File of the stores that match a filter, one line per store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portal.models import AuditLogEntry, Merchant
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.records.formula_guard import FormulaGuard
from portal.services.operator.store_list import (
    StoreFilter,
    StoreOrder,
    StoreRow,
    count_stores,
    iter_rows,
)
from portal.services.records.csv_lines import csv_lines

HEADER = (
    "store_id",
    "name",
    "url",
    "health",
    "health_since",
    "state",
    "plan",
    "plan_level",
    "freshness",
    "compared_at",
    "open_issues",
    "issue_kinds",
    "failed_events",
    "failing_orders",
    "unreadable_records",
    "last_change_at",
    "owner_email",
    "members",
    "connected_at",
)


def log_store_export(wanted: StoreFilter, actor: Merchant) -> None:
    """Record an export in the audit log; call it before `export_stores`.

    The names of the conditions are recorded without their values, which may be an address.
    """
    after = {"count": count_stores(wanted), "filter": sorted(wanted.arguments)}
    AuditLogEntry.record(None, AuditAction.STORES_EXPORTED, "stores", actor=actor, after=after)


def export_stores(
    wanted: StoreFilter, order: StoreOrder, guard: FormulaGuard = FormulaGuard.STANDARD
) -> Iterator[bytes]:
    """Yield the file in chunks, in the order of the list."""
    yield csv_lines([HEADER])
    for rows in iter_rows(wanted, order):
        yield csv_lines(map(_cells, rows), guard)


def _cells(row: StoreRow) -> tuple[Any, ...]:
    store, summary = row.store, row.summary
    return (
        store.id,
        store.name,
        store.url,
        summary.word,
        summary.since_at,
        store.state,
        store.plan_name,
        store.plan_level,
        summary.freshness,
        row.compared_at,
        summary.open_issues,
        " ".join(row.issue_kinds),
        summary.failed_events,
        summary.failing_orders,
        summary.unreadable,
        summary.last_change_at,
        row.owner_email,
        row.members,
        store.connected_at,
    )
