"""Worker of one queue: ``python -m daemon.worker QUEUE``.

A worker listens on one queue only. RQ then keeps a fetched job in an intermediate queue until it is
done, and maintenance requeues it if the worker dies.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys

import structlog
from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from daemon import tasks  # noqa: F401 - so that the first job doesn't pay for the import
from daemon.former_jobs import move_former_jobs
from daemon.job import use_runtime
from daemon.process import EXIT_WITH_PARENT, exit_with_parent
from portal.config import Settings
from portal.jobs import QUEUES
from portal.logs import configure_logging
from portal.process import worker_name
from portal.services.runtime import open_runtime

log = structlog.get_logger(__name__)

MAINTENANCE_EVERY_S = 60


def make_worker(queue: str, connection: Redis) -> SimpleWorker:
    """Return the worker of one queue, not started; its name has host, queue and process id."""
    return SimpleWorker(
        [Queue(queue, connection=connection, serializer=JSONSerializer)],
        name=worker_name(queue),
        connection=connection,
        serializer=JSONSerializer,
        maintenance_interval=MAINTENANCE_EVERY_S,
        log_job_description=False,
    )


def reduce_gc_frequency() -> None:
    """Make Python search for reference cycles less often.

    Pages of decoded JSON have many objects and no cycles; the search took a twentieth of an initial
    import. Objects of imported modules are exempt from it.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def main(arguments: list[str] | None = None) -> int:
    """Work until a stop is requested or the queue server is gone; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m daemon.worker", description=__doc__)
    parser.add_argument("queue", choices=QUEUES)
    parser.add_argument(
        EXIT_WITH_PARENT, action="store_true", help="exit when standard input closes"
    )
    given = sys.argv[1:] if arguments is None else arguments
    queue = parser.parse_args(given).queue
    settings = Settings.from_env()
    configure_logging(as_json=settings.is_production, process=f"worker.{queue}")
    use_runtime(open_runtime(settings))
    exit_with_parent(given)
    reduce_gc_frequency()
    # A connection without the usual timeout, because waiting for jobs takes longer.
    with Redis.from_url(settings.effective_redis_url) as connection:
        move_former_jobs(connection, queue)
        log.info("worker.started", queue=queue, pid=os.getpid())
        make_worker(queue, connection).work(logging_level="WARNING")
    log.info("worker.stopped", queue=queue, pid=os.getpid())
    return 0


if __name__ == "__main__":
    sys.exit(main())
