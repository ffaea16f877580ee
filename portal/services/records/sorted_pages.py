"""Pages of a sorted and filtered list, each of a bounded cost.

- If an index finds at most 5,000 records for the text or a filter, all of these are checked and
  sorted. Then the page knows its position, and how many records match.
- Otherwise the index of the list's order is read, and the conditions are checked on the records of
  each step. After `SCAN_LIMIT` records the page ends, even if it isn't full; a link continues.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from portal.models import MirrorTable, Store
from portal.models.list_keys import ListKey
from portal.models.search_lookup import has_parts
from portal.rules.records.json_values import decode_record
from portal.rules.records.search_text import required_parts
from portal.services.records.cursor_pagination import PAGE_SIZE, CursorError
from portal.services.records.match_conditions import MatchConditions
from portal.services.records.record_lists import ListConditions, ListOrder, RecordList
from portal.services.records.text_search import SCAN_LIMIT, find_matches

# The first records of a scan; usually they fill the page.
FIRST_SCAN = 500
# A check decodes the stored record, which takes a tenth of a millisecond.
CHECKED_SCAN, CHECKED_AT_ONCE = 200, 100


@dataclass(frozen=True)
class ListPage:
    """One page; ``earlier`` and ``later`` are cursors, None at the ends of the list.

    ``checked`` is how many records were checked if the page ended early, else None. ``matches`` is
    the number of all matches, and ``first`` the position of the first row, from 1; both are None
    if they aren't known.
    """

    rows: Sequence[Any]
    earlier: str | None = None
    later: str | None = None
    checked: int | None = None
    matches: int | None = None
    first: int | None = None


class SortedList:
    """Matching records of one store's list in its order."""

    def __init__(
        self, store: Store, table: type[MirrorTable], order: ListOrder, wanted: MatchConditions
    ) -> None:
        self.store_id, self.table = store.id, table
        in_range = wanted.ranges.get(order.index.value)
        self.order = order if in_range is None else order.narrowed(in_range)
        self._wanted, self._checks = wanted, wanted.checks
        self._conditions = list(wanted.conditions)

    @classmethod
    def of(cls, store: Store, listed: RecordList, wanted: ListConditions) -> SortedList:
        """Return the list with these conditions in their order."""
        order = listed.orders[wanted.order or next(iter(listed.orders))]
        return cls(store, listed.table, order, listed.match_conditions(store.id, wanted))

    def page(self, *, after: str | None = None, before: str | None = None) -> ListPage:
        """Return the page after or before a cursor, or the first one; raise CursorError."""
        cursor = self._read_cursor(after if before is None else before)
        found = self._known_keys()
        if found is not None and not self._checks:
            return self._page_of(found, cursor, is_before=before is not None)
        keys, end, checked = self._scan(found, cursor, PAGE_SIZE + 1, is_before=before is not None)
        has_more, keys = len(keys) > PAGE_SIZE, keys[:PAGE_SIZE]
        further = str_of(keys[-1]) if has_more else end and str_of(end)
        back = str_of(keys[0]) if keys and cursor is not None else None
        if before is not None:
            keys.reverse()
            further, back = back, further
        stopped = None if has_more or end is None else checked
        return ListPage(self.rows(keys), earlier=back, later=further, checked=stopped)

    def iter_keys(self, after: str | None, size: int) -> Iterator[tuple[list[ListKey], str]]:
        """Yield all keys after a cursor in steps, each with the cursor of its end.

        A step may have fewer keys than ``size``, or none.
        """
        cursor, found = self._read_cursor(after), self._known_keys()
        while True:
            keys, end, _ = self._scan(found, cursor, size)
            if end is None and len(keys) < size:
                if keys:
                    yield keys, str_of(keys[-1])
                return
            cursor = keys[-1] if end is None else end
            yield keys, str_of(cursor)

    def rows(self, keys: Sequence[ListKey]) -> list[Any]:
        """Return the records of these keys in their order, without their long raw JSON."""
        if not keys:
            return []
        ids = [key.remote_id for key in keys]
        query = self.table.select(*self.table.listed_fields()).where(
            self.table.matching(self.store_id, ids), self.table.deleted_at.is_null()
        )
        found = {row.remote_id: row for row in query}
        return [found[remote_id] for remote_id in ids if remote_id in found]

    def _read_cursor(self, text: str | None) -> ListKey | None:
        if text is None:
            return None
        remote_id, _, value = text.partition("~")
        try:
            key = ListKey(self.order.index.read_value(value), int(remote_id))
        except (ValueError, OverflowError) as error:
            raise CursorError(text) from error
        if not 0 < key.remote_id < 2**63:
            raise CursorError(text)
        return key

    def _known_keys(self) -> list[ListKey] | None:
        """Return the sorted keys of the records that an index finds and that meet the conditions.

        None if it finds too many to sort, or if no index finds them.
        """
        ids = self._candidate_ids()
        if ids is None:
            return None
        keys = self._matching(self.order.index.keys_of(self.store_id, ids) if ids else [])
        return sorted(keys, reverse=self.order.is_descending)

    def _candidate_ids(self) -> list[int] | None:
        if self._wanted.text:
            parts = required_parts(self._wanted.text)
            ids = find_matches(self.table, self.store_id, parts)
            if ids is not None:
                return ids
            self._conditions.append(has_parts(self.table, parts))
        return self._wanted.find_by_index()

    def _page_of(
        self, keys: Sequence[ListKey], cursor: ListKey | None, *, is_before: bool
    ) -> ListPage:
        start = 0
        if cursor is not None and is_before:
            start = max(0, self._place(keys, cursor, is_after=False) - PAGE_SIZE)
        elif cursor is not None:
            start = self._place(keys, cursor)
        shown = keys[start : start + PAGE_SIZE]
        has_later = start + PAGE_SIZE < len(keys)
        return ListPage(
            self.rows(shown),
            earlier=str_of(shown[0]) if shown and start > 0 else None,
            later=str_of(shown[-1]) if has_later else None,
            matches=len(keys),
            first=start + 1,
        )

    def _place(self, keys: Sequence[ListKey], cursor: ListKey, *, is_after: bool = True) -> int:
        """Return the position of the first key after the cursor, or of the cursor."""
        if not self.order.is_descending:
            return (bisect_right if is_after else bisect_left)(keys, cursor)
        return len(keys) - (bisect_left if is_after else bisect_right)(keys[::-1], cursor)

    def _next_keys(
        self, known: Sequence[ListKey] | None, cursor: ListKey | None, size: int, *, is_before: bool
    ) -> list[ListKey]:
        """Return the next keys of the known ones, or of the index of the list's order."""
        if known is None:
            way = self.order.is_descending is not is_before
            index = self.order.index
            return index.next_keys(self.store_id, cursor, is_descending=way, limit=size)
        if is_before:
            end = len(known) if cursor is None else self._place(known, cursor, is_after=False)
            return list(reversed(known[max(0, end - size) : end]))
        start = 0 if cursor is None else self._place(known, cursor)
        return list(known[start : start + size])

    def _scan(
        self,
        known: Sequence[ListKey] | None,
        cursor: ListKey | None,
        wanted: int,
        *,
        is_before: bool = False,
    ) -> tuple[list[ListKey], ListKey | None, int]:
        """Return up to ``wanted`` matching keys, where the scan stopped early, and its length."""
        limit, size = (CHECKED_SCAN, CHECKED_AT_ONCE) if self._checks else (SCAN_LIMIT, FIRST_SCAN)
        if not self._checks and (known is not None or not self._conditions):
            size = wanted
        found, checked = list[ListKey](), 0
        while checked < limit:
            size = min(size, limit - checked)
            keys = self._next_keys(known, cursor, size, is_before=is_before)
            checked += len(keys)
            found += keys if known is not None and not self._checks else self._matching(keys)
            if len(found) >= wanted or len(keys) < size:
                return found[:wanted], None, checked
            cursor, size = keys[-1], _next_size(len(found), wanted, checked)
        return found, cursor, checked

    def _matching(self, keys: Sequence[ListKey]) -> list[ListKey]:
        """Return the keys whose records meet all conditions."""
        if not keys or not (self._conditions or self._checks):
            return list(keys)
        table, matching = self.table, set[int]()
        text = [table.raw.cast("text").alias("text")] if self._checks else []
        rows: Any = table.select(table.remote_id, *text).where(
            table.matching(self.store_id, [key.remote_id for key in keys]), *self._conditions
        )
        for remote_id, *texts in rows.tuples():
            record = decode_record(texts[0]) if texts else {}
            if all(check(record) for check in self._checks):
                matching.add(remote_id)
        return [key for key in keys if key.remote_id in matching]


def _next_size(found: int, wanted: int, checked: int) -> int:
    """Return how many records to check next, so that the page is probably full then.

    It is thrice the number that matches as frequent as before need; without any, all that is left.
    """
    if not found:
        return SCAN_LIMIT
    return max(FIRST_SCAN, 3 * (wanted - found) * checked // found)


def str_of(key: ListKey) -> str:
    """Return the cursor of a key for a URL."""
    return f"{key.remote_id}~{key.value}"
