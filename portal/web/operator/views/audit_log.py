"""Audit log of all stores and accounts, and its export."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.models import AuditLogEntry
from portal.models.fields import dump_json
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.records.formula_guard import FormulaGuard
from portal.services.operator.audit_log import iter_entries, list_entries
from portal.services.orders.order_history import sender_names
from portal.services.records.csv_lines import csv_lines
from portal.web.exports.files import written_file
from portal.web.exports.formula_guard import chosen_guard
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.operator.access import admin_required, operator_required
from portal.web.operator.audit_filter import AuditFilterForm, read_audit_filter
from portal.web.operator.audit_labels import ACTION_LABELS, action_label, details, target_url
from portal.web.operator.blueprint import blueprint
from portal.web.pagination import id_param

COLUMNS = ("id", "time", "who", "account", "what", "action", "target", "store", "before", "after")


@blueprint.get("/audit")
@operator_required
def audit_log() -> ResponseReturnValue:
    """List or search the entries, newest first."""
    form = read_audit_filter(request.args)
    page = list_entries(form.wanted, after=id_param("after"), before=id_param("before"))

    def address(**place: int) -> str:
        return url_for("operator.audit_log", **form.arguments, **place)  # type: ignore[arg-type]

    return render_template(
        "operator/audit_log.html",
        form=form,
        entries=page.rows,
        names=sender_names((entry.actor_name for entry in page.rows), with_emails=True),
        actions=sorted(
            ((action.value, str(label)) for action, label in ACTION_LABELS.items()),
            key=lambda choice: choice[1],
        ),
        action_label=action_label,
        details=details,
        target_url=target_url,
        earlier=page.earlier and address(before=page.earlier),
        later=page.later and address(after=page.later),
    ), 422 if form.problems else 200


# A POST because a GET must change nothing, and the audit log records the download.
@blueprint.post("/audit/export")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def export_audit_log() -> ResponseReturnValue:
    """Return the entries that match the URL's filter as a CSV file."""
    form, guard = read_audit_filter(request.args), chosen_guard()
    if form.problems:
        abort(422)
    return written_file(_lines(form, guard), "text/csv", "audit-log", "csv")


def _lines(form: AuditFilterForm, guard: FormulaGuard) -> Iterator[bytes]:
    AuditLogEntry.record_request(form.wanted.store_id, AuditAction.AUDIT_LOG_EXPORTED, "audit log")
    yield csv_lines([COLUMNS])
    for part in iter_entries(form.wanted):
        yield csv_lines(map(_row, part), guard)


def _row(entry: AuditLogEntry) -> list[Any]:
    return [
        entry.id,
        entry.happened_at.replace(microsecond=0),
        entry.actor_name,
        entry.actor.email if entry.actor else None,
        str(action_label(entry.action)),
        entry.action,
        entry.target,
        entry.store_id,
        _json(entry.before),
        _json(entry.after),
    ]


def _json(values: Any) -> str | None:
    return None if values is None else str(dump_json(values))
