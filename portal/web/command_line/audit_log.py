"""Commands that search and export the audit log: ``flask --app wsgi audit``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import click

from portal.models import AuditLogEntry
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.records.formula_guard import FormulaGuard
from portal.services.operator.audit_log import AuditFilter, iter_entries, list_entries
from portal.services.records.csv_lines import csv_lines
from portal.web.command_line.groups import CommandGroup
from portal.web.command_line.output import (
    json_option,
    limit_option,
    print_remainder,
    print_rows,
    progress,
    read_pages,
)
from portal.web.operator.audit_filter import read_audit_filter

audit = CommandGroup("audit", help="Search and export the audit log.")

COLUMNS = ("happened_at", "who", "account", "action", "target", "store_id", "before", "after")


def _filter(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--until", help="Before this time in UTC."),
        click.option("--since", help="Since this time in UTC, such as 2026-03-01T14:30."),
        click.option(
            "--action",
            type=click.Choice(sorted(map(str, AuditAction))),
            metavar="ACTION",
            help="One action, such as store.disconnected.",
        ),
        click.option("--store", help="ID of a store."),
        click.option(
            "--person", help='An address, a key such as mp_1f0c9a7be2d4, or "command line".'
        ),
    ):
        command = option(command)
    return command


@audit.command("list")
@_filter
@limit_option
@json_option
def list_all(limit: int, *, as_json: bool, **given: str | None) -> None:
    """Print the entries that match all options, newest first."""
    wanted = _wanted(given)
    rows, has_more = read_pages(lambda after: list_entries(wanted, after=after), limit)
    print_rows(map(_facts, rows), COLUMNS, as_json=as_json, nothing="no entry matches")
    print_remainder(has_more=has_more)


@audit.command("export")
@_filter
@click.option(
    "--output",
    type=click.File("wb"),
    default="-",
    show_default="stdout",
    help="File to write.",
)
@click.option(
    "--formula-guard",
    type=click.Choice([*map(str, FormulaGuard)]),
    default=FormulaGuard.STANDARD.value,
    show_default=True,
    help="Guard cells that a spreadsheet might calculate; strict: also those with a sign in front.",
)
def export(output: BinaryIO, formula_guard: str, **given: str | None) -> None:
    """Write all entries that match all options as CSV, newest first."""
    guard = FormulaGuard(formula_guard)
    wanted = _wanted(given)
    AuditLogEntry.record_request(wanted.store_id, AuditAction.AUDIT_LOG_EXPORTED, "audit log")
    output.write(csv_lines([("id", *COLUMNS)]))
    written = 0
    with progress("entries") as show:
        for part in iter_entries(wanted):
            rows = map(_facts, part)
            cells = ([row[name] for name in ("id", *COLUMNS)] for row in rows)
            output.write(csv_lines(cells, guard))
            written += len(part)
            show(written)


def _wanted(given: Mapping[str, str | None]) -> AuditFilter:
    form = read_audit_filter({name: text for name, text in given.items() if text})
    if form.problems:
        raise click.UsageError("; ".join(f"--{name}: {it}" for name, it in form.problems.items()))
    return form.wanted


def _facts(entry: AuditLogEntry) -> Mapping[str, Any]:
    return {
        "id": entry.id,
        "happened_at": entry.happened_at,
        "who": entry.actor_name,
        "account": None if entry.actor is None else entry.actor.email,
        "action": entry.action,
        "target": entry.target,
        "store_id": entry.store_id,
        "before": entry.before,
        "after": entry.after,
    }
