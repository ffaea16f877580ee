"""Cut lists of mirrored records into pages by a time and the record's id, the latest first.

A page far back costs what the first one costs: each is a walk along an index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from peewee import Expression, Field, ModelSelect, Tuple, fn

from portal.models import MirrorTable

PAGE_SIZE = 50

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Row = TypeVar("Row", bound=MirrorTable)


class CursorError(ValueError):
    """The text is no place in a list."""


@dataclass(frozen=True)
class PageCursor:
    """Hold a record's place in a list: by its time, the latest first."""

    at: datetime
    remote_id: int

    @classmethod
    def of(cls, row: MirrorTable, field: Field) -> PageCursor:
        """Return the place of ``row`` in a list by the time ``field``."""
        return cls(getattr(row, field.name), row.remote_id)

    @classmethod
    def read(cls, text: str) -> PageCursor:
        """Return the place that an address names; raise CursorError for anything else."""
        micros, _, remote_id = text.partition("-")
        try:
            return cls(_EPOCH + int(micros) * _MICROSECOND, _key(remote_id))
        except (ValueError, OverflowError) as error:
            raise CursorError(text) from error

    def __str__(self) -> str:
        """Return the place as an address names it."""
        return f"{(self.at - _EPOCH) // _MICROSECOND}-{self.remote_id}"


@dataclass(frozen=True)
class MirrorPage(Generic[Row]):
    """Hold one page; ``earlier`` and ``later`` are None at the ends of the list.

    ``later`` leads to records of longer ago, ``earlier`` back to the more recent.
    """

    rows: Sequence[Row]
    earlier: PageCursor | None
    later: PageCursor | None


def page_by_time(
    query: ModelSelect[Row],
    table: type[Row],
    field: Field,
    *,
    after: PageCursor | None = None,
    before: PageCursor | None = None,
    is_selective: bool = False,
) -> MirrorPage[Row]:
    """Return a page of what ``query`` finds.

    ``after`` names the last record of the page before, ``before`` the first of the page behind.
    ``is_selective``: the query names the records, so they are read by their keys and then sorted; SQLite
    would go through all records in their order, and wait for these.
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
    found = list(query.limit(PAGE_SIZE + 1))
    has_more, rows = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if before is not None:
        rows.reverse()
    if not rows:
        return MirrorPage(rows, None, None)
    has_earlier = has_more if before is not None else after is not None
    has_later = True if before is not None else has_more
    return MirrorPage(
        rows,
        PageCursor.of(rows[0], field) if has_earlier else None,
        PageCursor.of(rows[-1], field) if has_later else None,
    )


def is_later_than(table: type[MirrorTable], field: Field, cursor: PageCursor) -> Expression:
    """Return the condition of what stands behind a place."""
    columns, values = _pairs(table, field, cursor)
    later: Expression = columns < values
    return later


def is_earlier_than(table: type[MirrorTable], field: Field, cursor: PageCursor) -> Expression:
    """Return the condition of what stands before a place."""
    columns, values = _pairs(table, field, cursor)
    earlier: Expression = columns > values
    return earlier


def _pairs(table: type[MirrorTable], field: Field, cursor: PageCursor) -> tuple[Any, Any]:
    """Return what is compared as one, for that is the range that the index is read in."""
    values = Tuple(field.db_value(cursor.at), cursor.remote_id)
    return Tuple(field, table.remote_id), values


def _key(text: str) -> int:
    number = int(text)
    if not 0 < number < 2**63:
        raise ValueError(text)
    return number
