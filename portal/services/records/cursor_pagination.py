"""Pagination of mirrored records by a time and the record's id, newest first.

Every page costs the same, because each is an index scan from its cursor. A scan that checks other
conditions on each record stops after a limited number of records; the page says how far it came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from peewee import Expression, Field, ModelSelect, Tuple, fn

from portal.models import MirrorTable
from portal.models.fields import from_micros, to_micros
from portal.services.pagination import read_page

PAGE_SIZE = 50


Row = TypeVar("Row", bound=MirrorTable)


class CursorError(ValueError):
    """The text is not a valid pagination cursor."""


@dataclass(frozen=True)
class PageCursor:
    """Pagination cursor: a record's position in a list by time, newest first."""

    at: datetime
    remote_id: int

    @classmethod
    def of(cls, row: MirrorTable, field: Field) -> PageCursor:
        """Return the cursor of ``row`` in a list by the time ``field``."""
        return cls(getattr(row, field.name), row.remote_id)

    @classmethod
    def read(cls, text: str) -> PageCursor:
        """Return the cursor from a URL; raise CursorError if the text is invalid."""
        micros, _, remote_id = text.partition("-")
        try:
            return cls(from_micros(int(micros)), _key(remote_id))
        except (ValueError, OverflowError) as error:
            raise CursorError(text) from error

    def __str__(self) -> str:
        """Return the cursor's text for a URL."""
        return f"{to_micros(self.at)}-{self.remote_id}"


@dataclass(frozen=True)
class MirrorPage(Generic[Row]):
    """One page; ``earlier`` and ``later`` are None at the ends of the list.

    ``later`` leads to older records, ``earlier`` back to newer ones. ``searched_to`` is where the
    search stopped early, or None; one of the cursors then continues it. ``matches`` is the number
    of records that match on all pages, or None if they are too many to be counted.
    """

    rows: Sequence[Row]
    earlier: PageCursor | None
    later: PageCursor | None
    searched_to: datetime | None = None
    matches: int | None = None


def page_by_time(
    query: ModelSelect[Row],
    table: type[Row],
    field: Field,
    *,
    after: PageCursor | None = None,
    before: PageCursor | None = None,
    is_selective: bool = False,
) -> MirrorPage[Row]:
    """Return a page of the query's results.

    ``after`` is the last record of the previous page, ``before`` the first of the next page.
    ``is_selective`` says that the query lists the records' ids. They are then read by key and
    sorted; otherwise SQLite would scan all records in their order to find them.
    """
    column = fn.COALESCE(field, field) if is_selective else field
    cursor = before or after
    if cursor is not None:
        columns = Tuple(column, table.remote_id)
        values = Tuple(field.db_value(cursor.at), cursor.remote_id)
        query = query.where(columns < values if before is None else columns > values)
    if before is not None:
        query = query.order_by(column, table.remote_id)
    else:
        query = query.order_by(column.desc(), table.remote_id.desc())
    page = read_page(
        query, lambda row: PageCursor.of(row, field), after=after, before=before, size=PAGE_SIZE
    )
    return MirrorPage(page.rows, page.earlier, page.later)


def page_by_scan(
    query: ModelSelect[Row],
    scan: ModelSelect[Row],
    table: type[Row],
    field: Field,
    *,
    limit: int,
    after: PageCursor | None = None,
    before: PageCursor | None = None,
) -> MirrorPage[Row]:
    """Return a page of the query's results among the next ``limit`` records of ``scan``.

    ``scan`` has only those of the query's conditions that an index answers.
    """
    end = _scan_end(scan, table, field, limit, after, before)
    if end is not None:
        columns, values = _pairs(table, field, end)
        # The negation of is_later_than, which no database could read as the end of an index range.
        query = query.where(columns >= values if before is None else columns <= values)
    page = page_by_time(query, table, field, after=after, before=before)
    is_full = (page.later if before is None else page.earlier) is not None
    if end is None or is_full:
        return page
    if before is not None:
        return replace(page, earlier=end, searched_to=end.at)
    return replace(page, later=end, searched_to=end.at)


def _scan_end(
    scan: ModelSelect[Row],
    table: type[Row],
    field: Field,
    limit: int,
    after: PageCursor | None,
    before: PageCursor | None,
) -> PageCursor | None:
    """Return the last record that this scan may read, None if the scan ends before the limit."""
    scan = scan.select(field, table.remote_id)
    if before is not None:
        scan = scan.where(is_earlier_than(table, field, before)).order_by(field, table.remote_id)
    else:
        if after is not None:
            scan = scan.where(is_later_than(table, field, after))
        scan = scan.order_by(field.desc(), table.remote_id.desc())
    last = scan.offset(limit - 1).limit(1).first()
    return None if last is None else PageCursor.of(last, field)


def is_later_than(table: type[MirrorTable], field: Field, cursor: PageCursor) -> Expression:
    """Return the condition for records after a cursor in the list."""
    columns, values = _pairs(table, field, cursor)
    later: Expression = columns < values
    return later


def is_earlier_than(table: type[MirrorTable], field: Field, cursor: PageCursor) -> Expression:
    """Return the condition for records before a cursor in the list."""
    columns, values = _pairs(table, field, cursor)
    earlier: Expression = columns > values
    return earlier


def _pairs(table: type[MirrorTable], field: Field, cursor: PageCursor) -> tuple[Any, Any]:
    """Return both sides of a row value comparison, which is read as one index range."""
    values = Tuple(field.db_value(cursor.at), cursor.remote_id)
    return Tuple(field, table.remote_id), values


def _key(text: str) -> int:
    number = int(text)
    if not 0 < number < 2**63:
        raise ValueError(text)
    return number
