"""Keyset pagination of mirrored records, with filters by update time and a selection of fields."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from flask import request, url_for
from msgspec import Meta, Struct

from portal.models import Store
from portal.services.records.read_records import (
    LARGEST_ID,
    RecordCursor,
    Row,
    fields_of,
    fields_on_request,
    read_page,
    read_record,
)
from portal.services.records.record_views import RecordView
from portal.web.api.problems import ProblemError
from portal.web.api.request_parsing import to_utc
from portal.web.api.responses import ApiResponse

PAGE_SIZE = 100
# Microseconds until the end of the year 9999.
_LATEST = 253_402_300_799_999_999
_CURSOR = re.compile(r"(\d{1,18})-(\d{1,19})", re.ASCII)

Limit = Annotated[int, Meta(ge=1, le=PAGE_SIZE, description="Maximum number of records per page.")]
After = (
    Annotated[str, Meta(max_length=99, description="The `next` value of the previous page.")] | None
)
UpdatedSince = (
    Annotated[
        datetime,
        Meta(
            tz=True,
            description="Return only records that changed in the store since this time. Overlap "
            "your calls by about ten minutes: changes don't always arrive in order.",
        ),
    ]
    | None
)
Fields = (
    Annotated[
        str,
        Meta(
            description="Comma-separated names of the fields to return. `id` is always returned. "
            "`raw`, the record as Ecwid sent it, and an order's `amounts` are returned only if you "
            "name them.",
            max_length=500,
            examples=["id,name,price"],
        ),
    ]
    | None
)


class FieldsQuery(Struct, forbid_unknown_fields=True):
    """Query of an endpoint that returns one record."""

    fields: Fields = None


class PageQuery(Struct, forbid_unknown_fields=True):
    """Query of a list that has no update times."""

    limit: Limit = PAGE_SIZE
    after: After = None
    fields: Fields = None


class ChangesQuery(Struct, forbid_unknown_fields=True):
    """Query of a list that can be filtered by update time."""

    limit: Limit = PAGE_SIZE
    after: After = None
    updated_since: UpdatedSince = None
    fields: Fields = None


def list_records(
    view: RecordView,
    store: Store,
    query: Any,
    *,
    updated_since: datetime | None = None,
    **equal: Any,
) -> ApiResponse:
    """Return a page of the store's undeleted records; ``equal`` filters by field values."""
    page = read_page(
        view,
        store,
        fields=selected_fields(view, query.fields),
        limit=query.limit,
        after=decode_cursor(query.after),
        updated_since=updated_since and to_utc(updated_since, "updated_since"),
        equal=equal,
    )
    return page_response(page.rows, page.next and encode_cursor(page.next))


def get_record(view: RecordView, store: Store, remote_id: int, query: FieldsQuery) -> Row:
    """Return one record; respond with 404 if the mirror doesn't have it or it is deleted."""
    fields = selected_fields(view, query.fields)
    row = read_record(view, store, remote_id, fields=fields)
    if row is None:
        raise ProblemError("not_found", f"The store has no {view.name} {remote_id}.")
    return row


def page_response(rows: Sequence[Any], after: str | None) -> ApiResponse:
    """Return a page with its next cursor in the body and in a `Link` header (RFC 8288)."""
    headers = {}
    if after is not None:
        place = {**(request.view_args or {}), **request.args.to_dict(), "after": after}
        address = url_for(str(request.endpoint), **place, _external=True)
        headers["Link"] = f'<{address}>; rel="next"'
    return ApiResponse({"items": rows, "next": after}, headers=headers)


def selected_fields(view: RecordView, text: str | None) -> Sequence[str]:
    """Return the selected fields, ``id`` first; respond with 422 to an unknown name."""
    known = fields_of(view)
    if text is None:
        return known
    names = [name.strip() for name in text.split(",")]
    selectable = (*known, *fields_on_request(view))
    unknown = [name for name in names if name not in selectable]
    if unknown:
        detail = f"Unknown field {unknown[0]!r}. Known fields: {', '.join(selectable)}."
        raise ProblemError("invalid", detail, field="fields")
    return list(dict.fromkeys(("id", *names)))


def encode_cursor(place: RecordCursor) -> str:
    """Return an opaque pagination cursor for a position."""
    return urlsafe_b64encode(f"{place.micros}-{place.remote_id}".encode()).decode().rstrip("=")


def cursor_after_row(row_key: int | None) -> str | None:
    """Return the cursor after a row of a list ordered by row ID; None at the end of the list."""
    return None if row_key is None else encode_cursor(RecordCursor(0, row_key))


def decode_cursor(cursor: str | None) -> RecordCursor | None:
    """Decode a pagination cursor; respond with 422 if the API can't have issued it."""
    if cursor is None:
        return None
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except ValueError:
        text = ""
    found = _CURSOR.fullmatch(text)
    place = RecordCursor(int(found[1]), int(found[2])) if found else None
    if place is None or place.micros > _LATEST or place.remote_id > LARGEST_ID:
        detail = "Send the `next` value of the previous page unchanged."
        raise ProblemError("invalid", detail, field="after")
    return place
