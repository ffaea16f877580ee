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
        N_("Orders that channels sent were not placed in the store."),
        N_("The buyers have no order. The channels know, and may have ordered again."),
        N_("Read why, fix the cause in the store, and dismiss this when you have seen it."),
        IssueAction.SEE_REJECTED_ORDERS,
    ),
    IssueKind.ORDERS_UNRESOLVED: IssueTexts(
        N_("Orders were sent, and the store's answer never came."),
        N_("Each of them may or may not be in the store. We go on searching for them."),
        N_("Compare them with the orders in your Ecwid control panel; don't place them again."),
        IssueAction.SEE_UNRESOLVED_ORDERS,
    ),
    IssueKind.ORDER_UPDATES_UNDECIDED: IssueTexts(
        N_("Changes of orders were not sent: the store changed the same fields, or refused them."),
        N_("The orders stay as the store has them until somebody decides."),
        N_("Open each order, and send its change again or drop it."),
        IssueAction.SEE_ORDER_UPDATES,
    ),
    IssueKind.EVENTS_DEAD: IssueTexts(
        N_("Events from Ecwid could not be applied, even after all attempts."),
        N_("Some records may be older here than in the store until the next comparison."),
        N_("Read the error of an event, and replay the events when the cause is gone."),
        IssueAction.SEE_DEAD_EVENTS,
    ),
    IssueKind.RECORDS_QUARANTINED: IssueTexts(
        N_("Ecwid sent records that could not be read, so they were set aside."),
        N_("These records are missing or old here, and channels can't see them as they are."),
        N_("Read the reason, correct the record in Ecwid, and retry it."),
        IssueAction.SEE_QUARANTINE,
    ),
    IssueKind.SELLING_PAUSED: IssueTexts(
        N_("The store's owner or a channel has paused selling, or the channel's access."),
        N_("The channel sells nothing of this store until the pause is over."),
        N_("Resume it when it may sell again."),
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
    "not_sent": N_("The store could not be reached within an hour"),
    "rejected_by_ecwid": N_("Ecwid refused the order"),
    "store_not_working": N_("The store's connection did not work"),
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
