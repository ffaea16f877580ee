"""Conditions that the records of a list meet, and the indexes that find such records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.rules.records.json_values import Json
from portal.services.records.text_search import MATCH_LIMIT


@dataclass(frozen=True)
class MatchConditions:
    """Conditions of a list; a record must meet all of them.

    ``conditions`` are checked by the database, ``checks`` on the stored record. ``indexed`` are
    queries of ids, each by an index of one condition. They may return records that don't match,
    but none that matches is missing. ``ranges`` are conditions by the expression of the index that
    has the matching records in one range; they are among ``conditions``, too.
    """

    text: str = ""
    conditions: Sequence[Any] = ()
    checks: Sequence[Callable[[Json], bool]] = ()
    indexed: Sequence[Any] = ()
    ranges: Mapping[str, str] = field(default_factory=dict)

    def find_by_index(self) -> list[int] | None:
        """Return the ids of the first query that has at most `MATCH_LIMIT`, None without one."""
        for query in self.indexed:
            ids = [remote_id for (remote_id,) in query.limit(MATCH_LIMIT + 1).tuples()]
            if len(ids) <= MATCH_LIMIT:
                return ids
        return None
