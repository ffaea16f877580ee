"""Search of records by typed words, page by page: in any order, in any case, by parts of words.

The index returns all matches as long as they are few; they are sorted and paged. Of more matches,
it can't say which are the newest. Then the records are scanned in their order instead, and the text
of each is compared: frequent matches fill a page soon.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from peewee import Field

from portal.models.bulk import in_values
from portal.models.search_lookup import find_ids, has_parts
from portal.rules.records.search_text import required_parts
from portal.services.records.cursor_pagination import (
    MirrorPage,
    PageCursor,
    Row,
    page_by_scan,
    page_by_time,
)

# More matches than this are not listed by the index. Their number is not counted, either.
MATCH_LIMIT = 5_000
# The most records whose texts are compared for one page.
SCAN_LIMIT = 10_000


def find_matches(table: type[Row], store_id: int, parts: Sequence[str]) -> list[int] | None:
    """Return the ids of all live records that match, or None if they are more than `MATCH_LIMIT`.

    ``parts`` are `required_parts`; without any, no record matches.
    """
    found = find_ids(table, store_id, parts, MATCH_LIMIT + 1) if parts else []
    return None if len(found) > MATCH_LIMIT else found


def search_page(
    table: type[Row],
    store_id: int,
    typed: str,
    field: Field,
    *,
    after: PageCursor | None = None,
    before: PageCursor | None = None,
) -> MirrorPage[Row]:
    """Return a page of the store's live records, newest by the time ``field`` first.

    An empty ``typed`` lists all records; the page then has no number of matches.
    """
    of_store = table.select(*table.listed_fields()).where(table.store == store_id)
    live = of_store.where(table.deleted_at.is_null())
    if not typed:
        return page_by_time(live, table, field, after=after, before=before)
    parts = required_parts(typed)
    ids = find_matches(table, store_id, parts)
    if ids is None:
        matching = live.where(has_parts(table, parts))
        return page_by_scan(
            matching, of_store, table, field, limit=SCAN_LIMIT, after=after, before=before
        )
    if not ids:
        return MirrorPage([], None, None, matches=0)
    found = live.where(in_values(table.remote_id, ids))
    page = page_by_time(found, table, field, after=after, before=before, is_selective=True)
    return replace(page, matches=len(ids))
