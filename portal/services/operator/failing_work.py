"""Failing rows of one kind of work, counted by error text and store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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


def count_failing(kind: str) -> Sequence[FailingRows]:
    """Return the failing rows of the kind by error and store, with one statement."""
    rows = FAILING_KINDS[kind].latest().alias("failing")
    found = Select(
        [rows],
        [
            rows.c.error,
            rows.c.store_id,
            fn.COUNT(Value(1)),
            fn.SUM(rows.c.is_given_up),
            fn.MIN(rows.c.at),
            fn.MAX(rows.c.at),
            fn.MAX(rows.c.example),
        ],
    ).group_by(rows.c.error, rows.c.store_id)
    return [
        FailingRows(
            error or "", store_id, count, int(given_up), _at(first), _at(last), str(example)
        )
        for error, store_id, count, given_up, first, last, example in (
            database.execute(found).fetchall()
        )
    ]


def _at(stored: Any) -> datetime:
    at: datetime = UtcDateTimeField().python_value(stored)  # type: ignore[assignment]
    return at
