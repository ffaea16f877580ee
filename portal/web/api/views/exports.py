"""Download of all records of a resource as a streamed file."""

from __future__ import annotations

from flask import Response

from portal.models import Store
from portal.services.channels.sale_terms import terms_of
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


@endpoint(
    "GET",
    f"/stores/<key:store_id>/exports/<any({_NAMES}):name>.<any(csv, jsonl):extension>",
    tag="Export",
    scope=None,
    limit=key_rate_limit,
    responses={200: None},
    problems=("scope_missing",),
    file_types=("text/csv", "application/jsonl"),
)
def export_records(store: Store, name: str, extension: str) -> Response:
    """Export all products, variations, orders, customers or coupons as CSV or JSON Lines.

    JSON Lines have one object per line, including an order's items and the record as Ecwid sent it.
    Products, variations and coupons require the scope `read_catalog`, orders and customers the
    scope `read_orders`. The audit log records each export.
    """
    check_scope(EXPORT_SCOPES[name])
    terms = terms_of(current_consent())
    return export_file(store, name, ExportFormat(extension), current_key().merchant, terms)
