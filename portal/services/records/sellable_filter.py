"""Condition of a list that the channel that reads can sell a record, or that it can't.

This depends on the channel's rules of sale, its stock buffer and its pause of selling, so no column
has it, and another channel gets another list. The function that makes the field ``sellable`` of a
record decides, for the records that meet all other conditions. After `CHECK_LIMIT` of them the page
ends, even if it isn't full; its cursor continues.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from portal.models.bulk import chunked
from portal.rules.records.offered_records import SELLABLE
from portal.services.records.list_queries import RecordCursor
from portal.services.records.list_statements import ListStatements
from portal.services.records.read_records import Row, read_by_ids

# The most records that are checked for a page, and how many of them are read at once. The first
# ones are as many as the page needs: usually most of them match.
CHECK_LIMIT, CHECKED_AT_ONCE = 1_000, 250


def next_sellable(
    statements: ListStatements, *, wanted: bool, limit: int, after: RecordCursor | None
) -> tuple[list[RecordCursor], RecordCursor | None]:
    """Return the keys of up to ``limit`` matches after the cursor, and where the list goes on.

    The second value is None at the end of the list.
    """
    if statements.view.terms.is_selling_paused:
        # Nothing can be sold, whatever the records are like.
        return ([], None) if wanted else statements.next_matches(limit, after)
    candidates, end = statements.next_matches(CHECK_LIMIT, after)
    found = _matches(statements, candidates, wanted=wanted, first=limit + 1)
    matches = list(islice(found, limit + 1))
    if len(matches) > limit:
        return matches[:limit], matches[limit - 1]
    return matches, end


def count_sellable(statements: ListStatements, *, wanted: bool) -> tuple[int, bool]:
    """Return the number of matches among the first `CHECK_LIMIT` records, and whether it is all."""
    if statements.view.terms.is_selling_paused and wanted:
        return 0, True
    candidates, end = statements.next_matches(CHECK_LIMIT, None)
    return sum(1 for _ in _matches(statements, candidates, wanted=wanted)), end is None


def fields_to_check(fields: Sequence[str]) -> tuple[str, ...]:
    """Return the fields to read so that `drop_changed` can check the records again."""
    return tuple(dict.fromkeys((*fields, SELLABLE)))


def drop_changed(rows: Sequence[Row], *, wanted: bool) -> list[Row]:
    """Return the records without those that have changed between the check and the reading."""
    return [row for row in rows if row[SELLABLE]["is_sellable"] is wanted]


def _matches(
    statements: ListStatements,
    candidates: Sequence[RecordCursor],
    *,
    wanted: bool,
    first: int = CHECKED_AT_ONCE,
) -> Iterator[RecordCursor]:
    """Yield the keys of the matches; reads no more records than the caller needs."""
    for keys in (candidates[:first], *chunked(candidates[first:], CHECKED_AT_ONCE)):
        rows = read_by_ids(
            statements.view,
            statements.store,
            [key.remote_id for key in keys],
            fields=(SELLABLE,),
            include_deleted=not statements.live,
        )
        matching = {key for key, row in rows.items() if row[SELLABLE]["is_sellable"] is wanted}
        yield from (key for key in keys if key.remote_id in matching)
