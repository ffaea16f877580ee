"""Layout of the workers: which queues share a process, and how many threads each queue has."""

from __future__ import annotations

import math
from dataclasses import dataclass

from portal.config import Settings

MAIL_THREADS = 4
# Each keeps a processor core busy, so further exports wait for their turn.
EXPORT_THREADS = 2
MIN_CONNECTIONS = 2


@dataclass(frozen=True)
class WorkerProcess:
    """A worker process and its queues."""

    name: str
    queues: tuple[str, ...]


def worker_processes(settings: Settings) -> list[WorkerProcess]:
    """Return the daemon's worker processes.

    Each process costs memory, so queues share one unless their work would delay each other. Reading
    pages and writing exports keep a processor core busy, so reading has a process per core, and one
    of them writes exports, too.
    """
    sync = [
        WorkerProcess(f"sync-{number}", ("sync", "exports") if number == 1 else ("sync",))
        for number in range(1, settings.sync_processes + 1)
    ]
    return [
        WorkerProcess("events", ("events",)),
        WorkerProcess("polls", ("polls", "checks", "registrations")),
        *sync,
        WorkerProcess("other", ("orders", "deliveries", "maintenance", "privacy", "mail")),
    ]


def connections_per_process(settings: Settings) -> int:
    """Return how many connections to PostgreSQL a worker process opens at most."""
    processes = len(worker_processes(settings))
    return max(MIN_CONNECTIONS, settings.database_connections // processes)


def threads_of(queue: str, settings: Settings) -> int:
    """Return how many threads work on ``queue`` in one process at most."""
    return {
        "events": settings.event_threads,
        "polls": settings.poll_threads,
        "sync": math.ceil(settings.sync_threads / settings.sync_processes),
        "orders": settings.order_threads,
        "deliveries": settings.delivery_threads,
        "mail": MAIL_THREADS,
        "exports": EXPORT_THREADS,
    }.get(queue, settings.check_threads)
