"""Decorator that turns a function into an RQ job: it adds the runtime to the ids that RQ passes."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Concatenate, ParamSpec

import structlog
from redis import RedisError
from rq import get_current_job

from portal.errors import PortalError
from portal.services.runtime import Runtime
from portal.wake_keys import clear_wake_key, wake_key

log = structlog.get_logger(__name__)

Ids = ParamSpec("Ids")

_runtime: Runtime | None = None


def use_runtime(runtime: Runtime | None) -> None:
    """Set the runtime of this process's jobs; a worker calls this once at its start."""
    global _runtime  # noqa: PLW0603 - RQ calls jobs by name and can't pass the runtime
    _runtime = runtime


def job(function: Callable[Concatenate[Runtime, Ids], None]) -> Callable[Ids, None]:
    """Wrap ``function(runtime, *ids)`` for RQ, which passes only the ids.

    The wake-up key is deleted before the database is read, so that work that arrives from now on
    wakes the job again. Errors are logged and raised again, for RQ to count.
    """
    path = f"{function.__module__}.{function.__qualname__}"

    @functools.wraps(function)
    def run(*ids: Ids.args, **named: Ids.kwargs) -> None:
        runtime = _runtime
        if runtime is None:
            raise RuntimeError("no runtime: a worker calls use_runtime() before it takes jobs")
        _forget_wake(runtime, path, ids)
        with _logged(function.__name__, ids), runtime.database.connection_context():
            function(runtime, *ids, **named)

    return run


def _forget_wake(runtime: Runtime, path: str, ids: tuple[object, ...]) -> None:
    started = get_current_job()
    try:
        clear_wake_key(runtime.redis, wake_key(path, ids), None if started is None else started.id)
    except RedisError as error:
        # A started job doesn't count as waiting, so the key that stays blocks no wake-up.
        log.warning("job.wake_key_not_cleared", job=path, error=type(error).__name__)


@contextmanager
def _logged(name: str, ids: tuple[object, ...]) -> Iterator[None]:
    started = time.monotonic()
    with structlog.contextvars.bound_contextvars(job=name, ids=list(ids)):
        try:
            yield
        except PortalError as error:
            log.warning("job.failed", error=type(error).__name__, problem=str(error))
            raise
        except Exception:
            log.exception("job.crashed")
            raise
        log.info("job.done", ms=round((time.monotonic() - started) * 1000))
