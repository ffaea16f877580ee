"""Failing rows of the kinds of work, counted by error text and store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

from peewee import Select, Value, fn

from portal.models import database
from portal.models.fields import UtcDateTimeField
from portal.services.operator.failing_kinds import FAILING_KINDS


@dataclass(frozen=True)
class FailingRows:
    """Failing rows of one store with the same error text; ``store_id`` is None without a store."""

    error: str
    store_id: int | None
    count: int
    given_up: int
    first_at: datetime
    last_at: datetime
    example: str


def count_failing(kinds: Iterable[str]) -> Mapping[str, Sequence[FailingRows]]:
    """Return the failing rows of each kind by error and store, with one statement for all kinds."""
    found: dict[str, list[FailingRows]] = {kind: [] for kind in kinds}
    union = reduce(add, map(_counted, found))
    for kind, error, store_id, count, given_up, first, last, example in database.execute(
        union
    ).fetchall():
        found[kind].append(
            FailingRows(
                error or "", store_id, count, int(given_up), _at(first), _at(last), str(example)
            )
        )
    return found


def _counted(kind: str) -> Select:
    rows = FAILING_KINDS[kind].latest().alias(f"failing_{kind}")
    # PostgreSQL takes a column of only nulls as text, which no other kind's column may be added to.
    return Select(
        [rows],
        [
            Value(kind).cast("TEXT"),
            rows.c.error.cast("TEXT"),
            rows.c.store_id.cast("BIGINT"),
            fn.COUNT(Value(1)),
            fn.SUM(rows.c.is_given_up),
            fn.MIN(rows.c.at),
            fn.MAX(rows.c.at),
            fn.MAX(rows.c.example).cast("TEXT"),
        ],
    ).group_by(rows.c.error, rows.c.store_id)


def _at(stored: Any) -> datetime:
    at: datetime = UtcDateTimeField().python_value(stored)  # type: ignore[assignment]
    return at
