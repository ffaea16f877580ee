"""Argument and context manager that operator commands about one store share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from portal.errors import RunRefusedError
from portal.models import Store
from portal.rules.sync.run_refusals import RUN_REFUSAL_TEXTS
from portal.services.runtime import Runtime
from portal.web.runtime import current_runtime

KEY = click.IntRange(min=1, max=2**63 - 1)
store_argument = click.argument("store_id", type=KEY)


@contextmanager
def open_store(store_id: int) -> Iterator[tuple[Runtime, Store]]:
    """Open the database and yield the store; a refused action becomes a message and exit status
    1.
    """
    runtime = current_runtime()
    with runtime.database.connection_context():
        store = Store.get_or_none(Store.id == store_id)
        if store is None:
            raise click.ClickException(f"store {store_id} is not connected here")
        try:
            yield runtime, store
        except RunRefusedError as refused:
            raise click.ClickException(RUN_REFUSAL_TEXTS[refused.reason]) from refused


def format_minute(at: datetime) -> str:
    """Return a time in UTC, to the minute."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def format_second(at: datetime) -> str:
    """Return a time in UTC, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
