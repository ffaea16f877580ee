"""Search for stores whose rows need somebody: open, update and resolve the issues that count them.

The schedule runs it every few seconds. Everything is derived from rows, so a missed round only
delays an issue, and a repeated one changes nothing. The cost of a round follows the rows that need
somebody, not the number of stores.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.models import Issue, NotificationTrigger, Store, StoreState, database, utc_now
from portal.models.bulk import ROWS_PER_STATEMENT, chunked
from portal.rules.connection.issue_kinds import COUNTED_ISSUE_KINDS, IssueKind
from portal.rules.issues.counted_issues import COUNTED_ISSUES, CountedRows
from portal.rules.issues.issue_audience import IssueState
from portal.services.issues.count_rows import COUNTERS
from portal.services.notifications.channel_alerts import queue_channel_alerts
from portal.services.notifications.issues import open_issue, resolve_issue
from portal.services.notifications.queue_notifications import queue_notifications
from portal.services.outbox.publish_issue import publish_issue, state_of
from portal.services.runtime import Runtime
from portal.services.work.time_budget import each_for

# Other entries of the schedule wait during this time. A round without changes takes a tenth of it.
TIME_BUDGET_S = 0.5
CHANGES_PER_BATCH = 10

Key = tuple[int, IssueKind]


@dataclass(frozen=True)
class KnownIssue:
    """Open issue with what it counted in the round before."""

    issue_id: int
    count: int | None
    newest_at: datetime | None


@dataclass(frozen=True)
class Change:
    """Issue to open, update or resolve; ``rows`` is None if nothing is left to count.

    ``is_silent`` means that the rows are still there, but their store is disconnected.
    """

    store_id: int
    kind: IssueKind
    known: KnownIssue | None
    rows: CountedRows | None
    is_silent: bool = False


def update_counted_issues(_runtime: Runtime) -> int:
    """Bring the issues of all stores up to date; return how many opened or were resolved.

    A storm of changes continues in the next round.
    """
    now = utc_now()
    known = _known_issues()
    found = _found_rows(now)
    connected = _connected({store_id for store_id, _ in found})
    batches = chunked(_changes(known, found, connected), CHANGES_PER_BATCH)
    return sum(_apply(each, now) for batch in each_for(TIME_BUDGET_S, batches) for each in batch)


def _known_issues() -> Mapping[Key, KnownIssue]:
    columns = (Issue.store, Issue.kind, Issue.id, Issue.count, Issue.newest_at)
    rows: Any = Issue.select(*columns).where(
        Issue.resolved_at.is_null(), Issue.kind.in_(sorted(COUNTED_ISSUE_KINDS))
    )
    return {
        (store_id, IssueKind(kind)): KnownIssue(*facts) for store_id, kind, *facts in rows.tuples()
    }


def _found_rows(now: datetime) -> Mapping[Key, CountedRows]:
    return {
        (store_id, kind): rows
        for kind, counter in COUNTERS.items()
        for store_id, rows in counter.count(now).items()
    }


def _connected(store_ids: set[int]) -> set[int]:
    """Return which of these stores exist and are not disconnected."""
    found: set[int] = set()
    for part in chunked(sorted(store_ids), ROWS_PER_STATEMENT):
        rows: Any = Store.select(Store.id).where(
            Store.id.in_(part), Store.state != StoreState.DISCONNECTED
        )
        found |= {store_id for (store_id,) in rows.tuples()}
    return found


def _changes(
    known: Mapping[Key, KnownIssue], found: Mapping[Key, CountedRows], connected: Collection[int]
) -> Iterator[Change]:
    """Yield the differences; a disconnected store has no issue that counts rows."""
    for (store_id, kind), issue in known.items():
        rows = found.get((store_id, kind))
        if rows is not None and store_id not in connected:
            yield Change(store_id, kind, issue, None, is_silent=True)
        elif rows is None or (rows.count, rows.newest_at) != (issue.count, issue.newest_at):
            yield Change(store_id, kind, issue, rows)
    for (store_id, kind), rows in found.items():
        if (store_id, kind) not in known and store_id in connected:
            yield Change(store_id, kind, None, rows)


def _apply(change: Change, now: datetime) -> int:
    """Make one change in a transaction; return 1 unless the issue only counts differently."""
    store_id, kind, rows = change.store_id, change.kind, change.rows
    if rows is None:
        return int(resolve_issue(store_id, kind, is_silent=change.is_silent) is not None)
    detail = rows.detail(COUNTERS[kind].examples(store_id, now))
    if change.known is not None:
        _update(Issue.get_by_id(change.known.issue_id), rows, detail)
        return 0
    texts = COUNTED_ISSUES[kind]
    return int(
        open_issue(store_id, kind, texts, detail, count=rows.count, newest_at=rows.newest_at)
    )


def _update(issue: Issue, rows: CountedRows, detail: Mapping[str, object]) -> None:
    """Write the new count of an open issue; notify if there are new rows."""
    has_grown = rows.has_grown(issue.count, issue.newest_at)
    before, after = state_of(issue), IssueState(rows.count, rows.senders)
    with database.atomic():
        is_open = (
            Issue.update(count=rows.count, newest_at=rows.newest_at, detail=dict(detail))
            .where(Issue.id == issue.id, Issue.resolved_at.is_null())
            .execute()
        )
        if not is_open:
            return
        if has_grown:
            queue_notifications(issue, NotificationTrigger.CONTINUED)
        publish_issue(issue, before, after)
        queue_channel_alerts(issue, before, after)
