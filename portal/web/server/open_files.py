"""Limit of open files of a process, and the number of connections that follows from it."""

from __future__ import annotations

import resource

# More than the connections that a worker keeps.
OPEN_FILES = 8192
# Open files of a process for everything but clients: database, Redis, files that are being sent.
OTHER_FILES = 256


def raise_limit_of_open_files() -> int:
    """Allow this process and its workers enough connections; return how many files it may open."""
    current, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)
    if current == resource.RLIM_INFINITY:
        return OPEN_FILES
    if current < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    return max(current, wanted)


def connection_limit(connections: int) -> int:
    """Return how many connections a process may have, of gunicorn's limit of ``connections``.

    Connections get at least half of the open files.
    """
    open_files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if open_files == resource.RLIM_INFINITY:
        return connections - 1
    return min(connections - 1, open_files - min(OTHER_FILES, open_files // 2))
