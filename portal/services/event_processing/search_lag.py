"""Look again at what a search may not know yet: Ecwid's lists lag behind its records for seconds.

A list by ids is a search, too. An event that comes at once would be applied with the record as it
was before, and nobody would look again. The record itself, read by its own path, has no lag.
Source: the tests of Ecwid's own Kotlin client poll searches for up to 15 seconds after a change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidNotFoundError
from portal.models import WebhookEvent
from portal.models.bulk import in_values
from portal.services.event_processing.fetch_changed import CLOCK_SKEW
from portal.services.event_processing.pending import Batch
from portal.services.sync.fetch_by_id import Records
from portal.services.sync.sources import Source

SEARCH_LAG = timedelta(seconds=20)
# So many of a batch are read by their own paths at once; more wait until the search knows them.
REFETCH_LIMIT = 5


@dataclass(frozen=True)
class SearchableSource:
    """Hold which list is searched, and how a listed record is read by its own path."""

    source: Source
    read: Callable[[EcwidClient, Any], dict[str, Any]]

    def lagging(self, batch: Batch, found: Records, read_at: datetime) -> set[int]:
        """Return the entities that were found older than the event that tells of their change.

        Only of events that came just now: the search knows of what is longer ago.
        """
        reported_at = _recent_event_times(batch, read_at)
        if not reported_at:
            return set()
        updated = {self.source.id_of(item): self.source.updated_at(item) for item in found}
        return {
            entity_id
            for entity_id, created_at in reported_at.items()
            if (at := updated.get(entity_id)) is not None and at + CLOCK_SKEW < created_at
        }

    def refetch(
        self, client: EcwidClient, found: Records, lagging: set[int]
    ) -> tuple[Records, list[int]]:
        """Return ``found`` with these entities as they are, and those of them that are gone."""
        newest, gone = [], []
        for item in found:
            entity_id = self.source.id_of(item)
            if entity_id not in lagging:
                newest.append(item)
                continue
            try:
                newest.append(self.read(client, item["id"]))
            except EcwidNotFoundError:
                gone.append(entity_id)
        return newest, gone


def _recent_event_times(batch: Batch, read_at: datetime) -> dict[int, datetime]:
    """Return when the newest event of each entity was created, if it came just now."""
    newest = {event_id: entity_id for entity_id, event_id in batch.newest.items()}
    recent_since = read_at - SEARCH_LAG
    rows = WebhookEvent.select(WebhookEvent.id, WebhookEvent.event_created_at).where(
        in_values(WebhookEvent.id, list(newest)),
        WebhookEvent.received_at > recent_since,
        WebhookEvent.event_created_at > recent_since,
    )
    return {newest[row.id]: row.event_created_at for row in rows}
