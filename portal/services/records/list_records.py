"""Lists of mirrored records for the API: filtered, in several orders, page by page.

Two ways to read a page, each of a bounded cost:

- The records with a selective value, such as a SKU, are found by its index and sorted here.
- Otherwise the index in the list's order is scanned, and the conditions are checked on each record,
  also whether it is deleted. After `SCAN_LIMIT` records the page ends, even if it isn't full; its
  cursor continues the scan.

Whether a channel can sell a record is in no column: see `sellable_filter`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from portal.models import Store
from portal.services.records.list_queries import ListQuery, RecordCursor
from portal.services.records.list_statements import COUNT_LIMIT, ListStatements
from portal.services.records.read_records import Row, read_by_ids
from portal.services.records.record_views import RecordView
from portal.services.records.sellable_filter import (
    count_sellable,
    drop_changed,
    fields_to_check,
    next_sellable,
)


@dataclass(frozen=True)
class RecordPage:
    """One page; ``next`` is the cursor of its end, or None at the end of the list."""

    rows: Sequence[Row]
    next: RecordCursor | None


class RecordCount(NamedTuple):
    """Number of records; if it isn't exact, there are at least so many."""

    value: int
    is_exact: bool


def read_page(
    view: RecordView,
    store: Store,
    query: ListQuery,
    *,
    fields: Sequence[str],
    limit: int,
    after: RecordCursor | None = None,
) -> RecordPage:
    """Return up to ``limit`` records after the cursor ``after``, in the query's order.

    With a condition on ``sellable`` the records have this field, too.
    """
    statements = ListStatements(view, store, query)
    if query.sellable is None:
        keys, end = statements.next_matches(limit, after)
        return RecordPage(_rows_of(statements, keys, fields), end)
    keys, end = next_sellable(statements, wanted=query.sellable, limit=limit, after=after)
    rows = _rows_of(statements, keys, fields_to_check(fields))
    return RecordPage(drop_changed(rows, wanted=query.sellable), end)


def count_records(view: RecordView, store: Store, query: ListQuery) -> RecordCount:
    """Return the number of records that meet the query's conditions.

    It is exact if the records to check are at most `COUNT_LIMIT`, and for a list without
    conditions. With a condition on ``sellable``, at most `sellable_filter.CHECK_LIMIT`.
    """
    statements = ListStatements(view, store, query)
    if query.sellable is not None:
        return RecordCount(*count_sellable(statements, wanted=query.sellable))
    is_all = not statements.filters and not statements.ranges and not view.conditions
    if is_all and not query.include_deleted:
        return RecordCount(view.table.live_count(store.id), is_exact=True)
    matches = statements.count_matches()
    is_exact = len(matches) <= COUNT_LIMIT
    return RecordCount(sum(map(bool, matches[:COUNT_LIMIT])), is_exact)


def _rows_of(
    statements: ListStatements, keys: Sequence[RecordCursor], fields: Sequence[str]
) -> list[Row]:
    view, store, ids = statements.view, statements.store, [key.remote_id for key in keys]
    rows = read_by_ids(view, store, ids, fields=fields, include_deleted=not statements.live)
    return list(rows.values())
