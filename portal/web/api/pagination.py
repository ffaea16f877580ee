"""Keyset pagination of records, with filters, related records and a selection of fields."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from flask import request, url_for

from portal.models import Store
from portal.rules.channels.product_selection import FeedReason
from portal.rules.outbound_webhooks.outbound_payload import rfc3339
from portal.services.channels.sale_terms import catalog_terms_of
from portal.services.records.included_records import include_records, needed_fields
from portal.services.records.list_queries import ListQuery, RecordCursor, sort_of
from portal.services.records.list_records import count_records, read_page
from portal.services.records.read_records import (
    LARGEST_ID,
    Row,
    deleted_at,
    left_selection_at,
    read_by_ids,
)
from portal.services.records.record_views import DELETED_AT, RecordView, offered_view
from portal.web.api.authentication import current_consent
from portal.web.api.list_parameters import (
    included_names,
    list_query,
    requested_ids,
    selected_fields,
)
from portal.web.api.problems import ProblemError
from portal.web.api.responses import ApiResponse

# Microseconds from the Unix epoch to the years 1 and 9999.
_EARLIEST, _LATEST = -62_135_596_800_000_000, 253_402_300_799_999_999
_CURSOR = re.compile(r"(?:(-?[a-z_]+):)?(-?\d{1,18})-(\d{1,19})", re.ASCII)


def list_records(view: RecordView, store: Store, query: Any) -> ApiResponse:
    """Return a page of the store's records by the parameters of the call."""
    view = offered_view(view, catalog_terms_of(current_consent()))
    fields, included = selected_fields(view, query.fields), included_names(view, query)
    if query.include_deleted:
        fields = (*fields, DELETED_AT)
    read = needed_fields(view, fields, included)
    ids = requested_ids(view, query)
    if ids is not None:
        found = read_by_ids(view, store, ids, fields=read, include_deleted=query.include_deleted)
        rows = include_records(view, store, list(found.values()), fields, included)
        missing = [remote_id for remote_id in ids if remote_id not in found]
        return page_response(rows, None, {"missing": missing})
    wanted = list_query(view, query)
    sort = sort_of(view, wanted)
    after = decode_cursor(query.after, sort)
    page = read_page(view, store, wanted, fields=read, limit=query.limit, after=after)
    rows = include_records(view, store, page.rows, fields, included)
    more = _count(view, store, wanted) if query.count else {}
    return page_response(rows, page.next and encode_cursor(page.next, sort), more)


def get_record(view: RecordView, store: Store, remote_id: int, query: Any) -> Row:
    """Return one record; respond with 410 if it is deleted, 404 if the mirror never had it.

    A record that has left the channel's product selection is 410, too; one that never was in it
    is 404.
    """
    view = offered_view(view, catalog_terms_of(current_consent()))
    fields, included = selected_fields(view, query.fields), included_names(view, query)
    read = needed_fields(view, fields, included)
    row = read_by_ids(view, store, [remote_id], fields=read).get(remote_id)
    if row is None:
        if at := deleted_at(view, store, remote_id):
            detail = f"The {view.name} {remote_id} was deleted at {rfc3339(at)}."
            raise ProblemError("gone", detail, more={"deleted_at": rfc3339(at)})
        if left := left_selection_at(view, store, remote_id):
            detail = f"The {view.name} {remote_id} left your product selection at {rfc3339(left)}."
            facts = {"deleted_at": rfc3339(left), "reason": FeedReason.LEFT_SELECTION.value}
            raise ProblemError("gone", detail, more=facts)
        raise ProblemError("not_found", f"The store has no {view.name} {remote_id}.")
    (complete,) = include_records(view, store, [row], fields, included)
    return complete


def page_response(
    rows: Sequence[Any], after: str | None, more: Mapping[str, Any] | None = None
) -> ApiResponse:
    """Return a page with its next cursor in the body and in a `Link` header (RFC 8288)."""
    headers = {}
    if after is not None:
        place = {**(request.view_args or {}), **request.args.to_dict(), "after": after}
        address = url_for(str(request.endpoint), **place, _external=True)
        headers["Link"] = f'<{address}>; rel="next"'
    return ApiResponse({"items": rows, "next": after, **(more or {})}, headers=headers)


def encode_cursor(place: RecordCursor, sort: str = "") -> str:
    """Return an opaque pagination cursor for a position in a list of this order."""
    order = f"{sort}:" if sort else ""
    text = f"{order}{place.micros}-{place.remote_id}"
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def cursor_after_row(row_key: int | None) -> str | None:
    """Return the cursor after a row of a list ordered by row ID; None at the end of the list."""
    return None if row_key is None else encode_cursor(RecordCursor(0, row_key))


def decode_cursor(cursor: str | None, sort: str = "") -> RecordCursor | None:
    """Decode a cursor; respond with 422 if no page of a list of this order can have issued it."""
    if cursor is None:
        return None
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except ValueError:
        text = ""
    found = _CURSOR.fullmatch(text)
    place = RecordCursor(int(found[2]), int(found[3])) if found else None
    if place is None or not _EARLIEST <= place.micros <= _LATEST or place.remote_id > LARGEST_ID:
        detail = "Send the `next` value of the previous page unchanged."
        raise ProblemError("invalid", detail, field="after", reason="invalid_cursor")
    if found is not None and (found[1] or "") != sort:
        detail = "The cursor belongs to a list in another order. Send the same parameters again."
        raise ProblemError("invalid", detail, field="after", reason="invalid_cursor")
    return place


def _count(view: RecordView, store: Store, wanted: ListQuery) -> dict[str, Any]:
    found = count_records(view, store, wanted)
    return {"count": {"value": found.value, "is_exact": found.is_exact}}
