"""Offer every REST call the product needs, for one store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import requests

from portal.ecwid.page import PAGE_LIMIT, Page, read_page
from portal.ecwid.transport import Transport
from portal.ecwid.values import Record
from portal.errors import CallFacts, EcwidUnreadableError, RecordError


class EcwidClient:
    """Call the REST API of one store; every method raises EcwidError subclasses.

    Source: Ecwid REST API v3 (docs.ecwid.com/api-reference).
    """

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

    def profile(self, *, extended: bool = False) -> dict[str, Any]:
        """Return the store's profile; ``extended`` adds billing, if that scope was granted."""
        params = {"showExtendedInfo": "true"} if extended else None
        return self._entity("/profile", params)

    def latest_stats(self) -> dict[str, Any]:
        """Return when each resource of the store last changed: the cheap change detector."""
        return self._entity("/latest-stats", {"productCountRequired": "true"})

    def products(
        self,
        *,
        sort_by: str,
        offset: int = 0,
        updated_from: datetime | None = None,
        updated_to: datetime | None = None,
    ) -> Page:
        """Return one page of up to 100 products with their variations.

        The times are sent as Unix seconds; ``updated_from`` is included, ``updated_to`` is not.
        """
        return self._page(
            "/products",
            sortBy=sort_by,
            offset=offset,
            updatedFrom=_seconds(updated_from),
            updatedTo=_seconds(updated_to),
        )

    def products_by_id(self, product_ids: Sequence[int]) -> Page:
        """Return those of at most 100 products that exist; an absent one was perhaps deleted."""
        if len(product_ids) > PAGE_LIMIT:
            raise ValueError(f"at most {PAGE_LIMIT} products can be asked for at once")
        if not product_ids:
            # Ecwid reads an empty list as no filter, and would answer with the whole catalogue.
            return Page(total=0, offset=0, limit=PAGE_LIMIT, items=[])
        return self._page("/products", productId=",".join(map(str, product_ids)))

    def product(self, product_id: int) -> dict[str, Any]:
        """Return one product; EcwidNotFoundError means that it was deleted."""
        return self._entity(f"/products/{product_id}")

    def deleted_products(self, *, since: datetime) -> Iterator[int]:
        """Yield the ids in the deletion history from ``since`` on, in as many calls as it needs."""
        path, offset = "/products/deleted", 0
        while True:
            page = self._page(path, from_date=_seconds(since), offset=offset)
            try:
                yield from [Record("deletions", item).identity() for item in page.items]
            except RecordError as error:
                facts = CallFacts(self.store_id, "GET", path, requests.codes.ok)
                raise EcwidUnreadableError(facts, str(error)) from error
            if page.is_last:
                return
            offset += len(page.items)

    def categories(self, *, offset: int = 0) -> Page:
        """Return one page of up to 100 categories, hidden ones included."""
        return self._page("/categories", offset=offset, hidden_categories="true")

    def category(self, category_id: int) -> dict[str, Any]:
        """Return one category; EcwidNotFoundError means that it was deleted."""
        return self._entity(f"/categories/{category_id}")

    def webhooks(self) -> Page:
        """Return the store's own webhook registrations, where the endpoint exists."""
        return self._page("/webhooks")

    def create_webhook(self, url: str, events: Sequence[str]) -> None:
        """Ask for ``events`` to be sent to ``url``."""
        self._transport.call("POST", "/webhooks", body={"url": url, "events": list(events)})

    def delete_webhook(self, webhook_id: int) -> None:
        """Remove one registration."""
        self._transport.call("DELETE", f"/webhooks/{webhook_id}")

    def _page(self, path: str, **params: str | int | None) -> Page:
        answer = self._transport.get(path, {"limit": PAGE_LIMIT, **params})
        return read_page(self.store_id, path, answer)

    def _entity(self, path: str, params: dict[str, str] | None = None) -> dict[str, Any]:
        answer = self._transport.get(path, params)
        if not isinstance(answer, dict):
            facts = CallFacts(self.store_id, "GET", path, requests.codes.ok)
            raise EcwidUnreadableError(facts, "the answer is no JSON object")
        return answer


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())
