"""Short titles of issues and of their next steps, for subjects, lists and buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.i18n import N_
from portal.rules.connection.issue_kinds import IssueAction


@dataclass(frozen=True)
class IssueTitle:
    """Title of an open issue, and of the same issue after it is resolved."""

    open_title: str
    resolved_title: str


TITLES: Mapping[str, IssueTitle] = {
    "token_dead": IssueTitle(
        N_("Ecwid no longer accepts our access"), N_("Ecwid accepts our access again")
    ),
    "token_unreadable": IssueTitle(
        N_("Our access to the store can't be used"),
        N_("Our access to the store works again"),
    ),
    "scopes_missing": IssueTitle(
        N_("Permissions are missing"), N_("All permissions are granted again")
    ),
    "plan_blocked": IssueTitle(
        N_("The plan has no API access"), N_("The plan has API access again")
    ),
    "suspended": IssueTitle(
        N_("The store is paused or suspended in Ecwid"),
        N_("The store is open at Ecwid again"),
    ),
    "uninstalled": IssueTitle(
        N_("Our app was removed from the store"), N_("Our app is in the store again")
    ),
    "webhooks_silent": IssueTitle(
        N_("Messages from Ecwid have stopped"), N_("Messages from Ecwid come again")
    ),
    "orders_rejected": IssueTitle(
        N_("Orders were refused"), N_("No refused order is left to look at")
    ),
    "orders_unresolved": IssueTitle(
        N_("Orders have no certain outcome"), N_("All orders have an outcome")
    ),
    "order_updates_undecided": IssueTitle(
        N_("Changes of orders need a decision"), N_("All changes of orders are decided")
    ),
    "events_dead": IssueTitle(
        N_("Events could not be applied"), N_("No event is left that could not be applied")
    ),
    "records_quarantined": IssueTitle(
        N_("Records could not be read"), N_("All records can be read again")
    ),
    "selling_paused": IssueTitle(N_("Selling is paused"), N_("Selling is no longer paused")),
}

_ACTION_LABELS: Mapping[str, str] = {
    IssueAction.RECONNECT: N_("Reconnect the store"),
    IssueAction.CHANGE_PLAN: N_("See what the plan lacks"),
    IssueAction.SEE_REJECTED_ORDERS: N_("See the refused orders"),
    IssueAction.SEE_UNRESOLVED_ORDERS: N_("See the orders"),
    IssueAction.SEE_ORDER_UPDATES: N_("Decide about the changes"),
    IssueAction.SEE_DEAD_EVENTS: N_("See the events"),
    IssueAction.SEE_QUARANTINE: N_("See the records"),
    IssueAction.SEE_CHANNELS: N_("See the channels"),
}
_OTHER_ACTION = N_("See what to do")


def action_label(action: str) -> str:
    """Return the label of the button that leads to an issue's next step."""
    return _ACTION_LABELS.get(action, _OTHER_ACTION)
