"""Activity of a store in words: one line for each thing that happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import url_for
from flask_babel import gettext as _

from portal.i18n import N_
from portal.models import OrderSubmission, RunKind, SyncRun, TimelineEntry
from portal.services.connection.list_activity import ActivityKind, ActivityRow
from portal.web.event_labels import EVENT_STATES
from portal.web.event_words import GROUP_SIZE, EventLine, event_lines, group_line
from portal.web.label import Label
from portal.web.labels import RESOURCE_NOUNS, RUN_STATES
from portal.web.order_labels import SUBMISSION_STATES
from portal.web.stores.timeline_text import entry_title

_RUN_TEXTS: Mapping[str, str] = {
    RunKind.INCREMENTAL: N_("Sync of %(resource)s"),
    RunKind.BACKFILL: N_("Import of all %(resource)s"),
    RunKind.RECONCILIATION: N_("Verification of all %(resource)s"),
}
_SYMBOLS = {
    ActivityKind.EVENTS: "bell",
    ActivityKind.SYNC: "store",
    ActivityKind.ORDERS: "check",
    ActivityKind.CONNECTION: "link",
}


@dataclass(frozen=True)
class ActivityLine:
    """One thing that happened; ``url`` leads to its page, and ``label`` is its state, if any."""

    id: str
    text: str
    url: str
    at: datetime
    symbol: str
    label: Label | None = None
    picture: str | None = None
    is_about_product: bool = False


def activity_lines(store_id: int, rows: Sequence[ActivityRow]) -> list[ActivityLine]:
    """Return the rows as lines, with many consecutive events of a type as one line.

    Takes one statement, which reads the names of records.
    """
    groups: list[list[ActivityRow]] = []
    for _key, alike in groupby(rows, _group_key):
        same = list(alike)
        groups += [same] if len(same) >= GROUP_SIZE else [[each] for each in same]
    single = [group[0].row for group in groups if len(group) == 1 and _is_event(group[0])]
    of_events = {line.event.id: line for line in event_lines(store_id, single)}
    for group in groups:
        if len(group) > 1:
            line = group_line(store_id, [each.row for each in group])
            of_events[line.event.id] = line
    return [_line(store_id, group[0], of_events) for group in groups]


def _is_event(each: ActivityRow) -> bool:
    return each.kind is ActivityKind.EVENTS


def _group_key(each: ActivityRow) -> tuple[object, ...]:
    if _is_event(each):
        return each.kind, each.row.type, each.row.state
    return each.kind, each.row.id


def _line(store_id: int, each: ActivityRow, of_events: Mapping[int, EventLine]) -> ActivityLine:
    line_id, symbol = f"{each.kind.value}-{each.row.id}", _SYMBOLS[each.kind]
    if each.kind is ActivityKind.EVENTS:
        known = of_events[each.row.id]
        return ActivityLine(
            line_id,
            known.text,
            known.record_url or known.url,
            each.at,
            known.symbol,
            EVENT_STATES[each.row.state],
            known.picture,
            known.is_about_product,
        )
    if each.kind is ActivityKind.SYNC:
        text, url, label = _run_parts(store_id, each.row)
    elif each.kind is ActivityKind.ORDERS:
        text, url, label = _order_parts(store_id, each.row)
    else:
        text, url, label = _connection_parts(store_id, each.row)
    return ActivityLine(line_id, text, url, each.at, symbol, label)


def _run_parts(store_id: int, run: SyncRun) -> tuple[str, str, Label | None]:
    return (
        _(_RUN_TEXTS[run.kind], resource=RESOURCE_NOUNS[run.resource].text),
        url_for("sync.run", store_id=store_id, run_id=run.id),
        RUN_STATES[run.state],
    )


def _order_parts(store_id: int, sent: OrderSubmission) -> tuple[str, str, Label | None]:
    number = sent.order_number
    return (
        _("Order %(number)s placed here", number=number) if number else _("Order submitted here"),
        url_for("orders.submission", store_id=store_id, submission_id=sent.id),
        SUBMISSION_STATES[sent.state],
    )


def _connection_parts(store_id: int, entry: TimelineEntry) -> tuple[str, str, Label | None]:
    return entry_title(entry), url_for("stores.timeline", store_id=store_id), None
