"""Keyset pagination of mirrored records for the API and exports, without model instances.

Only the requested columns are read. JSON columns are returned as stored, without decoding. A page
of 100 records takes a few milliseconds, however far back it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from msgspec import Raw
from peewee import BooleanField, Expression, Field, JSONField, Tuple

from portal.models import OrderItem, Store, database
from portal.models.bulk import in_values
from portal.models.fields import MONEY_UNIT, MoneyField, UtcDateTimeField
from portal.rules.orders.pricing import Currency
from portal.rules.records.amount_spelling import spelled_amounts
from portal.services.records.amounts_of_orders import amount_documents
from portal.services.records.record_views import ORDERS, RAW, RecordView

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
LARGEST_ID = 2**63 - 1
EXPORT_PAGE = 500
# In lists of orders these fields are no columns.
ITEMS = "items"
AMOUNTS = "amounts"

Row = dict[str, Any]


class RecordCursor(NamedTuple):
    """Pagination cursor; ``micros`` is 0 in lists by id alone."""

    micros: int
    remote_id: int


@dataclass(frozen=True)
class RecordPage:
    """One page; ``next`` is the cursor of its last row, or None at the end of the list."""

    rows: Sequence[Row]
    next: RecordCursor | None


def fields_of(view: RecordView) -> tuple[str, ...]:
    """Return the names of all fields in a list, unless the caller asks for fewer."""
    return (*view.fields, ITEMS) if view is ORDERS else tuple(view.fields)


def fields_on_request(view: RecordView) -> tuple[str, ...]:
    """Return the names of the fields that are returned only if the caller names them."""
    return (AMOUNTS, RAW) if view is ORDERS else (RAW,)


def read_page(
    view: RecordView,
    store: Store,
    *,
    fields: Sequence[str],
    limit: int,
    after: RecordCursor | None = None,
    updated_since: datetime | None = None,
    equal: Mapping[str, Any] | None = None,
) -> RecordPage:
    """Return up to ``limit`` live records after the cursor ``after``, in the view's order.

    ``fields`` are names of the view, ``raw``, and for orders ``items`` and ``amounts``.
    ``equal`` maps field names to required values; None means no condition. Amounts have the
    decimals of the store's currency.
    """
    table = view.table
    names = [name for name in fields if name not in (ITEMS, AMOUNTS)]
    columns = [_read_as(view.field(name)) for name in names]
    query = table.select(table.remote_updated_at, table.remote_id, *columns).where(
        table.store == store, table.deleted_at.is_null()
    )
    for name, value in (equal or {}).items():
        if value is not None:
            query = query.where(view.is_equal(name, value))
    if updated_since is not None:
        query = query.where(table.remote_updated_at >= updated_since)
    if after is not None:
        query = query.where(_is_after(view, after))
    order = (table.remote_updated_at, table.remote_id) if view.is_timed else (table.remote_id,)
    statement = query.order_by(*order).limit(limit + 1).sql()
    # Raw driver values: peewee's conversion of each value took most of the time.
    found: list[tuple[Any, ...]] = database.execute_sql(*statement).fetchall()
    has_more, found = len(found) > limit, found[:limit]
    currency = store.money_currency
    rows = _rows(view, names, found, currency)
    for name, read in ((ITEMS, items_of), (AMOUNTS, amount_documents)):
        if name in fields:
            parts = read(store.id, [row[1] for row in found])
            for row, key in zip(rows, found, strict=True):
                row[name] = spelled_amounts(parts.get(key[1], []), currency)
    return RecordPage(rows, _cursor(view, found[-1]) if has_more else None)


def read_record(
    view: RecordView, store: Store, remote_id: int, *, fields: Sequence[str]
) -> Row | None:
    """Return one live record, or None if the mirror has none."""
    page = read_page(view, store, fields=fields, limit=1, equal={"id": remote_id})
    return page.rows[0] if page.rows else None


def iter_records(view: RecordView, store: Store, *, fields: Sequence[str]) -> Iterator[Row]:
    """Yield all live records of the store, ordered by id, each once.

    Only one page is in memory at a time.
    """
    view, after = replace(view, is_timed=False), None
    while True:
        page = read_page(view, store, fields=fields, limit=EXPORT_PAGE, after=after)
        yield from page.rows
        if page.next is None:
            return
        after = page.next


def items_of(store_id: int, order_ids: Sequence[int]) -> dict[int, list[Row]]:
    """Return the items of these orders by order id, in their order."""
    if not order_ids:
        return {}
    rows: Any = (
        OrderItem.select()
        .where(OrderItem.store == store_id, in_values(OrderItem.order_id, order_ids))
        .order_by(OrderItem.order_id, OrderItem.position)
        .dicts()
    )
    found: dict[int, list[Row]] = {}
    for row in rows:
        shown = {name: row[column] for name, column in _ITEM_FIELDS.items()}
        found.setdefault(row["order_id"], []).append(shown)
    return found


_ITEM_FIELDS = {
    "id": "remote_id",
    **{
        name: name
        for name in (
            "product_id",
            "variation_id",
            "sku",
            "name",
            "quantity",
            "price",
            "coupon_amount",
        )
    },
}


def _rows(
    view: RecordView, names: Sequence[str], found: list[tuple[Any, ...]], currency: Currency
) -> list[Row]:
    wraps = [(name, _wrap_of(view.field(name), currency)) for name in names]
    return [
        {
            name: value if wrap is None else wrap(value)
            for (name, wrap), value in zip(wraps, row[2:], strict=True)
        }
        for row in found
    ]


def _wrap_of(field: Field, currency: Currency) -> Callable[[Any], Any] | None:
    """Return the conversion of a driver value to ours, or None if it needs none."""
    if isinstance(field, JSONField):
        return _as_raw
    if isinstance(field, MoneyField):
        return lambda units: None if units is None else currency.spelled(units * MONEY_UNIT)
    is_own = isinstance(field, UtcDateTimeField | BooleanField)
    return field.python_value if is_own else None


def _read_as(field: Field) -> Any:
    return field.cast("text") if isinstance(field, JSONField) else field


def _as_raw(text: str | None) -> Raw | None:
    return None if text is None else Raw(text.encode())


def _is_after(view: RecordView, cursor: RecordCursor) -> Expression:
    table = view.table
    is_after: Expression
    if not view.is_timed:
        is_after = table.remote_id > cursor.remote_id
        return is_after
    # A row value comparison, because the database can read it as an index range.
    updated_at = table.remote_updated_at
    at = updated_at.db_value(_EPOCH + cursor.micros * _MICROSECOND)
    is_after = Tuple(updated_at, table.remote_id) > Tuple(at, cursor.remote_id)
    return is_after


def _cursor(view: RecordView, row: tuple[Any, ...]) -> RecordCursor:
    updated_at: Any = view.table.remote_updated_at.python_value(row[0])
    return RecordCursor((updated_at - _EPOCH) // _MICROSECOND if view.is_timed else 0, row[1])
