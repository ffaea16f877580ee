"""Issues that count rows of a store, such as rejected orders: texts, links, growth and age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from portal.i18n import N_
from portal.rules.connection.issue_kinds import IssueAction, IssueKind, IssueTexts

# A rejected order is final: its channel has ordered again, or given up.
REJECTED_FOR = timedelta(days=7)
# Most searches settle an order within two minutes.
UNRESOLVED_AFTER = timedelta(minutes=5)
# Ids of the newest rows that an issue names.
EXAMPLES_SHOWN = 5
# Nothing else ends these issues before their age does.
DISMISSIBLE_KINDS = frozenset({IssueKind.ORDERS_REJECTED})

COUNTED_ISSUES: Mapping[IssueKind, IssueTexts] = {
    IssueKind.ORDERS_REJECTED: IssueTexts(
        N_("Some orders from channels were not created in the store."),
        N_("The buyers have no order. The channels were notified and may have ordered again."),
        N_("Read the reason, fix it in the store, then dismiss this issue."),
        IssueAction.SEE_REJECTED_ORDERS,
    ),
    IssueKind.ORDERS_UNRESOLVED: IssueTexts(
        N_("We sent orders to the store but got no answer."),
        N_("They may or may not be in the store. We keep searching for them."),
        N_("Check the orders in your Ecwid admin. Don't place them again."),
        IssueAction.SEE_UNRESOLVED_ORDERS,
    ),
    IssueKind.ORDER_UPDATES_UNDECIDED: IssueTexts(
        N_(
            "Some order changes were not saved: the same fields changed in Ecwid, or Ecwid refused "
            "them."
        ),
        N_("The orders stay as they are in Ecwid until you decide."),
        N_("Open each order, then send its change again or discard it."),
        IssueAction.SEE_ORDER_UPDATES,
    ),
    IssueKind.EVENTS_DEAD: IssueTexts(
        N_("Some events from Ecwid couldn't be processed after several attempts."),
        N_("Some records may be out of date here until the next verification."),
        N_("Read the error of the event. When the cause is fixed, replay the events."),
        IssueAction.SEE_DEAD_EVENTS,
    ),
    IssueKind.RECORDS_QUARANTINED: IssueTexts(
        N_("Ecwid sent records with invalid data, so we skipped them."),
        N_("These records are missing or out of date here, for channels too."),
        N_("Read the reason, fix the record in Ecwid, then retry it."),
        IssueAction.SEE_QUARANTINE,
    ),
    IssueKind.SELLING_PAUSED: IssueTexts(
        N_("You or a channel paused selling or the channel's access."),
        N_("The channel sells nothing from this store until you resume it."),
        N_("Resume the channel when it may sell again."),
        IssueAction.SEE_CHANNELS,
    ),
}
# The list with the counted rows, below the store's page.
ISSUE_PATHS: Mapping[str, str] = {
    IssueAction.SEE_REJECTED_ORDERS: "/orders/submissions?state=failed",
    IssueAction.SEE_UNRESOLVED_ORDERS: "/orders/submissions?state=unknown",
    IssueAction.SEE_ORDER_UPDATES: "/orders/updates",
    IssueAction.SEE_DEAD_EVENTS: "/events?state=dead",
    IssueAction.SEE_QUARANTINE: "/quarantine",
    IssueAction.SEE_CHANNELS: "/channels",
}
# Causes of rejected orders, by the code of `portal.rules.orders.submission_states`.
CAUSES: Mapping[str, str] = {
    "not_sent": N_("We couldn't reach the store within an hour"),
    "rejected_by_ecwid": N_("Ecwid refused the order"),
    "store_not_working": N_("The store's connection didn't work"),
}


@dataclass(frozen=True)
class CountedRows:
    """Rows of one store that an issue counts.

    ``newest_at`` is when the newest of them happened. ``senders`` and ``causes`` are numbers of
    orders by sender, such as ``channel 7``, and by code; empty for other rows.
    """

    count: int
    since: datetime
    newest_at: datetime
    senders: Mapping[str, int] = field(default_factory=dict)
    causes: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: CountedRows) -> CountedRows:
        """Return both together."""
        return CountedRows(
            self.count + other.count,
            min(self.since, other.since),
            max(self.newest_at, other.newest_at),
            _added(self.senders, other.senders),
            _added(self.causes, other.causes),
        )

    def has_grown(self, count: int | None, newest_at: datetime | None) -> bool:
        """Return whether there are new rows since an issue had this count and newest row."""
        if count is None or newest_at is None:
            return True
        return self.newest_at > newest_at or self.count > count

    def detail(self, examples: Sequence[str]) -> dict[str, object]:
        """Return the issue's detail; ``examples`` are ids of the newest rows."""
        found: dict[str, object] = {"since": self.since.isoformat(), "examples": list(examples)}
        if self.senders:
            found["senders"] = dict(sorted(self.senders.items()))
        if self.causes:
            found["causes"] = dict(sorted(self.causes.items()))
        return found


def causes_of(detail: Mapping[str, Any] | None) -> Sequence[tuple[str, int]]:
    """Return the causes of rejected orders in an issue's detail, each with its number of orders."""
    found = (detail or {}).get("causes", {})
    return [(text, found[code]) for code, text in CAUSES.items() if code in found]


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in (*one, *other)}
