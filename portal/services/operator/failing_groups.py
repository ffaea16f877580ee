"""Groups of failing work: what fails for the same reason, over all stores."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.rules.work.failure_causes import failure_cause, group_key
from portal.services.operator.failing_kinds import FAILING_KINDS
from portal.services.operator.failing_work import FailingRows, count_failing
from portal.services.operator.latest_failing import ROWS_READ


@dataclass(frozen=True)
class FailingGroup:
    """Failing work of one kind with one cause; ``key`` names the group in URLs.

    ``example`` and ``example_store_id`` belong to its latest row.
    """

    key: str
    kind: str
    cause: str
    count: int
    given_up: int
    store_count: int
    first_at: datetime
    last_at: datetime
    example: str
    example_store_id: int | None

    @property
    def title(self) -> str:
        """Return the name of the kind."""
        return FAILING_KINDS[self.kind].title


@dataclass(frozen=True)
class FailingReport:
    """All groups, the latest first; kinds with ``cut_titles`` have more rows than are counted."""

    groups: Sequence[FailingGroup]
    cut_titles: Sequence[str]


def report_failing() -> FailingReport:
    """Return what is failing or given up now; takes one statement."""
    groups: list[FailingGroup] = []
    cut = []
    for kind, rows in count_failing(FAILING_KINDS).items():
        groups += _groups(kind, rows)
        if sum(row.count for row in rows) >= ROWS_READ:
            cut.append(FAILING_KINDS[kind].title)
    return FailingReport(sorted(groups, key=lambda group: group.last_at, reverse=True), cut)


def find_failing_group(kind: str, key: str) -> FailingGroup | None:
    """Return the group of the kind with this key, or None if nothing of it fails any more."""
    if kind not in FAILING_KINDS:
        return None
    groups = _groups(kind, count_failing([kind])[kind])
    return next((group for group in groups if group.key == key), None)


def _groups(kind: str, rows: Iterable[FailingRows]) -> list[FailingGroup]:
    by_cause: dict[str, list[FailingRows]] = defaultdict(list)
    for row in rows:
        by_cause[failure_cause(row.error)].append(row)
    return [_group(kind, cause, alike) for cause, alike in by_cause.items()]


def _group(kind: str, cause: str, rows: Sequence[FailingRows]) -> FailingGroup:
    latest = max(rows, key=lambda row: row.last_at)
    return FailingGroup(
        group_key(kind, cause),
        kind,
        cause,
        sum(row.count for row in rows),
        sum(row.given_up for row in rows),
        len({row.store_id for row in rows if row.store_id is not None}),
        min(row.first_at for row in rows),
        latest.last_at,
        latest.example,
        latest.store_id,
    )
