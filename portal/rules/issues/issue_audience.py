"""Channels that may know of an issue, and how many of its rows are about them.

A channel learns nothing about the orders of other channels. A merchant's own channel is the store's
own side, which sees everything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.connection.issue_kinds import IssueKind

ORDER_ISSUE_KINDS = frozenset(
    {
        IssueKind.ORDERS_REJECTED,
        IssueKind.ORDERS_UNRESOLVED,
        IssueKind.ORDER_UPDATES_UNDECIDED,
    }
)
# Any of them lets a channel know of issues with its orders.
ORDER_SCOPES = frozenset({KeyScope.READ_ORDERS, KeyScope.WRITE_ORDERS})
ISSUE_SCOPES = ORDER_SCOPES | {KeyScope.READ_HEALTH}
# The path of the counted rows in the API, below the store's URL.
_API_PATHS: Mapping[str, str] = {
    IssueKind.ORDERS_REJECTED: "submissions?state=rejected",
    IssueKind.ORDERS_UNRESOLVED: "submissions?state=unknown",
    IssueKind.ORDER_UPDATES_UNDECIDED: "order-updates",
}


@dataclass(frozen=True)
class Reader:
    """Channel with the scopes that a store allows it; ``is_own`` if it belongs to a merchant."""

    channel_id: int
    is_own: bool
    scopes: Collection[str]


@dataclass(frozen=True)
class IssueState:
    """Number of an issue's rows, of which ``senders`` has those of each sender of orders.

    An open issue that counts nothing has 1 as its number, and one that is not open has 0.
    """

    count: int = 0
    senders: Mapping[str, int] | None = None

    def count_for(self, kind: str, reader: Reader) -> int:
        """Return how many of the rows the channel may know of; 0 if there is no issue for it."""
        if not may_know(kind, reader.scopes):
            return 0
        if reader.is_own:
            return self.count
        if kind == IssueKind.SELLING_PAUSED:
            return 0
        if kind in ORDER_ISSUE_KINDS:
            return (self.senders or {}).get(f"channel {reader.channel_id}", 0)
        return self.count


def may_know(kind: str, scopes: Collection[str]) -> bool:
    """Return whether a channel with these scopes may know of issues of this kind."""
    if kind in ORDER_ISSUE_KINDS:
        return not ORDER_SCOPES.isdisjoint(scopes)
    return KeyScope.READ_HEALTH in scopes


def api_path(kind: str) -> str:
    """Return the path, below the store's URL in the API, where a channel reads more."""
    return _API_PATHS.get(kind, "health")
