"""Keyset pagination of rows: the last page of a long list costs as much as the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from peewee import AutoField, Field, ModelSelect

from portal.models import Table

PAGE_SIZE = 25

Row = TypeVar("Row", bound=Table)


@dataclass(frozen=True)
class KeyPage(Generic[Row]):
    """One page; ``earlier`` and ``later`` are None at the list's ends.

    ``earlier`` is the value of ``before`` for the page before this one, ``later`` the value of
    ``after`` for the page after it.
    """

    rows: Sequence[Row]
    earlier: int | None
    later: int | None


def page_by_key(
    query: ModelSelect[Row], key: AutoField, *, after: int | None, before: int | None
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
    return read_page(query, key, after=after, before=before)


def read_page(
    query: ModelSelect[Row],
    key: Field,
    *,
    after: int | None,
    before: int | None,
    size: int = PAGE_SIZE,
) -> KeyPage[Row]:
    """Return the first ``size`` rows of ``query``, which begins at the page.

    With ``before`` it is in reverse order, because it begins at the row before the next page.
    """
    found = list(query.limit(size + 1))
    has_more, rows = len(found) > size, found[:size]
    if before is not None:
        rows.reverse()
    if not rows:
        return KeyPage(rows, None, None)
    has_earlier = has_more if before is not None else after is not None
    has_later = before is not None or has_more
    return KeyPage(
        rows,
        getattr(rows[0], key.name) if has_earlier else None,
        getattr(rows[-1], key.name) if has_later else None,
    )
