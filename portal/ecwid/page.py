"""Hold one page of a list answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import requests

from portal.ecwid.errors import CallFacts, EcwidUnreadableError
from portal.ecwid.values import Record
from portal.errors import RecordError

PAGE_LIMIT = 100


@dataclass(frozen=True)
class Page:
    """Hold the items of one page and what the envelope says of the whole list."""

    total: int
    offset: int
    limit: int
    items: list[dict[str, Any]]

    @property
    def is_last(self) -> bool:
        """Tell whether the list ends here: Ecwid never sends a short page in the middle."""
        return len(self.items) < self.limit

    @property
    def remaining(self) -> int:
        """Return how many records the list has behind this page."""
        return max(0, self.total - self.offset - len(self.items))

    @property
    def ids(self) -> list[int | None]:
        """Return the id of each item, None for one that tells none."""
        return [_id_of(item) for item in self.items]


def response_fields(fields: Sequence[str]) -> str | None:
    """Return how to ask for a page whose items have these fields alone; None for all of them."""
    return f"total,count,offset,limit,items({','.join(fields)})" if fields else None


def read_page(store_id: int, path: str, response: Any) -> Page:
    """Return the page in ``response``; raise EcwidUnreadableError if it hasn't a list's envelope."""
    facts = CallFacts(store_id, "GET", path, requests.codes.ok)
    if not isinstance(response, dict) or not isinstance(response.get("items"), list):
        raise EcwidUnreadableError(facts, "the answer has no list of items")
    envelope = Record("lists", response)
    try:
        total, offset, limit = map(envelope.integer, ("total", "offset", "limit"))
    except RecordError as error:
        raise EcwidUnreadableError(facts, f"the list's {error.field} {error.problem}") from error
    # A limit below zero would make every page look like one with more to come.
    if total is None or min(total, offset or 0, limit or 0) < 0:
        raise EcwidUnreadableError(facts, "the list's envelope makes no sense")
    return Page(total, offset or 0, limit or PAGE_LIMIT, response["items"])


def _id_of(item: Any) -> int | None:
    try:
        return Record("lists", item).identity()
    except RecordError:
        return None
