"""Part the events that only tell of our own writes from those that tell something new."""

from __future__ import annotations

from typing import NamedTuple

from portal.services.event_processing.handlers import Kind
from portal.services.event_processing.pending import Batch, WaitingEvent
from portal.services.mirror.own_writes import echoes_among
from portal.services.sync.fetch_by_id import Records

UNDER_WAY = "a write from here to the same record is under way"
UNDER_WAY_S = 5.0


class Echo(NamedTuple):
    """Hold the events of our own writes, and those that wait until such a write has ended."""

    events: list[WaitingEvent]
    under_way: list[WaitingEvent]


class Foreign(NamedTuple):
    """Hold the rest of a batch and its records, to be written."""

    batch: Batch
    found: Records


def part_echo(
    store_id: int, kind: Kind | None, batch: Batch, found: Records
) -> tuple[Echo, Foreign]:
    """Return what of a batch that was read is our own echo, and the rest."""
    if kind is None or kind.search is None:
        return Echo([], []), Foreign(batch, found)
    id_of = kind.search.feed.id_of
    records = {id_: item for item in found if (id_ := id_of(item)) is not None}
    named = {id_: records[id_] for id_ in batch.named if id_ in records}
    echoes, under_way = echoes_among(store_id, kind.resource, named)
    ours = echoes | under_way
    if not ours:
        return Echo([], []), Foreign(batch, found)
    rest = batch.only(id_ for id_ in batch.named if id_ not in ours)
    return (
        Echo(batch.only(echoes).events, batch.only(under_way).due),
        Foreign(rest, [item for item in found if id_of(item) not in ours]),
    )
