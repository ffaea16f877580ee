"""Rows that issues count, of all stores at once; each count reads only rows that need somebody.

Each kind has a partial index of such rows, so quiet stores cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from peewee import JOIN, ModelSelect, fn

from portal.models import (
    ChannelConsent,
    Issue,
    OrderSubmission,
    OrderUpdate,
    Quarantine,
    WebhookEvent,
)
from portal.models.bulk import ROWS_PER_STATEMENT, chunked
from portal.models.channel_consent import IS_PAUSED_CONSENT
from portal.models.fields import UtcDateTimeField
from portal.models.order_submission import IS_UNKNOWN_OR_REJECTED
from portal.models.order_update import IS_UNDECIDED
from portal.models.webhook_event import IS_DEAD
from portal.rules.connection.issue_kinds import IssueKind
from portal.rules.issues.counted_issues import (
    EXAMPLES_SHOWN,
    REJECTED_FOR,
    UNRESOLVED_AFTER,
    CountedRows,
)
from portal.rules.orders.submission_states import SubmissionState

ByStore = Mapping[int, CountedRows]
Rows = Callable[[datetime], Any]
ID_LIMIT = 40
_read_time: Callable[[Any], Any] = UtcDateTimeField().python_value


@dataclass(frozen=True)
class RowCounter:
    """Counter of one kind's rows; ``columns`` identify a row to people."""

    rows: Rows
    count: Callable[[datetime], ByStore]
    store: Any
    columns: Sequence[Any] = ()

    def examples(self, store_id: int, now: datetime) -> list[str]:
        """Return the ids of a store's newest rows."""
        if not self.columns:
            return []
        newest = self.rows(now).select(*self.columns).where(self.store == store_id)
        found = newest.order_by(self.store.model.id.desc()).limit(EXAMPLES_SHOWN).tuples()
        return [" ".join(_shown(value) for value in values if value) for values in found]


def _rejected(now: datetime) -> ModelSelect[OrderSubmission]:
    """Return the orders that were lately rejected, and that nobody has dismissed."""
    dismissed = (
        Issue.select(Issue.store, fn.MAX(Issue.dismissed_at).alias("until"))
        .where(Issue.kind == IssueKind.ORDERS_REJECTED, Issue.dismissed_at > now - REJECTED_FOR)
        .group_by(Issue.store)
        .alias("dismissed")
    )
    is_of_store = dismissed.c.store_id == OrderSubmission.store
    return (
        OrderSubmission.select()
        .join(dismissed, JOIN.LEFT_OUTER, on=is_of_store)
        .where(
            OrderSubmission.failure_code.is_null(is_null=False),
            OrderSubmission.finished_at > now - REJECTED_FOR,
            dismissed.c.until.is_null() | (OrderSubmission.finished_at > dismissed.c.until),
        )
    )


def _count_rejected(now: datetime) -> ByStore:
    return _by_sender(_rejected(now), OrderSubmission.finished_at, OrderSubmission.failure_code)


def _unresolved(now: datetime) -> ModelSelect[OrderSubmission]:
    return OrderSubmission.select().where(
        IS_UNKNOWN_OR_REJECTED,
        OrderSubmission.state == SubmissionState.UNKNOWN,
        OrderSubmission.sent_at <= now - UNRESOLVED_AFTER,
    )


def _count_unresolved(now: datetime) -> ByStore:
    return _by_sender(_unresolved(now), OrderSubmission.sent_at)


def _undecided(_now: datetime) -> ModelSelect[OrderUpdate]:
    return OrderUpdate.select().where(IS_UNDECIDED)


def _count_undecided(now: datetime) -> ByStore:
    return _by_sender(_undecided(now), OrderUpdate.requested_at)


def _by_sender(rows: ModelSelect[Any], at: Any, code: Any = None) -> ByStore:
    """Return the counts of orders by store, from one statement."""
    table = rows.model
    groups = (table.store, table.sender, *(() if code is None else (code,)))
    query = rows.select(*groups, fn.COUNT(1), fn.MIN(at), fn.MAX(at)).group_by(*groups)
    found: dict[int, CountedRows] = {}
    for store_id, sender, *codes, count, since, newest_at in query.tuples():
        some = CountedRows(
            count,
            since,
            newest_at,
            {sender: count},
            dict.fromkeys(codes, count),
        )
        found[store_id] = found[store_id] + some if store_id in found else some
    return found


def _dead(_now: datetime) -> ModelSelect[WebhookEvent]:
    return WebhookEvent.select().where(IS_DEAD)


def _quarantined(_now: datetime) -> ModelSelect[Quarantine]:
    return Quarantine.select().where(Quarantine.resolved_at.is_null())


def _paused(_now: datetime) -> ModelSelect[ChannelConsent]:
    return ChannelConsent.select().where(IS_PAUSED_CONSENT)


def _count_paused(now: datetime) -> ByStore:
    store = ChannelConsent.store
    at = fn.COALESCE(ChannelConsent.selling_paused_at, ChannelConsent.changed_at)
    query: Any = _paused(now).select(store, fn.COUNT(1), fn.MIN(at), fn.MAX(at)).group_by(store)
    return {
        store_id: CountedRows(count, _read_time(since), _read_time(newest_at))
        for store_id, count, since, newest_at in query.tuples()
    }


def _count_by_id(rows: Rows, store: Any, at: Any, now: datetime) -> ByStore:
    """Return the counts by store; the times are those of the rows with the first and last id.

    There may be very many of these rows, and the index has their ids.
    """
    table = store.model
    query = rows(now).select(store, fn.COUNT(1), fn.MIN(table.id), fn.MAX(table.id))
    groups = list(query.group_by(store).tuples())
    times = _times(table, at, {row_id for *_, first, last in groups for row_id in (first, last)})
    return {
        store_id: CountedRows(count, times[first], times[last])
        for store_id, count, first, last in groups
        if first in times and last in times
    }


def _times(table: Any, at: Any, ids: Iterable[int]) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for part in chunked(sorted(ids), ROWS_PER_STATEMENT):
        found |= dict(table.select(table.id, at).where(table.id.in_(part)).tuples())
    return found


def _shown(value: object) -> str:
    """Return an id or a type; the id of an unreadable record may be any text, so it is left out."""
    text = str(value)
    is_id = text.replace(".", "").replace("_", "").replace("-", "").isalnum()
    return text if is_id and len(text) <= ID_LIMIT else "–"


COUNTERS: Mapping[IssueKind, RowCounter] = {
    IssueKind.ORDERS_REJECTED: RowCounter(
        _rejected, _count_rejected, OrderSubmission.store, [OrderSubmission.id]
    ),
    IssueKind.ORDERS_UNRESOLVED: RowCounter(
        _unresolved, _count_unresolved, OrderSubmission.store, [OrderSubmission.id]
    ),
    IssueKind.ORDER_UPDATES_UNDECIDED: RowCounter(
        _undecided, _count_undecided, OrderUpdate.store, [OrderUpdate.order_number]
    ),
    IssueKind.EVENTS_DEAD: RowCounter(
        _dead,
        partial(_count_by_id, _dead, WebhookEvent.store_id, WebhookEvent.received_at),
        WebhookEvent.store_id,
        [WebhookEvent.type, WebhookEvent.entity_id],
    ),
    IssueKind.RECORDS_QUARANTINED: RowCounter(
        _quarantined,
        partial(_count_by_id, _quarantined, Quarantine.store, Quarantine.first_seen_at),
        Quarantine.store,
        [Quarantine.resource, Quarantine.entity_id],
    ),
    IssueKind.SELLING_PAUSED: RowCounter(_paused, _count_paused, ChannelConsent.store),
}
