"""Queues: how many jobs wait, since when, and how many end in a minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.services.operator.redis_snapshot import QueueSnapshot, RedisSnapshot


@dataclass(frozen=True)
class QueueReport:
    """State of one queue; ``waits_since`` is when its oldest job was enqueued.

    ``workers`` is the number of worker threads that live.
    """

    name: str
    depth: int
    waits_since: datetime | None
    running: int
    per_minute: float
    failed: int
    workers: int


def report_queues(snapshot: RedisSnapshot, workers: dict[str, int]) -> Sequence[QueueReport]:
    """Return a report of each queue; ``workers`` counts the living threads by queue."""
    return [
        QueueReport(
            queue.name,
            queue.depth,
            _oldest(queue),
            queue.running_count,
            queue.per_minute,
            queue.failed_count,
            workers.get(queue.name, 0),
        )
        for queue in snapshot.queues
    ]


def _oldest(queue: QueueSnapshot) -> datetime | None:
    return min((job.enqueued_at for job in queue.waiting), default=None)
