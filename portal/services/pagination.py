"""Keyset pagination of rows: the last page of a long list costs as much as the first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from peewee import AutoField, ModelSelect

from portal.models import Table

PAGE_SIZE = 25

Item = TypeVar("Item")
Cursor = TypeVar("Cursor")
Row = TypeVar("Row", bound=Table)


@dataclass(frozen=True)
class Page(Generic[Item, Cursor]):
    """One page; ``earlier`` and ``later`` are None at the list's ends.

    ``earlier`` is the value of ``before`` for the page before this one, ``later`` the value of
    ``after`` for the page after it.
    """

    rows: Sequence[Item]
    earlier: Cursor | None
    later: Cursor | None


KeyPage = Page[Row, int]


def page_by_key(
    query: ModelSelect[Row],
    key: AutoField,
    *,
    after: int | None,
    before: int | None,
    size: int = PAGE_SIZE,
) -> KeyPage[Row]:
    """Return the page after the key ``after``, or the page before ``before``, or the first one.

    The newest row, with the largest key, comes first.
    """
    if before is not None:
        query = query.where(key > before).order_by(key)
    elif after is not None:
        query = query.where(key < after).order_by(key.desc())
    else:
        query = query.order_by(key.desc())

    def key_of(row: Row) -> int:
        found: int = getattr(row, key.name)
        return found

    return read_page(query, key_of, after=after, before=before, size=size)


def read_page(
    query: ModelSelect[Row],
    cursor_of: Callable[[Row], Cursor],
    *,
    after: Cursor | None,
    before: Cursor | None,
    size: int = PAGE_SIZE,
) -> Page[Row, Cursor]:
    """Return the first ``size`` rows of ``query``, which begins at the page.

    With ``before`` it is in reverse order, because it begins at the row before the next page.
    """
    found = list(query.limit(size + 1))
    has_more, rows = len(found) > size, found[:size]
    if before is not None:
        rows.reverse()
    if not rows:
        return Page(rows, None, None)
    has_earlier = has_more if before is not None else after is not None
    has_later = before is not None or has_more
    return Page(
        rows,
        cursor_of(rows[0]) if has_earlier else None,
        cursor_of(rows[-1]) if has_later else None,
    )
