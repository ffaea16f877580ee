"""Download of all records of a resource as a streamed file."""

from __future__ import annotations

from typing import Annotated

from flask import Response
from msgspec import Meta, Struct

from portal.models import Store
from portal.rules.records.formula_guard import FormulaGuard
from portal.services.channels.sale_terms import catalog_terms_of
from portal.services.records.export_records import EXPORT_SCOPES, EXPORTS, ExportFormat
from portal.web.api.authentication import (
    check_scope,
    current_consent,
    current_key,
    key_rate_limit,
)
from portal.web.api.endpoints import endpoint
from portal.web.exports.files import export_file

_NAMES = ", ".join(EXPORTS)


class ExportQuery(Struct, forbid_unknown_fields=True):
    """Query parameters of an export."""

    formula_guard: Annotated[
        FormulaGuard,
        Meta(
            description="Texts of CSV files that get an apostrophe in front, because a spreadsheet "
            "might calculate them: those that begin with `=`, `@` or a tab, with `strict` also "
            "those with `+`, `-` or a carriage return. JSON Lines have no guard."
        ),
    ] = FormulaGuard.STANDARD


@endpoint(
    "GET",
    f"/stores/<key:store_id>/exports/<any({_NAMES}):name>.<any(csv, jsonl):extension>",
    tag="Export",
    scope=None,
    limit=key_rate_limit,
    query=ExportQuery,
    responses={200: None},
    problems=("scope_missing",),
    file_types=("text/csv", "application/jsonl"),
    sends=("Content-Disposition",),
)
def export_records(store: Store, name: str, extension: str, query: ExportQuery) -> Response:
    """Export all products, variations, orders, customers or coupons as CSV or JSON Lines.

    JSON Lines have one object per line, including an order's items and the record as Ecwid sent it.
    Products, variations and coupons require the scope `read_catalog`, orders and customers the
    scope `read_orders`. The audit log records each export.
    """
    check_scope(EXPORT_SCOPES[name])
    form, guard = ExportFormat(extension), query.formula_guard
    terms = catalog_terms_of(current_consent())
    return export_file(store, name, form, current_key().merchant, guard, terms)
