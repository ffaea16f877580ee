"""Rows written under the former names are read under the standard ones, on both databases."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

import pytest
from peewee import Database, PostgresqlDatabase

from portal.models import (
    ApiKey,
    AttemptOutcome,
    OrderSubmission,
    OrderUpdate,
    OutboundEvent,
    PrivacyRequestKind,
    ReplayedEvent,
    ReplayState,
    RunKind,
    RunState,
    SyncRun,
)
from portal.models.migrations import migrate
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.connection.connect_failures import FAILURE_REASONS
from portal.rules.connection.connection_events import ConnectionEvent
from portal.rules.orders.order_request_json import upgraded_request
from portal.rules.sync.cursor import Cursor
from portal.rules.sync.freshness import Freshness
from portal.rules.webhooks.rejection_reasons import RejectionReason
from portal.web.endpoints.delivery_error_labels import DELIVERY_ERRORS
from portal.web.stores.timeline_labels import TIMELINE_LABELS

SCRIPT = import_module("portal.models.migrations.0027_standard_names")
BEFORE = "0026_outbound_webhooks"
UNCHANGED = "unchanged"
FORMER_TABLES = {new: old for old, new in SCRIPT.TABLES.items()}
FORMER_COLUMNS = {(table, new): old for table, old, new in SCRIPT.COLUMNS}
CHANGED_COLUMNS = sorted({(table, column) for table, column, _, _ in SCRIPT.VALUES})

# Values that the code knows, by column. Audit actions are shown as they are.
KNOWN_VALUES: Mapping[tuple[str, str], Iterable[str]] = {
    ("delivery", "error"): DELIVERY_ERRORS,
    ("event_attempt", "outcome"): AttemptOutcome,
    ("event_replay", "state"): ReplayState,
    ("freshness_point", "freshness"): Freshness,
    ("onboarding", "failure_reason"): FAILURE_REASONS,
    ("privacy_request", "kind"): PrivacyRequestKind,
    ("rejected_webhook_count", "reason"): RejectionReason,
    ("replayed_event", "outcome"): {ReplayedEvent.CANCELED},
    ("sync_run", "kind"): RunKind,
    ("sync_run", "state"): RunState,
    ("timeline_entry", "what"): TIMELINE_LABELS,
}


class FormerRows:
    """Rows of the schema before the migration, without the rows that they refer to."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._is_postgresql = isinstance(database, PostgresqlDatabase)
        self._number = 0
        off = "SET session_replication_role = replica"
        database.execute_sql(off if self._is_postgresql else "PRAGMA foreign_keys = OFF")

    def add(self, table: str, **values: Any) -> None:
        """Insert a row under the former names; required columns get some value."""
        former = FORMER_TABLES.get(table, table)
        self._number += 1
        row = {
            column.name: self._some_value(column.name, column.data_type.lower())
            for column in self._database.get_columns(former)
            if not column.null
        }
        for name, value in values.items():
            row[FORMER_COLUMNS.get((table, name), name)] = value
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join([self._database.param] * len(row))
        self._database.execute_sql(
            f'INSERT INTO "{former}" ({names}) VALUES ({marks})', tuple(row.values())
        )

    def _some_value(self, name: str, data_type: str) -> Any:
        if "json" in data_type:
            return "{}"
        if name == "at" or name.endswith("_at"):  # a text on SQLite
            return f"2026-03-01 00:00:{self._number:02}+00:00"
        if "bool" in data_type:
            return True
        if "char" in data_type or "text" in data_type:
            return f"text {self._number}"
        return self._number


def changes_of(table: str, column: str) -> dict[str, str]:
    """Return the new value of each former one."""
    return {old: new for t, c, old, new in SCRIPT.VALUES if (t, c) == (table, column)}


def stored_values(database: Database, table: str, column: str) -> list[str]:
    """Return the column's values, sorted."""
    found = database.execute_sql(f'SELECT "{column}" FROM "{table}"').fetchall()
    return sorted(value for (value,) in found)


def test_former_values_become_the_standard_ones(empty_database: Database) -> None:
    # One migration for all columns: a database for each would take the longest of all tests.
    migrate(empty_database, target=BEFORE)
    with empty_database.connection_context():
        rows = FormerRows(empty_database)
        for table, column in CHANGED_COLUMNS:
            for value in (*changes_of(table, column), UNCHANGED):
                rows.add(table, **{column: value})

    migrate(empty_database)

    with empty_database.connection_context():
        for table, column in CHANGED_COLUMNS:
            changes = changes_of(table, column)
            expected, found = (
                Counter((*changes.values(), UNCHANGED)),
                Counter(stored_values(empty_database, table, column)),
            )
            assert expected <= found, (table, column)
            assert not (changes.keys() - set(changes.values())) & found.keys(), (table, column)


@pytest.mark.parametrize(("table", "column"), [c for c in CHANGED_COLUMNS if c in KNOWN_VALUES])
def test_code_knows_the_standard_values_and_not_the_former_ones(table: str, column: str) -> None:
    known = set(KNOWN_VALUES[table, column])

    changes = [(old, new) for t, c, old, new in SCRIPT.VALUES if (t, c) == (table, column)]

    assert {new for _, new in changes} <= known
    assert not {old for old, _ in changes} & known


def test_every_changed_column_has_known_values_or_is_only_shown() -> None:
    assert set(CHANGED_COLUMNS) - set(KNOWN_VALUES) == {("audit_log_entry", "action")}


def test_former_names_in_json_are_read_under_the_standard_names(
    empty_database: Database,
) -> None:
    migrate(empty_database, target=BEFORE)
    status = json.dumps({"fulfilment_status": "SHIPPED"})
    cursor = {"second": 5, "offset": 1, "counted": 2, "anchor": 7, "restarts": 0}
    with empty_database.connection_context():
        rows = FormerRows(empty_database)
        scopes = ["read_catalogue", "read_orders"]  # codespell:ignore
        rows.add("api_key", scopes=json.dumps(scopes))
        rows.add("order_submission", quote=status, request=status)
        rows.add("order_update", changes=status, expected=status, remote=status)
        rows.add("outbound_event", detail=json.dumps({"reason": "found_well"}))
        rows.add("sync_run", checkpoint=json.dumps({"phase": "pages", "at": cursor}))

    migrate(empty_database)

    new = {"fulfillment_status": "SHIPPED"}
    with empty_database.connection_context():
        assert ApiKey.get().scopes == [KeyScope.READ_CATALOG, KeyScope.READ_ORDERS]
        submission, update = OrderSubmission.get(), OrderUpdate.get()
        assert (submission.quote, submission.request) == (new, new)
        assert upgraded_request(submission.request) == new
        assert (update.changes, update.expected, update.remote) == (new, new, new)
        assert OutboundEvent.get().detail == {"reason": ConnectionEvent.CHECK_PASSED}
        checkpoint = SyncRun.get().checkpoint
        assert Cursor(**checkpoint["at"]) == Cursor(5, 1, 2, 7, 0)


def test_every_changed_json_column_is_part_of_the_test_above() -> None:
    columns = {(table, column) for table, column, _, _ in SCRIPT.JSON_TEXTS}

    assert columns == {
        ("api_key", "scopes"),
        ("order_submission", "quote"),
        ("order_submission", "request"),
        ("order_update", "changes"),
        ("order_update", "expected"),
        ("order_update", "remote"),
        ("outbound_event", "detail"),
        ("sync_run", "checkpoint"),
    }
