"""Hold what the calls of every resource share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import requests

from portal.ecwid.errors import CallFacts, EcwidUnreadableError
from portal.ecwid.page import PAGE_LIMIT, Page, read_page
from portal.ecwid.transport import Params, Transport
from portal.ecwid.values import Record
from portal.errors import RecordError

Entity = dict[str, Any]


class Calls:
    """Send calls of one store; every method of it and of its heirs raises EcwidError subclasses."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    @property
    def store_id(self) -> int:
        """Return the number of the store that this client calls."""
        return self._transport.store_id

    @property
    def requests(self) -> int:
        """Return how many calls were sent so far, whatever came of them."""
        return self._transport.requests

    @property
    def received_bytes(self) -> int:
        """Return how many bytes of the answers' bodies have come over the wire so far."""
        return self._transport.received_bytes

    def _page(self, path: str, **params: str | int | None) -> Page:
        response = self._transport.get(path, {"limit": PAGE_LIMIT, **params})
        return read_page(self.store_id, path, response)

    def _entity(self, path: str, params: Params | None = None) -> Entity:
        return self._object("GET", path, params=params)

    def _create(self, path: str, body: Mapping[str, Any]) -> Entity:
        """Send a POST; the answer holds at least the new entity's id."""
        return self._object("POST", path, body=body)

    def _update(self, path: str, changes: Mapping[str, Any]) -> bool:
        """Send a PUT with some fields; return whether Ecwid says that something changed."""
        return bool(self._object("PUT", path, body=changes).get("updateCount"))

    def _deleted(self, path: str, since: datetime) -> Iterator[int]:
        """Yield the ids in a deletion history from ``since`` on, in as many calls as it needs."""
        offset = 0
        while True:
            page = self._page(path, from_date=seconds(since), offset=offset)
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
            raise self._unreadable(method, path, "the answer is no JSON object")
        return response

    def _unreadable(self, method: str, path: str, problem: str) -> EcwidUnreadableError:
        facts = CallFacts(self.store_id, method, path, requests.codes.ok)
        return EcwidUnreadableError(facts, problem)


def seconds(moment: datetime | None) -> int | None:
    """Return a time as the API takes it: Unix seconds."""
    return None if moment is None else int(moment.timestamp())
