"""Export of all of a store's products, variations, orders, customers or coupons.

The export reads pages in the order of the ids, so a million records need the memory of one page.
The audit log records who exports before the first record is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from enum import StrEnum

import msgspec

from portal.models import AuditLogEntry, Merchant, Store
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.orders.sale_terms import OWN_TERMS, SaleTerms
from portal.rules.records.formula_guard import FormulaGuard
from portal.rules.sync.nightly_schedule import parse_timezone
from portal.services.mirror.resources import RESOURCES
from portal.services.records.csv_lines import csv_lines
from portal.services.records.derived_sale_fields import ITEMS
from portal.services.records.read_records import iter_pages
from portal.services.records.record_views import (
    CATEGORIES,
    COUPONS,
    CUSTOMERS,
    ORDERS,
    PRODUCTS,
    RAW,
    VARIATIONS,
    RecordView,
    offered_view,
)

_VIEWS = {view.table: view for view in (PRODUCTS, CATEGORIES, ORDERS, CUSTOMERS, COUPONS)}
EXPORTS: dict[str, RecordView] = {
    spec.export[0]: _VIEWS[spec.table] for spec in RESOURCES.values() if spec.export
}
EXPORT_SCOPES: dict[str, KeyScope] = dict(spec.export for spec in RESOURCES.values() if spec.export)
# Variations are no resource of their own: they are mirrored with their products.
EXPORTS["variations"], EXPORT_SCOPES["variations"] = VARIATIONS, KeyScope.READ_CATALOG
STATUS_FIELDS = ("payment_status", "fulfillment_status")
_encode = msgspec.json.Encoder(decimal_format="string").encode


class ExportFormat(StrEnum):
    """File format of an export."""

    CSV = "csv"  # a header line, then one line per record, without items and raw record
    JSONL = "jsonl"  # one object per line with the mirrored fields, items and raw record

    @property
    def mimetype(self) -> str:
        """Return the media type of the file."""
        return "text/csv" if self is ExportFormat.CSV else "application/jsonl"


def log_export(store: Store, name: str, form: ExportFormat, actor: Merchant | None) -> None:
    """Record an export in the audit log; call it before `export`.

    ``actor`` is None for the current key.
    """
    count = EXPORTS[name].table.live_count(store.id)
    AuditLogEntry.record_request(
        store.id,
        AuditAction.RECORDS_EXPORTED,
        name,
        actor=actor,
        after={"format": form, "count": count},
    )


@dataclass(frozen=True)
class ExportPage:
    """Next bytes of an export; ``last_id`` is the id of its last record, None if it has none."""

    data: bytes
    count: int
    last_id: int | None


def export(
    store: Store,
    name: str,
    form: ExportFormat,
    status_names: Mapping[str, str],
    terms: SaleTerms = OWN_TERMS,
    guard: FormulaGuard = FormulaGuard.STANDARD,
) -> Iterator[bytes]:
    """Yield the file in chunks; see `export_pages`."""
    for page in export_pages(store, name, form, status_names, terms, guard):
        yield page.data


def export_pages(
    store: Store,
    name: str,
    form: ExportFormat,
    status_names: Mapping[str, str],
    terms: SaleTerms = OWN_TERMS,
    guard: FormulaGuard = FormulaGuard.STANDARD,
    *,
    after: int | None = None,
) -> Iterator[ExportPage]:
    """Yield the file in pages; ``name`` is a key of `EXPORTS`.

    ``status_names`` are the labels of order statuses, which CSV files have beside the statuses.
    ``terms`` are those of the channel that exports. ``guard`` is for CSV files only. ``after`` is
    the id of the last record of a file that is to be continued. Times in CSV files are in the
    store's time zone, because people read them next to Ecwid's; those of channels are in UTC.
    """
    view = offered_view(EXPORTS[name], terms)
    if form is ExportFormat.CSV:
        zone = parse_timezone(store.timezone) if terms == OWN_TERMS else UTC
        return _csv(view, store, status_names, guard, zone, after)
    return _json_lines(view, store, after)


def _json_lines(view: RecordView, store: Store, after: int | None) -> Iterator[ExportPage]:
    fields = (*view.fields, *view.exported, RAW)
    for last_id, rows in iter_pages(view, store, fields=fields, after=after):
        lines = b"".join(_encode(row) + b"\n" for row in rows)
        yield ExportPage(lines, len(rows), last_id)


def _csv(
    view: RecordView,
    store: Store,
    status_names: Mapping[str, str],
    guard: FormulaGuard,
    zone: tzinfo,
    after: int | None,
) -> Iterator[ExportPage]:
    names = (*view.fields, *(name for name in view.exported if name != ITEMS))
    named = [name for name in STATUS_FIELDS if name in names]
    head = b"" if after is not None else csv_lines([(*names, *(f"{name}_name" for name in named))])
    for last_id, part in iter_pages(view, store, fields=names, after=after):
        rows = (
            [
                *(row[name] for name in names),
                *(status_names.get(row[name], row[name]) for name in named),
            ]
            for row in part
        )
        yield ExportPage(head + csv_lines(rows, guard, zone), len(part), last_id)
        head = b""
    if head:
        yield ExportPage(head, 0, None)
