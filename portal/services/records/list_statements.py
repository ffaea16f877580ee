"""Statements of a list: each reads a limited number of records of one index."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_
from typing import Any

from peewee import SQL, Expression, Field, Tuple

from portal.models import Store, database
from portal.models.fields import from_micros, to_micros
from portal.services.records.list_queries import ListQuery, RecordCursor, sort_of
from portal.services.records.record_filters import (
    BY_CREATION,
    BY_UPDATE,
    DESCENDING,
    LIST_RULES,
    RecordFilter,
)
from portal.services.records.record_views import RecordView

# The most records that a page is searched in, and how many of them are read at first.
SCAN_LIMIT, FIRST_SCAN = 5_000, 500
# A selective value that more records have is no longer treated as one.
SELECTIVE_LIMIT = 2_000
# The most records that are counted.
COUNT_LIMIT = 10_000


class ListStatements:
    """Statements of one list."""

    def __init__(self, view: RecordView, store: Store, query: ListQuery) -> None:
        rules = LIST_RULES[view.name]
        sort = sort_of(view, query)
        self.view, self.store = view, store
        is_live: Expression = view.table.deleted_at.is_null()
        self.live: list[Expression] = [] if query.include_deleted else [is_live]
        self.is_descending = sort.startswith(DESCENDING)
        self.is_by_creation = sort.removeprefix(DESCENDING) == BY_CREATION
        self.time = rules.times.get(sort.removeprefix(DESCENDING))
        self.filters: dict[str, tuple[RecordFilter, Expression]] = {
            name: (each, each.condition(value))
            for name, each in rules.filters.items()
            if (value := query.filters.get(name)) is not None
        }
        self._values = query.filters
        self.ranges: list[tuple[Field, list[Expression]]] = []
        for name, bounds in ((BY_UPDATE, query.updated), (BY_CREATION, query.created)):
            if name in rules.times and (conditions := bounds.conditions(rules.times[name])):
                self.ranges.append((rules.times[name], conditions))

    @property
    def selective(self) -> str | None:
        """Return the name of the most selective filter, or None."""
        return next((name for name, (each, _) in self.filters.items() if each.is_selective), None)

    @property
    def listed(self) -> str | None:
        """Return the name of the filter whose index is in the list's order, or None."""
        return self._first_listed() if self.is_by_creation else None

    def conditions_to_check(self) -> list[Expression]:
        """Return the conditions that the index of the list's order doesn't answer."""
        return self._others(self.listed) + [
            condition
            for field, conditions in self.ranges
            if field is not self.time
            for condition in conditions
        ]

    def selective_keys(self, after: RecordCursor | None) -> list[RecordCursor] | None:
        """Return the keys of all matches after the cursor in the list's order.

        None if no filter is selective, or if too many records have its value to be sorted.
        """
        if self.selective is None:
            return None
        checked = [*self._others(self.selective), *(c for _, each in self.ranges for c in each)]
        rows = self._keys(checked, self._of_store(self.selective), SELECTIVE_LIMIT + 1)
        if len(rows) > SELECTIVE_LIMIT:
            return None
        keys = sorted((key for key, matches in rows if matches), reverse=self.is_descending)
        if after is None:
            return keys
        return [key for key in keys if (key < after if self.is_descending else key > after)]

    def next_matches(
        self, limit: int, after: RecordCursor | None
    ) -> tuple[list[RecordCursor], RecordCursor | None]:
        """Return the keys of up to ``limit`` matches after the cursor, and where the list goes on.

        The second value is None at the end of the list.
        """
        found = self.selective_keys(after)
        if found is None:
            return self.scan(limit, after)
        return found[:limit], found[limit - 1] if len(found) > limit else None

    def scan(
        self, limit: int, after: RecordCursor | None
    ) -> tuple[list[RecordCursor], RecordCursor | None]:
        """Return the keys of the next matches, and the cursor from which the list goes on."""
        checked, matches, left = self.conditions_to_check(), [], SCAN_LIMIT
        # Without conditions a page is full at once, unless records were deleted.
        size = FIRST_SCAN if checked or self.view.conditions else limit + 1
        while left > 0:
            size = min(size, left)
            rows = self._keys(checked, self._range(after), size, is_ordered=True)
            matches += [key for key, is_match in rows if is_match]
            if len(matches) > limit:
                return matches[:limit], matches[limit - 1]
            if len(rows) < size:
                return matches, None
            after = rows[-1][0]
            left -= size
            size = FIRST_SCAN if size < FIRST_SCAN else left
        return matches, after

    def count_matches(self) -> list[Any]:
        """Return for each record of the best index whether it matches; one more than the limit."""
        name = self.selective or self._first_listed()
        where, ranges = self._of_store(name), self.ranges
        if name is None and ranges:
            # The bounds of one time are a range of its index.
            where, ranges = [*where, *ranges[-1][1]], ranges[:-1]
        checked = [*self._others(name), *(c for _, each in ranges for c in each)]
        return [is_match for _, is_match in self._keys(checked, where, COUNT_LIMIT + 1)]

    def _first_listed(self) -> str | None:
        return next((name for name, (each, _) in self.filters.items() if each.is_listed), None)

    def _others(self, name: str | None) -> list[Expression]:
        return [condition for other, (_, condition) in self.filters.items() if other != name]

    def _of_store(self, name: str | None) -> list[Expression]:
        is_of_store: Expression = self.view.table.store == self.store
        if name is None:
            return [is_of_store]
        rule, _ = self.filters[name]
        return [is_of_store, rule.found_by_index(self.store.id, self._values[name])]

    def _range(self, after: RecordCursor | None) -> list[Expression]:
        """Return the conditions that the index of the list's order answers."""
        found = self._of_store(self.listed)
        for field, conditions in self.ranges:
            if field is self.time:
                found += conditions
        if after is not None:
            found.append(self._is_after(after))
        return found

    def _is_after(self, cursor: RecordCursor) -> Expression:
        remote_id = self.view.table.remote_id
        left, right = remote_id, cursor.remote_id
        if self.time is not None:
            at = self.time.db_value(from_micros(cursor.micros))
            # A row value comparison, because the database can read it as an index range.
            left, right = Tuple(self.time, remote_id), Tuple(at, cursor.remote_id)
        is_after: Expression = left < right if self.is_descending else left > right
        return is_after

    def _order(self) -> list[Any]:
        remote_id = self.view.table.remote_id
        columns = [remote_id] if self.time is None else [self.time, remote_id]
        return [column.desc() for column in columns] if self.is_descending else columns

    def _keys(
        self,
        checked: Sequence[Expression],
        where: Sequence[Expression],
        limit: int,
        *,
        is_ordered: bool = False,
    ) -> list[tuple[RecordCursor, Any]]:
        """Return the keys of records on an index, each with whether it meets all conditions.

        The conditions are results, not a part of the search, so that the number of records that are
        read is limited, and no database chooses another index for them.
        """
        table = self.view.table
        conditions: list[Any] = [*checked, *self.live, *self.view.conditions]
        matches = reduce(and_, conditions or [SQL("1 = 1")])
        query = table.select(self.time or table.remote_id, table.remote_id, matches).where(*where)
        query = query.order_by(*self._order()) if is_ordered else query
        rows = database.execute_sql(*query.limit(limit).sql()).fetchall()
        return [(self._cursor_of(time, remote_id), match) for time, remote_id, match in rows]

    def _cursor_of(self, time: Any, remote_id: int) -> RecordCursor:
        """Return the cursor after a record; ``time`` is the driver's value of the list's time."""
        if self.time is None:
            return RecordCursor(0, remote_id)
        at: Any = self.time.python_value(time)
        return RecordCursor(to_micros(at), remote_id)
