"""Read what Ecwid lists by no ids: a page of what has changed since, or one record after the other.

A storm of events means that what they name has changed: so the list of changes since the oldest
of them holds it, a hundred a call. Old events, as of a replay, find little there: a call each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidNotFoundError
from portal.ecwid.page import PAGE_LIMIT, Page
from portal.errors import PortalError
from portal.models import WebhookEvent
from portal.models.bulk import in_values
from portal.services.event_processing.pending import Batch
from portal.services.sync.fetch_by_id import SINGLE_FETCH_LIMIT, Records

# A page must tell of so many, or reading them singly is as good.
MIN_MATCHES_PER_PAGE = 5
MAX_PAGES = 3
# The clocks of what stamps records and of what stamps events need not agree to the second.
CLOCK_SKEW = timedelta(seconds=1)


@dataclass
class PartialFetch:
    """Hold the part of a batch that was read, and what came of it; the rest waits for its turn.

    ``is_listed`` records come of a search, which may lag behind.
    """

    ids: list[int] = field(default_factory=list)
    found: Records = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    problem: PortalError | None = None
    is_listed: bool = False


@dataclass(frozen=True)
class ChangeList:
    """Hold how a page of changes since a moment is read, and how one record is."""

    page: Callable[[EcwidClient, datetime, int], Page]
    record: Callable[[EcwidClient, int], dict[str, Any]]

    def read(self, client: EcwidClient, batch: Batch) -> PartialFetch:
        """Return what can be read of the batch by one page, else by up to 20 calls."""
        if len(batch.entities) > MIN_MATCHES_PER_PAGE and (listed := self._listed(client, batch)):
            return PartialFetch(list(listed), list(listed.values()), is_listed=True)
        return self._fetch_singly(client, list(batch.entities)[:SINGLE_FETCH_LIMIT])

    def _listed(self, client: EcwidClient, batch: Batch) -> dict[int, dict[str, Any]]:
        """Return the records of the first page that tells of enough of the batch, by id.

        The pages before it are of the same second, and were read for the batch before.
        """
        since = _oldest_event_at(batch) - CLOCK_SKEW
        for number in range(MAX_PAGES):
            page = self.page(client, since, number * PAGE_LIMIT)
            listed = dict(zip(page.ids, page.items, strict=True))
            matched = {
                entities: listed[entities] for entities in batch.entities if entities in listed
            }
            if len(matched) >= MIN_MATCHES_PER_PAGE:
                return matched
            if page.is_last:
                break
        return {}

    def _fetch_singly(self, client: EcwidClient, ids: list[int]) -> PartialFetch:
        """Read one after the other up to the first that fails; that one alone has its problem."""
        part = PartialFetch()
        for entity_id in ids:
            try:
                part.found.append(self.record(client, entity_id))
            except EcwidNotFoundError:
                part.gone.append(entity_id)
            except PortalError as error:
                return part if part.ids else PartialFetch([entity_id], problem=error)
            part.ids.append(entity_id)
        return part


def _oldest_event_at(batch: Batch) -> datetime:
    ids = [events[0].id for events in batch.entities.values()]
    oldest: datetime = (
        WebhookEvent.select(WebhookEvent.event_created_at)
        .where(in_values(WebhookEvent.id, ids))
        .order_by(WebhookEvent.event_created_at)
        .limit(1)
        .scalar()
    )
    return oldest
