"""Latest failing rows of a table, as the columns that all kinds of failing work share.

Each kind has a partial index of these rows. Only the latest are read, so the cost has a limit,
whatever fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from peewee import Case, ModelSelect

# Failing rows of each kind that are read, the newest ones.
ROWS_READ = 2_000


@dataclass(frozen=True)
class FailingKind:
    """Kind of failing work; ``latest`` returns the query of its newest failing rows.

    The query has the columns id, error, store_id, at (when the work was requested), is_given_up
    and example, which is part of the URL of a row.
    """

    title: str
    latest: Callable[[], ModelSelect[Any]]


def latest_failing(
    table: type[Any], is_failing: Any, *, store: Any, at: Any, given_up: Any, example: Any
) -> ModelSelect[Any]:
    """Return the query of a table's newest failing rows."""
    columns = (
        table.id,
        table.error,
        store.alias("store_id"),
        at.alias("at"),
        Case(None, [(given_up, 1)], 0).alias("is_given_up"),
        example.alias("example"),
    )
    newest: ModelSelect[Any] = (
        table.select(*columns).where(is_failing).order_by(table.id.desc()).limit(ROWS_READ)
    )
    return newest
