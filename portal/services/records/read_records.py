"""Reading of mirrored records for the API and exports, without model instances.

Only the requested columns are read. JSON columns are returned as stored, without decoding. A page
of 100 records takes a few milliseconds, however far back it is; details that are derived from the
record as Ecwid sent it cost about a tenth of a millisecond a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from msgspec import Raw
from peewee import SQL, BooleanField, Expression, Field, JSONField

from portal.models import Store, database
from portal.models.bulk import in_values
from portal.models.fields import MONEY_UNIT, MoneyField, UtcDateTimeField
from portal.rules.orders.pricing import Currency
from portal.rules.records.json_values import decode_record
from portal.services.records.derived_fields import StoredRecord
from portal.services.records.record_views import DELETED_AT, RAW, RecordView
from portal.services.records.selected_records import left_at

LARGEST_ID = 2**63 - 1
QUANTITY = "quantity"
EXPORT_PAGE = 500

Row = dict[str, Any]


def fields_of(view: RecordView) -> tuple[str, ...]:
    """Return the names of all fields in a list, unless the caller asks for fewer."""
    hidden = {*view.fields, *view.on_request}
    return (*view.fields, *(name for name in view.batched if name not in hidden))


def fields_on_request(view: RecordView) -> tuple[str, ...]:
    """Return the names of the fields that are returned only if the caller names them."""
    return (*view.on_request, RAW)


def read_record(
    view: RecordView, store: Store, remote_id: int, *, fields: Sequence[str]
) -> Row | None:
    """Return one live record, or None if the mirror has none."""
    return read_by_ids(view, store, [remote_id], fields=fields).get(remote_id)


def read_by_ids(
    view: RecordView,
    store: Store,
    remote_ids: Sequence[int],
    *,
    fields: Sequence[str],
    include_deleted: bool = False,
) -> dict[int, Row]:
    """Return the live ones of these records by id, in the order of ``remote_ids``.

    With ``include_deleted``, the deleted ones, too.
    """
    if not remote_ids:
        return {}
    table = view.table
    live = () if include_deleted else (table.deleted_at.is_null(),)
    where = (table.store == store, *live, in_values(table.remote_id, remote_ids))
    found = dict(read_rows(view, store, fields, where))
    return {remote_id: found[remote_id] for remote_id in remote_ids if remote_id in found}


def deleted_at(view: RecordView, store: Store, remote_id: int) -> datetime | None:
    """Return when the record was deleted; None if it is live, unknown or not in the view."""
    table = view.table
    found_by = (table.matching(store.id, [remote_id]), *view.conditions)
    row = table.select(table.deleted_at).where(*found_by).first()
    found: datetime | None = row and row.deleted_at
    return found


def left_selection_at(view: RecordView, store: Store, remote_id: int) -> datetime | None:
    """Return when the record left the channel's selection; None if it is in it or never was."""
    return left_at(view.table, view.terms.selection_id, store.id, remote_id)


def iter_pages(
    view: RecordView, store: Store, *, fields: Sequence[str], after: int | None = None
) -> Iterator[tuple[int, Sequence[Row]]]:
    """Yield all live records of the store in pages, ordered by id, with the last id of each page.

    The first page has the records after the id ``after``, or all of them.
    """
    table, last = view.table, -LARGEST_ID if after is None else after
    while True:
        where = (table.store == store, table.deleted_at.is_null(), table.remote_id > last)
        found = read_rows(view, store, fields, where, order=(table.remote_id,), limit=EXPORT_PAGE)
        if found:
            last = found[-1][0]
            yield last, [row for _, row in found]
        if len(found) < EXPORT_PAGE:
            return


def read_rows(
    view: RecordView,
    store: Store,
    fields: Sequence[str],
    where: Sequence[Expression | SQL],
    *,
    order: Sequence[Any] = (),
    limit: int | None = None,
) -> list[tuple[int, Row]]:
    """Return the ids and the fields of the view's records that meet all conditions."""
    table = view.table
    batched = [name for name in fields if name in view.batched]
    columns = {*view.fields, DELETED_AT}.difference(view.batched)
    names = [name for name in fields if name in columns]
    needs_raw = bool(batched) or RAW in fields
    query = table.select(
        table.remote_id,
        *([table.raw.cast("text")] if needs_raw else []),
        *(_read_as(view.field(name)) for name in names),
    ).where(*where, *view.conditions)
    query = query.order_by(*order) if order else query
    # Raw driver values: peewee's conversion of each value took most of the time.
    found = database.execute_sql(*query.limit(limit).sql()).fetchall()
    first = 2 if needs_raw else 1
    currency = store.money_currency
    wraps = [(name, _wrap_of(view.field(name), currency)) for name in names]
    rows = [
        {
            name: value if wrap is None else wrap(value)
            for (name, wrap), value in zip(wraps, row[first:], strict=True)
        }
        for row in found
    ]
    if view.terms.stock_buffer and QUANTITY in names:
        for row in rows:
            row[QUANTITY] = view.terms.left(row[QUANTITY])
    if batched and view.derive_batch is not None:
        records = [StoredRecord(row[0], decode_record(row[1])) for row in found]
        for row, values in zip(rows, view.derive_batch(store, records, batched), strict=True):
            row.update(values)
    if RAW in fields:
        for row, values in zip(rows, found, strict=True):
            row[RAW] = Raw(values[1].encode())
    return [
        # In the order in which the caller names the fields.
        (each[0], {name: row[name] for name in fields})
        for each, row in zip(found, rows, strict=True)
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
