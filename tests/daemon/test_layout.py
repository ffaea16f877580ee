"""Every queue has threads in exactly one kind of process."""

from __future__ import annotations

from collections import Counter

import pytest

from daemon.layout import (
    EXPORT_THREADS,
    MAIL_THREADS,
    MIN_CONNECTIONS,
    connections_per_process,
    threads_of,
    worker_processes,
)
from portal.config import Settings
from portal.jobs import QUEUES

# The kernel cuts longer names.
COMM_CHARACTERS = 15


def settings_with(**counts: int) -> Settings:
    return Settings(secret_keys=("s",), encryption_keys=("k",), **counts)  # type: ignore[arg-type]


def test_every_queue_has_one_kind_of_process() -> None:
    processes = worker_processes(settings_with(sync_processes=3))

    counted = Counter(queue for process in processes for queue in process.queues)
    assert counted == {**dict.fromkeys(QUEUES, 1), "sync": 3}


def test_names_fit_into_the_process_list() -> None:
    processes = worker_processes(settings_with(sync_processes=100))

    names = [f"worker.{process.name}" for process in processes]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= COMM_CHARACTERS


@pytest.mark.parametrize(
    ("queue", "threads"),
    [
        ("events", 41),
        ("polls", 42),
        ("sync", 22),
        ("checks", 44),
        ("registrations", 44),
        ("privacy", 44),
        ("maintenance", 44),
        ("orders", 45),
        ("deliveries", 2),
        ("mail", MAIL_THREADS),
        ("exports", EXPORT_THREADS),
    ],
)
def test_each_queue_has_the_threads_of_its_setting(queue: str, threads: int) -> None:
    settings = settings_with(
        event_threads=41,
        poll_threads=42,
        sync_processes=2,
        sync_threads=43,
        check_threads=44,
        order_threads=45,
        delivery_threads=2,
    )

    assert threads_of(queue, settings) == threads


@pytest.mark.parametrize(
    ("sync_processes", "connections", "each"), [(1, 60, 15), (2, 60, 12), (17, 20, MIN_CONNECTIONS)]
)
def test_processes_share_the_connections(sync_processes: int, connections: int, each: int) -> None:
    settings = settings_with(sync_processes=sync_processes, database_connections=connections)

    assert connections_per_process(settings) == each
