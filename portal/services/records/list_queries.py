"""Conditions, order and position of one page of a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from peewee import Expression, Field

from portal.services.records.record_filters import BY_CREATION, BY_ID, BY_UPDATE, LIST_RULES
from portal.services.records.record_views import RecordView


class RecordCursor(NamedTuple):
    """Pagination cursor: the last record of a page; ``micros`` is 0 in lists by id alone."""

    micros: int
    remote_id: int


class TimeRange(NamedTuple):
    """Bounds of a time; ``until`` is excluded."""

    since: datetime | None = None
    until: datetime | None = None

    def conditions(self, column: Field) -> list[Expression]:
        """Return the conditions that a column is in the range."""
        found: list[Expression] = []
        if self.since is not None:
            found.append(column >= self.since)
        if self.until is not None:
            found.append(column < self.until)
        return found


ANY_TIME = TimeRange()


@dataclass(frozen=True)
class ListQuery:
    """Conditions of a list by parameter, and its order, such as ``-created_at``.

    A filter with the value None is no condition, neither is ``sellable``: whether the channel that
    reads can sell the record. Without ``sort`` the list has its default order. With
    ``include_deleted`` it has deleted records, too.
    """

    filters: Mapping[str, Any] = field(default_factory=dict)
    updated: TimeRange = ANY_TIME
    created: TimeRange = ANY_TIME
    sort: str | None = None
    include_deleted: bool = False
    sellable: bool | None = None


def sort_of(view: RecordView, query: ListQuery) -> str:
    """Return the list's order.

    By default a list is in the order of changes, which is the one to follow them. A list of orders
    by creation time or by a status is in the order of creation, which has an index for these.
    """
    if query.sort is not None:
        return query.sort
    rules = LIST_RULES[view.name]
    if not rules.times:
        return BY_ID
    listed = any(
        query.filters.get(name) is not None and each.is_listed
        for name, each in rules.filters.items()
    )
    is_by_creation = (listed or query.created != ANY_TIME) and query.updated == ANY_TIME
    return BY_CREATION if is_by_creation and BY_CREATION in rules.times else BY_UPDATE
