"""Answer lists of mirrored records: pages by key, what has changed, only the wanted fields."""

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
    read_page,
    read_record,
)
from portal.services.records.record_views import RAW, RecordView
from portal.web.api.problems import ProblemError
from portal.web.api.request_parsing import to_utc
from portal.web.api.responses import ApiResponse

PAGE_SIZE = 100
# Microseconds to the end of the year 9999.
_LATEST = 253_402_300_799_999_999
_CURSOR = re.compile(r"(\d{1,18})-(\d{1,19})", re.ASCII)

Limit = Annotated[
    int, Meta(ge=1, le=PAGE_SIZE, description="How many records a page holds at most.")
]
After = Annotated[str, Meta(max_length=99, description="The `next` of the page before.")] | None
UpdatedSince = (
    Annotated[
        datetime,
        Meta(
            tz=True,
            description="Only what has changed at the store since this moment. Ask with some "
            "minutes of overlap: a change may arrive here later than one that was made after it.",
        ),
    ]
    | None
)
Fields = (
    Annotated[
        str,
        Meta(
            description="Names of the fields to answer, separated by commas; `id` always is. "
            "`raw`, the record as Ecwid sent it, is answered only if it is named.",
            max_length=500,
            examples=["id,name,price"],
        ),
    ]
    | None
)


class FieldsQuery(Struct, forbid_unknown_fields=True):
    """Say how much of a record is wanted."""

    fields: Fields = None


class PageQuery(Struct, forbid_unknown_fields=True):
    """Say which page of a list is wanted."""

    limit: Limit = PAGE_SIZE
    after: After = None
    fields: Fields = None


class ChangesQuery(Struct, forbid_unknown_fields=True):
    """Say which page of a list is wanted, and since when its records have changed."""

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
    """Return a page of the store's live records; ``equal`` says what fields must be."""
    page = read_page(
        view,
        store.id,
        fields=selected_fields(view, query.fields),
        limit=query.limit,
        after=decode_cursor(query.after),
        updated_since=updated_since and to_utc(updated_since, "updated_since"),
        equal=equal,
    )
    return page_response(page.rows, page.next and encode_cursor(page.next))


def get_record(view: RecordView, store: Store, remote_id: int, query: FieldsQuery) -> Row:
    """Return one live record; answer 404 if the mirror has no such."""
    fields = selected_fields(view, query.fields)
    row = read_record(view, store.id, remote_id, fields=fields)
    if row is None:
        raise ProblemError("not_found", f"The store has no {view.name} {remote_id}.")
    return row


def page_response(rows: Sequence[Any], after: str | None) -> ApiResponse:
    """Return a page; where it goes on stands in the body and, as RFC 8288 has it, in a header."""
    headers = {}
    if after is not None:
        place = {**(request.view_args or {}), **request.args.to_dict(), "after": after}
        address = url_for(str(request.endpoint), **place, _external=True)
        headers["Link"] = f'<{address}>; rel="next"'
    return ApiResponse({"items": rows, "next": after}, headers=headers)


def selected_fields(view: RecordView, text: str | None) -> Sequence[str]:
    """Return the named fields, ``id`` first; answer 422 for a name that isn't one."""
    known = fields_of(view)
    if text is None:
        return known
    names = [name.strip() for name in text.split(",")]
    unknown = [name for name in names if name not in known and name != RAW]
    if unknown:
        detail = f"There is no field {unknown[0]!r}; there are {', '.join((*known, RAW))}."
        raise ProblemError("invalid", detail, field="fields")
    return list(dict.fromkeys(("id", *names)))


def encode_cursor(place: RecordCursor) -> str:
    """Return a place as callers see it: a text that means nothing to them."""
    return urlsafe_b64encode(f"{place.micros}-{place.remote_id}".encode()).decode().rstrip("=")


def cursor_after_row(row_key: int | None) -> str | None:
    """Return the place of a row in a list by its own key; None at the list's end."""
    return None if row_key is None else encode_cursor(RecordCursor(0, row_key))


def decode_cursor(cursor: str | None) -> RecordCursor | None:
    """Return the place that a cursor names; answer 422 if we never gave out such."""
    if cursor is None:
        return None
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except ValueError:
        text = ""
    found = _CURSOR.fullmatch(text)
    place = RecordCursor(int(found[1]), int(found[2])) if found else None
    if place is None or place.micros > _LATEST or place.remote_id > LARGEST_ID:
        raise ProblemError(
            "invalid", "Give the `next` of a page as it was answered.", field="after"
        )
    return place
