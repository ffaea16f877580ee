"""Name the kinds of trouble that a store can have, and say cause, impact and next action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.i18n import marked


class IssueKind(StrEnum):
    """Name one kind of trouble; a store has at most one open issue of each."""

    WEBHOOKS_SILENT = "webhooks_silent"
    SCOPES_MISSING = "scopes_missing"
    TOKEN_DEAD = "token_dead"  # noqa: S105 - a name
    TOKEN_UNREADABLE = "token_unreadable"  # noqa: S105 - a name
    PLAN_BLOCKED = "plan_blocked"
    SUSPENDED = "suspended"
    UNINSTALLED = "uninstalled"


# What opens and ends with the state of a store's connection.
CONNECTION_KINDS = frozenset(IssueKind) - {IssueKind.WEBHOOKS_SILENT}


class IssueAction(StrEnum):
    """Name the next step that an issue asks of the merchant; pages and mails know where it is."""

    NONE = ""  # nothing to click
    RECONNECT = "reconnect"
    CHANGE_PLAN = "change_plan"
    ASK_ECWID = "ask_ecwid"


@dataclass(frozen=True)
class IssueTexts:
    """Hold what people are told of an issue, and which step comes next."""

    cause: str
    impact: str
    next_action: str
    action: IssueAction = IssueAction.NONE


CONNECTION_ISSUES: Mapping[IssueKind, IssueTexts] = {
    IssueKind.SCOPES_MISSING: IssueTexts(
        marked("Permissions that we need in your Ecwid store aren't granted, or no longer."),
        marked("Nothing is read until they are granted. What was copied so far is kept."),
        marked("Reconnect the store, and leave all permissions ticked on Ecwid's page."),
        IssueAction.RECONNECT,
    ),
    IssueKind.TOKEN_DEAD: IssueTexts(
        marked("Ecwid no longer accepts our access to the store."),
        marked("Nothing is read or sent. What was copied so far is kept."),
        marked("Reconnect the store; all goes on where it stopped."),
        IssueAction.RECONNECT,
    ),
    IssueKind.TOKEN_UNREADABLE: IssueTexts(
        marked("The key that our access to the store was locked with is gone."),
        marked("Nothing is read or sent. What was copied so far is kept."),
        marked("Reconnect the store: Ecwid gives us new access, and all goes on."),
        IssueAction.RECONNECT,
    ),
    IssueKind.PLAN_BLOCKED: IssueTexts(
        marked("The store's Ecwid plan has no API access any more."),
        marked("Nothing is read or sent. What was copied so far is kept."),
        marked("Choose the plan Venture or higher at Ecwid; we notice by ourselves and go on."),
        IssueAction.CHANGE_PLAN,
    ),
    IssueKind.SUSPENDED: IssueTexts(
        marked("Ecwid has suspended the store."),
        marked("Nothing is read or sent. What was copied so far is kept."),
        marked("Settle it with Ecwid's support; we notice by ourselves and go on."),
        IssueAction.ASK_ECWID,
    ),
    IssueKind.UNINSTALLED: IssueTexts(
        marked("Our app was removed from the store, and our access ended with it."),
        marked("Nothing is read or sent any more."),
        marked("If it wasn't meant so, reconnect the store; all goes on where it stopped."),
        IssueAction.RECONNECT,
    ),
}


_SILENCE = marked(
    "Something changed in the store, and for 15 minutes no message about it came from Ecwid."
)
_SILENCE_IMPACT = marked(
    "Changes reach the copy minutes later than usual. Nothing is lost: we look for changes more "
    "often until messages come again."
)
# By the way in which the store's webhooks are set up.
_SILENCE_NEXT_ACTION = {
    "api": marked(
        "Nothing for you to do: we have asked Ecwid anew to send its messages, and look whether "
        "they come."
    ),
    "app": marked(
        "For the portal's operator: ask Ecwid whether the app's webhook address is set, and "
        "whether Ecwid has blocked it."
    ),
}


def silence_texts(webhook_mode: str | None) -> IssueTexts:
    """Return what to say of silent webhooks that are set up in this mode, ``api`` or ``app``."""
    mode = "api" if webhook_mode == "api" else "app"
    return IssueTexts(_SILENCE, _SILENCE_IMPACT, _SILENCE_NEXT_ACTION[mode])
