"""Export of a store's products, variations, orders, customers or coupons.

The export reads pages in the order of the ids or of a list, so a million records need the memory of
one page. The audit log records who exports before the first record is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from functools import partial
from typing import Any, NamedTuple

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
from portal.services.records.export_options import (
    BYTE_ORDER_MARK,
    ExportOptions,
    listed_pages,
)
from portal.services.records.read_records import Row, iter_pages
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
ALL_RECORDS = ExportOptions()
# Columns of a file with a row for each item of an order.
ORDER_OF_ITEM = ("id", "number", "created_at")
ITEM_FIELDS = (
    "id",
    "product_id",
    "variation_id",
    "sku",
    "name",
    "quantity",
    "price",
    "product_price",
    "price_without_tax",
    "coupon_amount",
    "tax",
    "options",
)
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


def log_export(
    store: Store,
    name: str,
    form: ExportFormat,
    actor: Merchant | None,
    options: ExportOptions = ALL_RECORDS,
) -> None:
    """Record an export in the audit log; call it before `export`.

    ``actor`` is None for the current key. The entry says that the export is filtered, but not how:
    a person may have typed a name.
    """
    count = EXPORTS[name].table.live_count(store.id)
    is_filtered = {"is_filtered": True} if options.is_filtered else {}
    AuditLogEntry.record_request(
        store.id,
        AuditAction.RECORDS_EXPORTED,
        name,
        actor=actor,
        after={"format": form, "count": count, **is_filtered},
    )


@dataclass(frozen=True)
class ExportPage:
    """Next bytes of an export; ``last_id`` is the id of its last record, None if it has none.

    ``cursor`` is the position after the page in an export of a list.
    """

    data: bytes
    count: int
    last_id: int | None
    cursor: str | None = None


def export(
    store: Store,
    name: str,
    form: ExportFormat,
    status_names: Mapping[str, str],
    terms: SaleTerms = OWN_TERMS,
    guard: FormulaGuard = FormulaGuard.STANDARD,
    *,
    options: ExportOptions = ALL_RECORDS,
) -> Iterator[bytes]:
    """Yield the file in chunks; see `export_pages`."""
    for page in export_pages(store, name, form, status_names, terms, guard, options=options):
        yield page.data


def export_pages(
    store: Store,
    name: str,
    form: ExportFormat,
    status_names: Mapping[str, str],
    terms: SaleTerms = OWN_TERMS,
    guard: FormulaGuard = FormulaGuard.STANDARD,
    *,
    options: ExportOptions = ALL_RECORDS,
    after: int | None = None,
    cursor: str | None = None,
) -> Iterator[ExportPage]:
    """Yield the file in pages; ``name`` is a key of `EXPORTS`.

    ``status_names`` are the labels of order statuses, which CSV files have beside the statuses.
    ``terms`` are those of the channel that exports. ``guard`` is for CSV files only. A file that is
    to be continued has its last record's id in ``after``, and in ``cursor`` the last page's. Times
    in CSV files are in the store's time zone, because people read them next to Ecwid's; those of
    channels are in UTC.
    """
    view = offered_view(EXPORTS[name], terms)
    zone = parse_timezone(store.timezone) if terms == OWN_TERMS else UTC
    write = _csv_writer(view, status_names, partial(csv_lines, guard=guard, zone=zone), options)
    if form is ExportFormat.JSONL:
        write = Writer((*view.fields, *view.exported, RAW), b"", _json_lines)
    head = write.head if after is None else b""
    for last_id, end, rows in _pages(view, store, options, write.fields, after, cursor):
        yield ExportPage(head + write.lines(rows), len(rows), last_id, end)
        head = b""
    if head:
        yield ExportPage(head, 0, None)


class Writer(NamedTuple):
    """Fields to read, the head of the file, and the function that makes lines of records."""

    fields: Sequence[str]
    head: bytes
    lines: Callable[[Sequence[Row]], bytes]


def _pages(
    view: RecordView,
    store: Store,
    options: ExportOptions,
    fields: Sequence[str],
    after: int | None,
    cursor: str | None,
) -> Iterator[tuple[int, str | None, Sequence[Row]]]:
    if options.is_by_id:
        for last_id, rows in iter_pages(view, store, fields=fields, after=after):
            yield last_id, None, rows
        return
    names, last_id = tuple(dict.fromkeys(("id", *fields))), after or 0
    begins_after = None if after is None else cursor
    for end, rows in listed_pages(view, store, options, names, begins_after):
        last_id = rows[-1]["id"] if rows else last_id
        yield last_id, end, rows


def _json_lines(rows: Sequence[Row]) -> bytes:
    return b"".join(_encode(row) + b"\n" for row in rows)


def _csv_writer(
    view: RecordView,
    status_names: Mapping[str, str],
    write: Callable[[Iterable[Iterable[Any]]], bytes],
    options: ExportOptions,
) -> Writer:
    mark = BYTE_ORDER_MARK if options.has_bom else b""
    if options.has_item_rows and ITEMS in view.exported:
        head = csv_lines([(*(f"order_{name}" for name in ORDER_OF_ITEM), *ITEM_FIELDS)])
        return Writer((*ORDER_OF_ITEM, ITEMS), mark + head, partial(_item_lines, write))
    names = (*view.fields, *(name for name in view.exported if name != ITEMS))
    named = [name for name in STATUS_FIELDS if name in names]

    def lines(rows: Sequence[Row]) -> bytes:
        return write(
            [
                *(row[name] for name in names),
                *(status_names.get(row[name], row[name]) for name in named),
            ]
            for row in rows
        )

    head = csv_lines([(*names, *(f"{name}_name" for name in named))])
    return Writer(names, mark + head, lines)


def _item_lines(write: Callable[[Iterable[Iterable[Any]]], bytes], rows: Sequence[Row]) -> bytes:
    """Return a line for each item of these orders, which begins with its order."""
    return write(
        [*(row[name] for name in ORDER_OF_ITEM), *(item[name] for name in ITEM_FIELDS)]
        for row in rows
        for item in row[ITEMS]
    )
