"""Runtime of one process, for fixtures and benchmarks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from portal.config import Settings
from portal.services.runtime import Runtime, open_runtime


@contextmanager
def opened_runtime(settings: Settings) -> Iterator[Runtime]:
    """Open a runtime with its database; afterwards close all of its connections."""
    opened = open_runtime(settings)
    with opened.database.connection_context():
        yield opened
        opened.finish()
    opened.database.close_all()
    opened.redis.close()
    opened.http.close()
