"""Change feed over all stores of a key."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from portal.models import ApiKey, database
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.records.feed_cursor import FeedCursor, FeedCursorError, FeedPosition
from portal.services.channels.reach import record_uses
from portal.services.channels.sale_terms import selections_of
from portal.services.records.feed_resources import (
    FEED_SOURCES,
    RESOURCE_OF_TABLE,
    readable_stores,
    records_of,
)
from portal.services.records.read_change_feed import (
    CursorExpiredError,
    FeedEntry,
    FeedPage,
    feed_end,
    read_feed,
    stores_changed_after,
)
from portal.web.api import feed_schemas
from portal.web.api.authentication import current_key, key_rate_limit
from portal.web.api.endpoints import endpoint
from portal.web.api.feed_schemas import PRESENT_END, FeedQuery
from portal.web.api.problems import ProblemError
from portal.web.api.responses import ApiResponse
from portal.web.runtime import current_runtime
from portal.web.server.parking import TooManyParkedError, park

READ_SCOPES = frozenset({KeyScope.READ_CATALOG, KeyScope.READ_ORDERS})


@endpoint(
    "GET",
    "/changes",
    tag="Changes",
    scope=None,
    limit=key_rate_limit,
    query=FeedQuery,
    responses={200: feed_schemas.ChangePage},
    problems=("scope_missing", "not_found", "cursor_expired", "too_many_waiting"),
)
def list_changes(query: FeedQuery) -> ApiResponse:
    """List changes of all stores of the key, in the order of their commits.

    Each change of a product, variation, category, coupon, order or customer is in the feed once, at
    a place that no later change comes before. Catalog records require the scope `read_catalog`,
    orders and customers the scope `read_orders`. To keep a copy, take the cursor of `after=now`,
    read the lists in full, and then read the changes after the cursor.
    """
    key = current_key()
    readable = _readable(key, query)
    if query.after == PRESENT_END:
        end = feed_end(readable)
        return ApiResponse(_page_body(key, FeedPage((), end, has_more=False), query, end))
    after = _read_cursor(query.after)
    try:
        page = read_feed(
            readable,
            after,
            limit=query.limit,
            keep=_kept_for(),
            mirror_table=query.resource and FEED_SOURCES[query.resource].mirror_table,
            selections=selections_of(key.channel_id),
        )
    except CursorExpiredError as error:
        raise ProblemError(
            "cursor_expired",
            f"This cursor can't be continued: {error}. Take the cursor of after=now, and read the "
            "lists in full.",
        ) from error
    if not page.entries and not page.has_more and after.stores == page.next.stores:
        _wait_for_change(key, query.wait, page, readable)
    record_uses(key, {entry.store_id for entry in page.entries})
    return ApiResponse(_page_body(key, page, query, after))


def _wait_for_change(key: ApiKey, wait_s: int, page: FeedPage, store_ids: Iterable[int]) -> None:
    """Let the server repeat this call after a change or after ``wait_s``; return if it is over."""
    try:
        park(
            wait_s,
            owner=(key.channel_id, key.mode),
            look=_look,
            since=page.next.position,
            topics=frozenset(store_ids),
        )
    except TooManyParkedError as error:
        raise ProblemError("too_many_waiting", headers={"Retry-After": "5"}) from error


def _look(since: FeedPosition) -> tuple[FeedPosition, frozenset[int]]:
    """Look for all calls that wait, in a thread of the server without a request."""
    with database.connection_context():
        return stores_changed_after(since)


def _readable(key: ApiKey, query: FeedQuery) -> dict[int, tuple[str, ...]]:
    """Return what the key may read; respond with 403 if it lacks the scope, 404 to its store."""
    scope = None if query.resource is None else FEED_SOURCES[query.resource].scope
    wanted = READ_SCOPES if scope is None else {scope}
    if not wanted.intersection(key.scopes):
        raise ProblemError("scope_missing", "This key has no scope to read these records.")
    readable = readable_stores(key)
    if query.store is None:
        return readable
    if query.store not in readable:
        raise ProblemError("not_found", "This key has no access to a store with this ID.")
    return {query.store: readable[query.store]}


def _read_cursor(text: str) -> FeedCursor:
    try:
        return FeedCursor.read(text)
    except FeedCursorError as error:
        detail = "Send `now`, or the `next` or a `sequence` of an earlier page unchanged."
        raise ProblemError("invalid", detail, field="after", reason="invalid_cursor") from error


def _kept_for() -> timedelta:
    return timedelta(days=current_runtime().settings.tombstone_days)


def _page_body(key: ApiKey, page: FeedPage, query: FeedQuery, after: FeedCursor) -> dict[str, Any]:
    records = records_of(key, page.entries) if query.include else None
    items = []
    for entry in page.entries:
        item = _item(entry)
        if records is not None:
            item["record"] = records.get((entry.store_id, entry.mirror_table, entry.remote_id))
        items.append(item)
    return {
        "items": items,
        "next": str(page.next),
        "has_more": page.has_more,
        "stores_changed": after.stores != page.next.stores,
    }


def _item(entry: FeedEntry) -> dict[str, Any]:
    return {
        "sequence": str(entry.cursor),
        "store_id": entry.store_id,
        "resource": RESOURCE_OF_TABLE[entry.mirror_table],
        "id": entry.remote_id,
        "operation": entry.operation,
        "reason": entry.reason,
        "changed_fields": entry.changed_fields,
        "at": entry.at,
    }
