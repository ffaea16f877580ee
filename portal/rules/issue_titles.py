"""Name kinds of issues in a few words, for subjects and lists: how it began, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.rules.texts import marked


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
