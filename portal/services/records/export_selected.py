"""Export of a few chosen orders as one CSV file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from portal.models import AuditLogEntry, Merchant, Store
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.records.csv_lines import csv_lines
from portal.services.records.derived_sale_fields import ITEMS
from portal.services.records.export_records import STATUS_FIELDS, ExportFormat
from portal.services.records.read_records import read_by_ids
from portal.services.records.record_views import ORDERS


def export_orders(
    store: Store, order_ids: Sequence[int], status_names: Mapping[str, str], actor: Merchant
) -> Iterator[bytes]:
    """Yield the file with the columns of an export of all orders; the audit log records it."""
    names = (*ORDERS.fields, *(name for name in ORDERS.exported if name != ITEMS))
    rows = list(read_by_ids(ORDERS, store, order_ids, fields=names).values())
    AuditLogEntry.record_request(
        store.id,
        AuditAction.RECORDS_EXPORTED,
        "orders",
        actor=actor,
        after={"format": ExportFormat.CSV, "count": len(rows)},
    )
    yield csv_lines([(*names, *(f"{name}_name" for name in STATUS_FIELDS))])
    yield csv_lines(
        [
            *(row[name] for name in names),
            *(status_names.get(row[name], row[name]) for name in STATUS_FIELDS),
        ]
        for row in rows
    )
