"""Name kinds of issues, and the next step, in a few words: for subjects, lists and buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.i18n import marked
from portal.rules.connection.issue_kinds import IssueAction


@dataclass(frozen=True)
class IssueTitle:
    """Hold the title of an issue that is open, and of one that is over."""

    trouble: str
    recovery: str


TITLES: Mapping[str, IssueTitle] = {
    "token_dead": IssueTitle(
        marked("Ecwid no longer accepts our access"), marked("Ecwid accepts our access again")
    ),
    "token_unreadable": IssueTitle(
        marked("Our access to the store can't be used"),
        marked("Our access to the store works again"),
    ),
    "scopes_missing": IssueTitle(
        marked("Permissions are missing"), marked("All permissions are granted again")
    ),
    "plan_blocked": IssueTitle(
        marked("The plan has no API access"), marked("The plan has API access again")
    ),
    "suspended": IssueTitle(
        marked("Ecwid has suspended the store"), marked("The store is no longer suspended")
    ),
    "uninstalled": IssueTitle(
        marked("Our app was removed from the store"), marked("Our app is in the store again")
    ),
    "webhooks_silent": IssueTitle(
        marked("Messages from Ecwid have stopped"), marked("Messages from Ecwid come again")
    ),
}

_STEPS: Mapping[str, str] = {
    IssueAction.RECONNECT: marked("Reconnect the store"),
    IssueAction.CHANGE_PLAN: marked("See what the plan lacks"),
}
_OTHER_STEP = marked("See what to do")
_OPERATORS_STEP = marked("See whom we told")


def step_text(action: str, *, is_member: bool) -> str:
    """Return what the button says that leads to an issue's next step.

    Operators can't reconnect somebody's store; they are led to the list of what was told.
    """
    return _STEPS.get(action, _OTHER_STEP) if is_member else _OPERATORS_STEP
