"""Event handler: read the records that a batch of events names, and write them.

Ecwid's lists come from its search, which lags behind the records for seconds; a list by ids is a
search, too. An event that arrives at once would be applied with the old state of its record, and
nothing would read the record again. A record that is read by its own path has no lag.
Source: the tests of Ecwid's own Kotlin client poll searches for up to 15 seconds after a change.

Customers can't be listed by ids. Records of recent events have just changed, so the list of changes
since the oldest event contains them, 100 per call. It contains few records of old events, as in a
replay: these take one call each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from portal.ecwid.calls import PAGE_LIMIT, Records
from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidNotFoundError
from portal.errors import PortalError
from portal.models import WebhookEvent
from portal.models.bulk import in_values
from portal.services.event_processing.pending import Batch, PendingEvent
from portal.services.mirror.own_writes import own_writes_among
from portal.services.mirror.resource_spec import ResourceSpec
from portal.services.records.record_changes import mirrored_records, save_changes

SEARCH_LAG = timedelta(seconds=20)
# At most this many records of a batch are read by their own paths; if there are more, they wait
# until the search returns them.
REREAD_LIMIT = 5
# A page of changes with fewer of a batch's records is not worth its call: each one is read alone.
MIN_MATCHES_PER_PAGE = 5
MAX_PAGES = 3
# The clocks that stamp records and events may differ by a second.
CLOCK_SKEW = timedelta(seconds=1)
# Reason for an event that waits for the end of our own write.
WRITE_IN_PROGRESS = "a write from here to the same record is under way"
WRITE_IN_PROGRESS_S = 5.0


@dataclass
class Fetched:
    """The part of a batch that was read, and its records; the rest of the batch stays due.

    ``lagging`` are entities whose change the store's search doesn't return yet. ``problem`` is the
    error of the read; the batch then has one entity.
    """

    batch: Batch
    found: Records = field(default_factory=list)
    gone: Sequence[int] = ()
    lagging: Set[int] = frozenset()
    problem: PortalError | None = None


class OwnWriteEvents(NamedTuple):
    """Events caused by our own API writes, and events that wait until such a write has ended."""

    events: list[PendingEvent]
    in_progress: list[PendingEvent]


class ExternalChanges(NamedTuple):
    """Events of a batch that others caused, and their records."""

    batch: Batch
    found: Records


def fetch_records(
    client: EcwidClient, spec: ResourceSpec, batch: Batch, read_at: datetime
) -> Fetched:
    """Return the records that a batch names; raises EcwidError unless only one can't be read."""
    if spec.events.changes is None:
        found, gone = spec.fetch_by_ids(client, list(batch.entities))
        fetched = Fetched(batch, found, gone)
    elif len(batch.entities) > MIN_MATCHES_PER_PAGE and (
        listed := _list_handler(client, spec, batch)
    ):
        fetched = Fetched(batch.subset(listed), list(listed.values()))
    else:
        return _fetch_each(client, spec, batch)
    if spec.events.is_searched:
        _reread(client, spec, fetched, read_at)
    return fetched


def split_own_writes(
    store_id: int, spec: ResourceSpec | None, batch: Batch, found: Records
) -> tuple[OwnWriteEvents, ExternalChanges]:
    """Separate events caused by our own API writes from external changes."""
    if spec is None or not spec.has_own_writes:
        return OwnWriteEvents([], []), ExternalChanges(batch, found)
    ids = spec.ids_of(found)
    records = {i: item for i, item in zip(ids, found, strict=True) if i in batch.entities}
    own, in_progress = own_writes_among(store_id, spec.resource, records)
    if not own and not in_progress:
        return OwnWriteEvents([], []), ExternalChanges(batch, found)
    rest = batch.subset(i for i in batch.entities if i not in own | in_progress)
    external = [item for i, item in zip(ids, found, strict=True) if i not in own | in_progress]
    return (
        OwnWriteEvents(batch.subset(own).events, batch.subset(in_progress).due),
        ExternalChanges(rest, external),
    )


def write_records(
    store_id: int,
    spec: ResourceSpec,
    changes: ExternalChanges,
    gone: Sequence[int],
    read_at: datetime,
) -> None:
    """Write the records of a batch, inside the transaction that marks its events as applied.

    The change of each record is recorded with the newest event of its entity.
    """
    events = changes.batch.newest
    before = mirrored_records(store_id, spec, list(events))
    spec.save(store_id, changes.found, read_at)
    spec.mark_deleted(store_id, gone, read_at)
    save_changes(store_id, spec, before, events)


def _list_handler(
    client: EcwidClient, spec: ResourceSpec, batch: Batch
) -> dict[int, dict[str, Any]]:
    """Return, by id, the batch's records on the first page that has enough of them.

    The pages before it contain records of the same second, read for the previous batch.
    """
    if spec.events.changes is None:
        return {}
    since = _oldest_event_at(batch) - CLOCK_SKEW
    for number in range(MAX_PAGES):
        page = spec.events.changes(client, since, number * PAGE_LIMIT)
        listed = dict(zip(spec.ids_of(page.items), page.items, strict=True))
        wanted = {entities: listed[entities] for entities in batch.entities if entities in listed}
        if len(wanted) >= MIN_MATCHES_PER_PAGE:
            return wanted
        if page.is_last:
            break
    return {}


def _fetch_each(client: EcwidClient, spec: ResourceSpec, batch: Batch) -> Fetched:
    """Read records one by one until one fails; if the first fails, it alone has a problem."""
    ids: list[int] = []
    found, gone = [], []
    for entity_id in list(batch.entities)[: spec.fetch_limit]:
        try:
            found.append(spec.read_one(client, str(entity_id)))
        except EcwidNotFoundError:
            gone.append(entity_id)
        except PortalError as error:
            if not ids:
                return Fetched(batch.subset([entity_id]), problem=error)
            break
        ids.append(entity_id)
    return Fetched(batch.subset(ids), found, gone)


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


def _reread(client: EcwidClient, spec: ResourceSpec, fetched: Fetched, read_at: datetime) -> None:
    """Read by its own path each record that is older than the event of its change.

    If there are more than `REREAD_LIMIT`, they are ``lagging`` instead.
    """
    created_at = _just_created(fetched.batch, read_at)
    if not created_at:
        return
    found = list(zip(spec.ids_of(fetched.found), fetched.found, strict=True))
    lagging = {
        i
        for i, item in found
        if i is not None
        and i in created_at
        and (at := spec.updated_at(item)) is not None
        and at + CLOCK_SKEW < created_at[i]
    }
    if len(lagging) > REREAD_LIMIT:
        fetched.lagging = lagging
        return
    newest, gone = [], list(fetched.gone)
    for i, item in found:
        if i is None or i not in lagging:
            newest.append(item)
            continue
        try:
            newest.append(spec.read_one(client, str(item["id"])))
        except EcwidNotFoundError:
            gone.append(i)
    fetched.found, fetched.gone = newest, gone


def _just_created(batch: Batch, read_at: datetime) -> Mapping[int, datetime]:
    """Return, by entity, the creation time of its newest event if that is within the search lag."""
    newest = {event_id: entity_id for entity_id, event_id in batch.newest.items()}
    recent_since = read_at - SEARCH_LAG
    rows = WebhookEvent.select(WebhookEvent.id, WebhookEvent.event_created_at).where(
        in_values(WebhookEvent.id, list(newest)),
        WebhookEvent.received_at > recent_since,
        WebhookEvent.event_created_at > recent_since,
    )
    return {newest[row.id]: row.event_created_at for row in rows}
