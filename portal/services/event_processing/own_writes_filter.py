"""Part the events that only tell of our own writes from those that tell something new."""

from __future__ import annotations

from typing import NamedTuple

from portal.services.event_processing.handlers import EventHandler
from portal.services.event_processing.pending import Batch, PendingEvent
from portal.services.mirror.own_writes import own_writes_among
from portal.services.sync.fetch_by_id import Records

WRITE_IN_PROGRESS = "a write from here to the same record is under way"
WRITE_IN_PROGRESS_S = 5.0


class OwnWrites(NamedTuple):
    """Hold the events of our own writes, and those that wait until such a write has ended."""

    events: list[PendingEvent]
    in_progress: list[PendingEvent]


class ExternalChanges(NamedTuple):
    """Hold the rest of a batch and its records, to be written."""

    batch: Batch
    found: Records


def split_own_writes(
    store_id: int, handler: EventHandler | None, batch: Batch, found: Records
) -> tuple[OwnWrites, ExternalChanges]:
    """Return what of a batch that was read is our own echo, and the rest."""
    if handler is None or handler.search is None:
        return OwnWrites([], []), ExternalChanges(batch, found)
    id_of = handler.search.source.id_of
    records = {id_: item for item in found if (id_ := id_of(item)) is not None}
    entities = {id_: records[id_] for id_ in batch.entities if id_ in records}
    own_ids, in_progress = own_writes_among(store_id, handler.resource, entities)
    ours = own_ids | in_progress
    if not ours:
        return OwnWrites([], []), ExternalChanges(batch, found)
    rest = batch.subset(id_ for id_ in batch.entities if id_ not in ours)
    return (
        OwnWrites(batch.subset(own_ids).events, batch.subset(in_progress).due),
        ExternalChanges(rest, [item for item in found if id_of(item) not in ours]),
    )
