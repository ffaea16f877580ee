"""Read the pagination cursor and the search text of a list from the URL."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, request

from portal.services.records.cursor_pagination import CursorError, PageCursor
from portal.web.plain_text import plain_text
from portal.web.url_converters import key_in

SEARCH_LIMIT = 200


@dataclass(frozen=True)
class ListQuery:
    """Search text and page of a list of mirrored records."""

    search: str
    after: PageCursor | None
    before: PageCursor | None

    @classmethod
    def from_request(cls) -> ListQuery:
        """Return the query of the current request; respond with 404 if a cursor is malformed."""
        search = plain_text(request.args.get("q"), SEARCH_LIMIT)
        return cls(search, cursor_in_query("after"), cursor_in_query("before"))


def cursor_in_query(name: str) -> PageCursor | None:
    """Return a pagination cursor, None if the URL has none; respond with 404 if it is malformed."""
    text = request.args.get(name)
    if text is None:
        return None
    try:
        return PageCursor.read(text)
    except CursorError:
        abort(404)


def id_param(name: str) -> int | None:
    """Return a row ID, None if the URL has none; respond with 404 if it is malformed."""
    text = request.args.get(name)
    if text is None:
        return None
    found = key_in(text)
    if found is None:
        abort(404)
    return found
