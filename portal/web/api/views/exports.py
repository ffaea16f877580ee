"""Exports of all records of a resource: small ones at once, large ones as files of the daemon."""

from __future__ import annotations

from flask import Response
from msgspec import Struct

from portal.errors import ExportRefusedError
from portal.models import ExportProblem, ExportState, RecordExport, Store
from portal.rules.records.formula_guard import FormulaGuard
from portal.services.channels.sale_terms import catalog_terms_of
from portal.services.records.export_records import EXPORT_SCOPES, EXPORTS, ExportFormat
from portal.services.records.request_exports import (
    IMMEDIATE_RECORDS,
    WantedExport,
    find_export,
    is_immediate,
    open_export,
    request_export,
)
from portal.web.api.authentication import (
    check_scope,
    current_consent,
    current_key,
    key_rate_limit,
)
from portal.web.api.endpoints import endpoint
from portal.web.api.export_schemas import Export, GuardChoice, NewExport
from portal.web.api.order_writes import location_url, polled
from portal.web.api.problems import ProblemError
from portal.web.api.responses import ApiResponse
from portal.web.exports.files import export_response, immediate_export, status_names
from portal.web.runtime import current_runtime

_NAMES = ", ".join(EXPORTS)


class ExportQuery(Struct, forbid_unknown_fields=True):
    """Query parameters of an export."""

    formula_guard: GuardChoice = FormulaGuard.STANDARD


@endpoint(
    "GET",
    f"/stores/<key:store_id>/exports/<any({_NAMES}):name>.<any(csv, jsonl):extension>",
    tag="Export",
    scope=None,
    limit=key_rate_limit,
    query=ExportQuery,
    responses={200: None},
    problems=("scope_missing", "conflict"),
    file_types=("text/csv", "application/jsonl"),
    sends=("Content-Disposition",),
)
def export_records(store: Store, name: str, extension: str, query: ExportQuery) -> Response:
    """Export up to 2,000 products, variations, orders, customers or coupons at once.

    JSON Lines have one object per line, including an order's items and the record as Ecwid sent it.
    Products, variations and coupons require the scope `read_catalog`, orders and customers the
    scope `read_orders`. The audit log records each export. With more records the response is a 409
    `conflict`: create an export instead.
    """
    check_scope(EXPORT_SCOPES[name])
    if not is_immediate(store, name):
        raise ProblemError(
            "conflict",
            f"The store has more than {IMMEDIATE_RECORDS} {name}. Create an export with POST "
            f"/stores/{store.id}/export-files, and download its file.",
        )
    terms = catalog_terms_of(current_consent())
    return immediate_export(store, name, ExportFormat(extension), None, query.formula_guard, terms)


@endpoint(
    "POST",
    "/stores/<key:store_id>/export-files",
    tag="Export",
    scope=None,
    limit=key_rate_limit,
    body=NewExport,
    responses={202: Export},
    problems=("scope_missing", "too_many_waiting"),
    sends=("Location",),
)
def create_export(store: Store, body: NewExport) -> ApiResponse:
    """Have all records of a resource written into a file.

    Returns 202 with a `Location` to poll until the state is `done`, also if the same export is
    being written already. The file has any number of records, and is kept for a day. The scopes
    are those of an immediate export.
    """
    check_scope(EXPORT_SCOPES[body.records])
    wanted = WantedExport(body.records, body.format, body.formula_guard, status_names(store))
    try:
        export = request_export(
            current_runtime(), store, wanted, current_key().merchant, current_consent()
        )
    except ExportRefusedError as error:
        raise ProblemError(
            "too_many_waiting", "Other exports are being written. Wait until one is done."
        ) from error
    location = location_url("get_export", store, export_id=export.id)
    return ApiResponse(_schema(store, export), 202, polled({"Location": location}))


@endpoint(
    "GET",
    "/stores/<key:store_id>/export-files/<key:export_id>",
    tag="Export",
    scope=None,
    limit=key_rate_limit,
    responses={200: Export},
    problems=("scope_missing",),
)
def get_export(store: Store, export_id: int) -> Export:
    """Retrieve an export that your channel has created."""
    return _schema(store, _find(store, export_id))


@endpoint(
    "GET",
    "/stores/<key:store_id>/export-files/<key:export_id>/file",
    tag="Export",
    scope=None,
    limit=key_rate_limit,
    responses={200: None},
    problems=("scope_missing", "conflict"),
    file_types=("text/csv", "application/jsonl"),
    sends=("Content-Disposition",),
)
def download_export(store: Store, export_id: int) -> Response:
    """Download the file of an export.

    The audit log records each download. A 409 `conflict` means that the file isn't complete.
    """
    export = _find(store, export_id)
    if export.state != ExportState.DONE:
        raise ProblemError("conflict", f"The file doesn't exist: the export is {export.state}.")
    file = open_export(current_runtime(), export, actor=None)
    if file is None:
        raise ProblemError("not_found", "The file is gone. Create the export again.")
    return export_response(file, store, export.name, ExportFormat(export.format))


def _find(store: Store, export_id: int) -> RecordExport:
    export = find_export(store, export_id, current_consent())
    if export is None:
        raise ProblemError("not_found", "The store has no export with this ID.")
    check_scope(EXPORT_SCOPES[export.name])
    return export


def _schema(store: Store, export: RecordExport) -> Export:
    is_done = export.state == ExportState.DONE
    return Export(
        id=export.id,
        records=export.name,
        format=ExportFormat(export.format),
        formula_guard=FormulaGuard(export.formula_guard),
        state=ExportState(export.state),
        problem=ExportProblem(export.problem) if export.problem else None,
        written=export.rows,
        total=export.total,
        size_bytes=export.size_bytes,
        requested_at=export.requested_at,
        finished_at=export.finished_at,
        expires_at=export.expires_at,
        file_url=location_url("download_export", store, export_id=export.id) if is_done else None,
    )
