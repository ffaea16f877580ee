"""Worker process of some queues: ``python -m daemon.worker QUEUE…``."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence

import structlog
from redis import Redis

from daemon import tasks  # noqa: F401 - so that the first job doesn't pay for the import
from daemon.former_jobs import move_former_jobs
from daemon.job import use_runtime
from daemon.layout import connections_per_process, threads_of
from daemon.start import start
from daemon.worker_threads import WorkerThreads, stop_all
from portal.config import Settings
from portal.jobs import QUEUES
from portal.logs import configure_logging
from portal.process import wait_for_stop
from portal.services.runtime import open_runtime

log = structlog.get_logger(__name__)

CHECK_EVERY_S = 5.0
# A tenth of Python's default.
THREAD_SWITCH_S = 0.0005


def reduce_gc_frequency() -> None:
    """Make Python search for reference cycles less often.

    Pages of decoded JSON have many objects and no cycles; the search took a twentieth of an initial
    import. Objects of imported modules are exempt from it.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def switch_threads_often() -> None:
    """Let a thread that writes continue soon after each statement.

    A statement releases Python's global lock. Threads that decode pages keep it for the whole
    interval, so a transaction of 30 statements took long, and all other writers waited for it.
    """
    sys.setswitchinterval(THREAD_SWITCH_S)


def run(settings: Settings, name: str, queues: Sequence[str]) -> int:
    """Work on the queues until a stop is requested; return the exit status."""
    configure_logging(as_json=settings.is_production, process=f"worker.{name}")
    groups = [
        WorkerThreads(queue, threads_of(queue, settings), settings.effective_redis_url)
        for queue in queues
    ]
    runtime = open_runtime(
        settings,
        threads=sum(group.limit for group in groups),
        max_connections=connections_per_process(settings),
    )
    use_runtime(runtime)
    reduce_gc_frequency()
    switch_threads_often()
    with Redis.from_url(settings.effective_redis_url) as redis:
        for queue in queues:
            move_former_jobs(redis, queue)
        log.info("worker.started", queues=",".join(queues), pid=os.getpid())
        while True:
            for group in groups:
                group.ensure_waiting()
            if wait_for_stop(CHECK_EVERY_S):
                break
        stop_all(groups, redis)
    runtime.finish()
    log.info("worker.stopped", queues=",".join(queues), pid=os.getpid())
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run one worker process as systemd or Kubernetes would; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m daemon.worker", description=__doc__)
    parser.add_argument("queues", nargs="+", choices=QUEUES, metavar="QUEUE")
    queues = parser.parse_args(arguments).queues
    name = "-".join(queues)
    return start(f"worker.{name}", lambda settings: run(settings, name, queues))


if __name__ == "__main__":
    sys.exit(main())
