"""Base class of all resource clients: pages, single entities and deletion histories."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import requests

from portal.ecwid.errors import (
    CallFacts,
    EcwidNotFoundError,
    EcwidTooLargeError,
    EcwidUnreadableError,
)
from portal.ecwid.listed_records import ListedRecords, split_page
from portal.ecwid.response_json import decode_response
from portal.ecwid.transport import MAX_BODY_BYTES, READ_TIMEOUT_S, Params, Transport
from portal.ecwid.values import Columns, Record, known_ids
from portal.errors import RecordError

PAGE_LIMIT = 100
# Consecutive pages share a record, so a page of one record would never lead to the next one.
LEAST_LIMIT = 2
# A page that needs less than this part of the limits leaves room for twice as many records.
ROOMY = 1 / 4
ENVELOPE: Columns = tuple((name, Record.integer, name) for name in ("total", "offset", "limit"))

Entity = dict[str, Any]
Records = list[Entity]


@dataclass(frozen=True)
class Page:
    """One page of a list: its items, and the position and total that the envelope states."""

    total: int
    offset: int
    limit: int
    items: Sequence[Entity]

    @property
    def is_last(self) -> bool:
        """Return whether the list ends here: Ecwid never sends a short page in the middle."""
        return len(self.items) < self.limit

    @property
    def remaining(self) -> int:
        """Return how many records of the list follow this page."""
        return max(0, self.total - self.offset - len(self.items))

    @property
    def ids(self) -> list[int | None]:
        """Return the id of each item, None for an item without a readable one."""
        return known_ids(self.items)


def response_fields(fields: Sequence[str]) -> str | None:
    """Return the value of ``responseFields`` for a page with these fields only; None for all."""
    return f"total,count,offset,limit,items({','.join(fields)})" if fields else None


def read_page(body: bytes, facts: CallFacts) -> Page:
    """Return the page in a response; raise EcwidUnreadableError if it has no list envelope."""
    split = split_page(body)
    if split is None:
        return _read_odd_page(body, facts)
    page, records = split
    return _page(page.total, page.offset, page.limit, records, facts)


def _read_odd_page(body: bytes, facts: CallFacts) -> Page:
    response = decode_response(body, facts)
    if not isinstance(response, dict) or not isinstance(response.get("items"), list):
        raise EcwidUnreadableError(facts, "the response has no list of items")
    try:
        total, offset, limit = Record("lists", response).row(ENVELOPE).values()
    except RecordError as error:
        raise EcwidUnreadableError(facts, f"the list's {error.field} {error.problem}") from error
    return _page(total, offset, limit, ListedRecords(response["items"]), facts)


def _page(
    total: int | None, offset: int | None, limit: int | None, items: ListedRecords, facts: CallFacts
) -> Page:
    # With a negative limit no page would be the last one.
    if total is None or min(total, offset or 0, limit or 0) < 0:
        raise EcwidUnreadableError(facts, "the list's envelope makes no sense")
    return Page(total, offset or 0, limit or PAGE_LIMIT, items)


class Calls:
    """REST calls of one store; all methods, also of subclasses, raise EcwidError subclasses."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._page_limit = PAGE_LIMIT
        self._too_large: int | None = None

    @property
    def store_id(self) -> int:
        """Ecwid's id of the store that this client calls."""
        return self._transport.store_id

    @property
    def requests(self) -> int:
        """Return how many calls were sent so far, failed ones included."""
        return self._transport.requests

    @property
    def received_bytes(self) -> int:
        """Return how many bytes of response bodies were received so far."""
        return self._transport.received_bytes

    @property
    def calls_per_s(self) -> float:
        """Return the calls per second that the quota allows; infinity without a quota."""
        limiter = self._transport.rate_limiter
        return math.inf if limiter is None else limiter.calls_per_s

    @property
    def call_s(self) -> float | None:
        """Return how long this store's calls take on average; None if that is not known yet."""
        limiter = self._transport.rate_limiter
        return None if limiter is None else limiter.call_s

    def expect_bulk(self) -> None:
        """Announce so many calls that they can't be made one after the other."""
        self._transport.is_bulk = True

    @property
    def page_limit(self) -> int:
        """Return how many records a page may have: fewer than 100 if they were too large."""
        return self._page_limit

    @property
    def can_halve_pages(self) -> bool:
        """Return whether a page was too large, and fewer records may be asked for instead."""
        return self._too_large is not None and self._too_large > LEAST_LIMIT

    def start_at(self, page_limit: int) -> None:
        """Ask for pages of at most so many records, as an earlier client of the same list did."""
        self._page_limit = page_limit

    def page(self, path: str, **params: str | int | None) -> Page:
        """Return one page of a list with up to `page_limit` records.

        After EcwidTooLargeError the next pages have half as many.
        """
        limit, started_s = self._page_limit, time.monotonic()
        try:
            body, facts = self._transport.send("GET", path, params={"limit": limit, **params})
        except EcwidTooLargeError:
            self._halve(limit)
            raise
        if not params.get("responseFields"):
            self._grow(limit, len(body), time.monotonic() - started_s)
        page = read_page(body, facts)
        return replace(page, limit=min(page.limit, limit))

    def page_of_ids(self, path: str, records: int, **params: str) -> Page:
        """Return the existing ones of so many records, which ``params`` name, as one page."""
        try:
            sent = self._transport.send("GET", path, params={"limit": PAGE_LIMIT, **params})
        except EcwidTooLargeError:
            self._halve(records)
            raise
        return read_page(*sent)

    def _halve(self, limit: int) -> None:
        # Several threads may have asked for pages of this size: they halve it once.
        self._page_limit = max(LEAST_LIMIT, min(self._page_limit, limit // 2))
        self._too_large = min(self._too_large or limit, limit)

    def _grow(self, limit: int, body_bytes: int, seconds_taken: float) -> None:
        is_roomy = body_bytes < MAX_BODY_BYTES * ROOMY and seconds_taken < READ_TIMEOUT_S * ROOMY
        if is_roomy and self._too_large is None and limit == self._page_limit:
            self._page_limit = min(PAGE_LIMIT, 2 * limit)

    def entity(self, path: str, params: Params | None = None) -> Entity:
        """Return one JSON object."""
        return self._object("GET", path, params=params)

    def _create(self, path: str, body: Mapping[str, Any]) -> Entity:
        """Send a POST and return the response, which has at least the new entity's id."""
        return self._object("POST", path, body=body)

    def _update(self, path: str, changes: Mapping[str, Any]) -> bool:
        """Send a PUT with some fields; return whether Ecwid accepted it.

        Source: Ecwid's documentation of ``updateCount``: 1 if the update was successful, 0 if not.
        """
        return bool(self._object("PUT", path, body=changes).get("updateCount"))

    def deleted(self, path: str, since: datetime) -> Iterator[int]:
        """Yield the ids in a deletion history from ``since`` on, page by page."""
        offset = 0
        while True:
            page = self.page(path, from_date=seconds(since), offset=offset)
            try:
                yield from [Record("deletions", item).identity() for item in page.items]
            except RecordError as error:
                raise self._unreadable("GET", path, str(error)) from error
            if page.is_last:
                return
            offset += len(page.items)

    def _object(
        self, method: str, path: str, *, params: Params | None = None, body: Any = None
    ) -> Entity:
        response = self._transport.call(method, path, params=params, body=body)
        if not isinstance(response, dict):
            raise self._unreadable(method, path, "the response is not a JSON object")
        return response

    def _unreadable(self, method: str, path: str, problem: str) -> EcwidUnreadableError:
        facts = CallFacts(self.store_id, method, path, requests.codes.ok)
        return EcwidUnreadableError(facts, problem)


def fetch_each(read: Callable[[Any], Entity], ids: Iterable[Any]) -> tuple[Records, list[Any]]:
    """Return the existing records, and the ids for which Ecwid answers 404; one call per id."""
    found, gone = [], []
    for record_id in ids:
        try:
            found.append(read(record_id))
        except EcwidNotFoundError:
            gone.append(record_id)
    return found, gone


def seconds(moment: datetime | None) -> int | None:
    """Return a time as Unix seconds, the format of the API's time parameters."""
    return None if moment is None else int(moment.timestamp())
