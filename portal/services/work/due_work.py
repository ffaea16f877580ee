"""Due rows of one kind of work, as one query that a sweep wakes and an operator's page counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peewee import ModelSelect, Select, Value, fn

from portal.jobs import Job


@dataclass(frozen=True)
class DueWork:
    """Due rows that no worker processes, as the ids for ``job``.

    ``ids`` selects the ids in any order, and ``due_at`` is since when each is due. ``urgency``
    sorts them unless the most overdue comes first.
    """

    job: Job
    ids: ModelSelect[Any]
    due_at: Any
    urgency: tuple[Any, ...] = ()

    def most_urgent(self, limit: int) -> list[tuple[int, ...]]:
        """Return the first ids, each as the arguments of a job."""
        ordered = self.ids.order_by(*(self.urgency or (self.due_at,)))
        return list(ordered.limit(limit).tuples())

    def summary(self, name: str) -> Select:
        """Return the query for one row: ``name``, the number of ids and the earliest time."""
        each = self.ids.order_by().select_extend(self.due_at.alias("waits_since")).alias("each")
        return Select([each], [Value(name), fn.COUNT(Value(1)), fn.MIN(each.c.waits_since)])
