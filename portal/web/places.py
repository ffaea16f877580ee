"""Read from addresses what part of a list of mirrored records is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, request, url_for

from portal.services.records.mirror_pages import MirrorPage, Place, PlaceError
from portal.web.plain_text import plain_text

SEARCH_LIMIT = 200


@dataclass(frozen=True)
class ListQuery:
    """Hold the words that are searched for, and behind or before which record the page lies."""

    search: str
    after: Place | None
    before: Place | None

    @classmethod
    def of_request(cls) -> ListQuery:
        """Return what the request asks for; answer 404 to a place that is none."""
        search = plain_text(request.args.get("q"), SEARCH_LIMIT)
        return cls(search, place_in_query("after"), place_in_query("before"))

    def neighbours(self, store_id: int, page: MirrorPage[Any]) -> dict[str, str | None]:
        """Return the addresses of the pages beside ``page``, None at the ends of the list."""

        def address(**place: Any) -> str:
            return url_for(".index", store_id=store_id, q=self.search or None, **place)

        return {
            "earlier": address(before=page.earlier) if page.earlier else None,
            "later": address(after=page.later) if page.later else None,
        }


def place_in_query(name: str) -> Place | None:
    """Return the place that the page begins behind; answer 404 to anything else."""
    text = request.args.get(name)
    if text is None:
        return None
    try:
        return Place.read(text)
    except PlaceError:
        abort(404)
