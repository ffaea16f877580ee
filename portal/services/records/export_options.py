"""Options of an export: records of a filtered list in its order, and the shape of a CSV file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from portal.models import Store
from portal.services.records.order_filter import OrderFilter
from portal.services.records.order_list import iter_orders
from portal.services.records.read_records import EXPORT_PAGE, Row, read_by_ids
from portal.services.records.record_lists import LISTS, ListConditions
from portal.services.records.record_views import ORDERS, RecordView
from portal.services.records.sorted_pages import SortedList

BYTE_ORDER_MARK = "\ufeff".encode()


@dataclass(frozen=True)
class ExportOptions:
    """Options of an export; the default is all records in the order of their ids.

    ``listed`` are the conditions of a list of products, customers or coupons, ``orders`` those of a
    list of orders, and ``order_sort`` its order, see `ORDER_SORTS`. ``has_bom`` puts a byte order
    mark before a CSV file, by which Excel recognizes UTF-8. ``has_item_rows`` makes a CSV file of
    orders have a row for each item.
    """

    listed: ListConditions | None = None
    orders: OrderFilter | None = None
    order_sort: str = ""
    has_bom: bool = False
    has_item_rows: bool = False

    @property
    def is_filtered(self) -> bool:
        """Return whether some records are left out."""
        is_listed = self.listed is not None and not self.listed.is_everything
        return is_listed or (self.orders is not None and not self.orders.is_empty)

    @property
    def is_by_id(self) -> bool:
        """Return whether the file has the records in the order of their ids."""
        return self.listed is None and self.orders is None

    def document(self) -> dict[str, Any]:
        """Return the options as JSON; those that have their default are left out."""
        found: dict[str, Any] = {}
        if self.listed is not None:
            found["listed"] = asdict(self.listed)
        if self.orders is not None:
            values = {name: value for name, value in asdict(self.orders).items() if value}
            found["orders"] = {
                name: value.isoformat() if isinstance(value, datetime) else value
                for name, value in values.items()
            }
        if self.order_sort:
            found["order_sort"] = self.order_sort
        flags = {"has_bom": self.has_bom, "has_item_rows": self.has_item_rows}
        return found | {name: True for name, is_set in flags.items() if is_set}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> ExportOptions:
        """Return the options that `document` has returned."""
        listed, orders = document.get("listed"), document.get("orders")
        return cls(
            None if listed is None else ListConditions(**listed),
            None if orders is None else _order_filter(orders),
            document.get("order_sort", ""),
            has_bom=document.get("has_bom", False),
            has_item_rows=document.get("has_item_rows", False),
        )


def _order_filter(document: Mapping[str, Any]) -> OrderFilter:
    values = dict(document)
    for name in ("since", "until"):
        if name in values:
            values[name] = datetime.fromisoformat(values[name])
    return OrderFilter(**values)


def listed_pages(
    view: RecordView, store: Store, options: ExportOptions, fields: Sequence[str], after: str | None
) -> Iterator[tuple[str, Sequence[Row]]]:
    """Yield the records of a list in its order, page by page, with the cursor of each page's end.

    The first page begins after the cursor ``after``. A page may be empty.
    """
    steps = (
        iter_orders(store, options.orders or OrderFilter(), options.order_sort, after, EXPORT_PAGE)
        if view.table is ORDERS.table
        else _records(view, store, options.listed or ListConditions(), after)
    )
    for ids, cursor in steps:
        yield cursor, list(read_by_ids(view, store, ids, fields=fields).values())


def _records(
    view: RecordView, store: Store, wanted: ListConditions, after: str | None
) -> Iterator[tuple[list[int], str]]:
    listed = SortedList.of(store, LISTS[view.name], wanted)
    for keys, cursor in listed.iter_keys(after, EXPORT_PAGE):
        yield [key.remote_id for key in keys], cursor
