"""List of all stores for operators, page by page in several orders, with totals."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from peewee import ModelSelect, fn

from portal.models import Store, StoreSummary, StoreSummaryProgress
from portal.rules.connection.health_word import DISCONNECTED_WORDS, IN_SYNC_WORDS, HealthWord
from portal.services.operator.store_filter import StoreFilter, StoreFilterError
from portal.services.operator.store_order import (
    StoreCursor,
    StoreCursorError,
    StoreOrder,
    in_order,
)
from portal.services.operator.store_rows import StoreRow, rows_of
from portal.services.pagination import Page, read_page

__all__ = [
    "StoreCursor",
    "StoreCursorError",
    "StoreFilter",
    "StoreFilterError",
    "StoreOrder",
    "StorePage",
    "StoreRow",
    "StoreTotals",
    "count_stores",
    "iter_rows",
    "list_stores",
    "summaries_as_of",
    "totals",
]

PAGE_SIZE = 25
# Rows read at once for a file.
FILE_PAGE_SIZE = 500


StorePage = Page[StoreRow, StoreCursor]


@dataclass(frozen=True)
class StoreTotals:
    """Numbers of stores by health word; words without stores are left out."""

    by_word: Mapping[HealthWord, int]

    @property
    def total(self) -> int:
        """Return the number of all stores."""
        return sum(self.by_word.values())

    @property
    def connected(self) -> int:
        """Return the number of stores that are not disconnected."""
        return self.total - self._count(DISCONNECTED_WORDS)

    @property
    def in_sync(self) -> int:
        """Return the number of stores in sync."""
        return self._count(IN_SYNC_WORDS)

    def _count(self, words: Collection[HealthWord]) -> int:
        return sum(count for word, count in self.by_word.items() if word in words)


def list_stores(
    wanted: StoreFilter,
    order: StoreOrder = StoreOrder.TROUBLE,
    *,
    after: StoreCursor | None = None,
    before: StoreCursor | None = None,
) -> StorePage:
    """Return the page after ``after``, or before ``before``, or the first one."""
    return _page(wanted, order, after=after, before=before, size=PAGE_SIZE)


def iter_rows(wanted: StoreFilter, order: StoreOrder) -> Iterator[Sequence[StoreRow]]:
    """Yield all matching stores in parts, reading one part at a time."""
    after: StoreCursor | None = None
    while True:
        page = _page(wanted, order, after=after, before=None, size=FILE_PAGE_SIZE)
        yield page.rows
        if page.later is None:
            return
        after = page.later


def count_stores(wanted: StoreFilter) -> int:
    """Return the number of stores that match the filter."""
    count: int = _matching(wanted, Store.id).count()
    return count


def totals() -> StoreTotals:
    """Return the numbers of all stores, worst word first."""
    query = StoreSummary.select(StoreSummary.word, fn.COUNT(1)).group_by(StoreSummary.word)
    rows: Any = query.tuples()
    counts = {HealthWord(word): count for word, count in rows}
    return StoreTotals({word: counts[word] for word in HealthWord if word in counts})


def summaries_as_of() -> datetime | None:
    """Return the time that no summary is older than; None until all stores were summarized."""
    progress = StoreSummaryProgress.get_or_none()
    return None if progress is None else progress.as_of


def _page(
    wanted: StoreFilter,
    order: StoreOrder,
    *,
    after: StoreCursor | None,
    before: StoreCursor | None,
    size: int,
) -> StorePage:
    query = _matching(
        wanted,
        StoreSummary,
        Store.id,
        Store.name,
        Store.url,
        Store.state,
        Store.plan_name,
        Store.plan_level,
        Store.connected_at,
    )
    ordered = in_order(query, order, after=after, before=before)
    page = read_page(ordered, partial(StoreCursor.of, order), after=after, before=before, size=size)
    return StorePage(rows_of(page.rows), page.earlier, page.later)


def _matching(wanted: StoreFilter, *columns: Any) -> ModelSelect[Any]:
    return wanted.apply(StoreSummary.select(*columns).join(Store))
