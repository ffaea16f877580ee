"""Commands that search and export the audit log, in which each command's change is recorded."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from portal.models import AuditLogEntry, Merchant, Store
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.accounts.account_access import lock_account
from portal.services.runtime import Runtime
from tests.factories import make_merchant


def run(app: Flask, *arguments: str) -> Result:
    """Run ``flask audit …``."""
    return app.test_cli_runner().invoke(args=["audit", *arguments])


@pytest.fixture
def entries(merchant: Merchant, store: Store, runtime: Runtime) -> None:
    """An entry of a merchant about a store, and one of a command about an account."""
    AuditLogEntry.record(store.id, AuditAction.RESOURCE_PAUSED, "products", actor=merchant)
    lock_account(runtime, make_merchant(email="eve@example.com"))


def test_entries_are_listed_newest_first(app: Flask, entries: None, store: Store) -> None:
    rows = json.loads(run(app, "list", "--json").stdout)
    table = run(app, "list", "--limit", "1")

    assert [(row["who"], row["action"], row["store_id"]) for row in rows] == [
        ("command line", "account.locked", None),
        ("merchant 1", "resource.paused", store.id),
    ]
    assert rows[0]["after"] == {"sessions_ended": 0}
    assert "account.locked" in table.stdout
    assert "use --limit" in table.stderr


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--person", "ada@example.com"), ["resource.paused"]),
        (("--person", "command line"), ["account.locked"]),
        (("--store", "1003"), ["resource.paused"]),
        (("--action", "account.locked"), ["account.locked"]),
        (("--until", "2026-01-01T00:00"), []),
    ],
)
def test_options_narrow_the_list(
    app: Flask, entries: None, options: tuple[str, ...], found: list[str]
) -> None:
    rows = json.loads(run(app, "list", "--json", *options).stdout)

    assert [row["action"] for row in rows] == found


def test_export_is_csv_and_recorded(app: Flask, entries: None, tmp_path: Path) -> None:
    path = tmp_path / "audit.csv"

    result = run(app, "export", "--output", str(path), "--person", "ada@example.com")
    printed = run(app, "export", "--formula-guard", "strict").stdout

    [row] = csv.DictReader(path.read_text().splitlines())
    assert (result.exit_code, result.stdout) == (0, "")
    assert (row["account"], row["action"]) == ("ada@example.com", "resource.paused")
    assert printed.startswith("id,happened_at,who,")
    latest = AuditLogEntry.select().order_by(AuditLogEntry.id.desc()).get()
    assert (latest.action, latest.actor_name) == ("audit_log.exported", "command line")


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--person", "nobody@example.com"), "--person: No account has this address"),
        (("--store", "x"), "--store: Enter a store ID."),
        (("--since", "yesterday"), "--since: Enter a date and a time"),
        (("--action", "unicorns"), "--action"),
    ],
)
def test_wrong_option_is_wrong_usage(
    app: Flask, runtime: Runtime, options: tuple[str, ...], problem: str
) -> None:
    result = run(app, "list", *options)

    assert result.exit_code == 2
    assert problem in result.stderr
