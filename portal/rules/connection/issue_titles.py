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
        N_("Our access to the store can't be decrypted"),
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
        N_("The store is open in Ecwid again"),
    ),
    "uninstalled": IssueTitle(
        N_("Our app was removed from the store"), N_("Our app is installed in the store again")
    ),
    "webhooks_silent": IssueTitle(
        N_("Webhooks from Ecwid have stopped"), N_("Webhooks from Ecwid arrive again")
    ),
    "orders_rejected": IssueTitle(
        N_("Orders were refused"), N_("No refused orders left to review")
    ),
    "orders_unresolved": IssueTitle(
        N_("The outcome of some orders is unknown"), N_("The outcome of all orders is known")
    ),
    "order_updates_undecided": IssueTitle(
        N_("Order changes need a decision"), N_("All order changes are decided")
    ),
    "events_dead": IssueTitle(
        N_("Some events couldn't be processed"), N_("All events are processed")
    ),
    "records_quarantined": IssueTitle(
        N_("Some records couldn't be synced"), N_("All records are synced again")
    ),
    "selling_paused": IssueTitle(N_("Selling is paused"), N_("Selling is no longer paused")),
}

_ACTION_LABELS: Mapping[str, str] = {
    IssueAction.RECONNECT: N_("Reconnect the store"),
    IssueAction.CHANGE_PLAN: N_("View plan details"),
    IssueAction.SEE_REJECTED_ORDERS: N_("View refused orders"),
    IssueAction.SEE_UNRESOLVED_ORDERS: N_("View the orders"),
    IssueAction.SEE_ORDER_UPDATES: N_("Review the changes"),
    IssueAction.SEE_DEAD_EVENTS: N_("View the events"),
    IssueAction.SEE_QUARANTINE: N_("View the records"),
    IssueAction.SEE_CHANNELS: N_("View the channels"),
}
_OTHER_ACTION = N_("See what to do")


def action_label(action: str) -> str:
    """Return the label of the button that leads to an issue's next step."""
    return _ACTION_LABELS.get(action, _OTHER_ACTION)
