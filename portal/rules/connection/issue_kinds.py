"""Name the kinds of trouble that a store can have, and say cause, impact and next action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.i18n import N_


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
CONNECTION_ISSUE_KINDS = frozenset(IssueKind) - {IssueKind.WEBHOOKS_SILENT}


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
        N_("Permissions that we need in your Ecwid store aren't granted, or no longer."),
        N_("Nothing is read until they are granted. What was copied so far is kept."),
        N_("Reconnect the store, and leave all permissions ticked on Ecwid's page."),
        IssueAction.RECONNECT,
    ),
    IssueKind.TOKEN_DEAD: IssueTexts(
        N_("Ecwid no longer accepts our access to the store."),
        N_("Nothing is read or sent. What was copied so far is kept."),
        N_("Reconnect the store; all goes on where it stopped."),
        IssueAction.RECONNECT,
    ),
    IssueKind.TOKEN_UNREADABLE: IssueTexts(
        N_("The key that our access to the store was locked with is gone."),
        N_("Nothing is read or sent. What was copied so far is kept."),
        N_("Reconnect the store: Ecwid gives us new access, and all goes on."),
        IssueAction.RECONNECT,
    ),
    IssueKind.PLAN_BLOCKED: IssueTexts(
        N_("The store's Ecwid plan has no API access any more."),
        N_("Nothing is read or sent. What was copied so far is kept."),
        N_("Choose the plan Venture or higher at Ecwid; we notice by ourselves and go on."),
        IssueAction.CHANGE_PLAN,
    ),
    IssueKind.SUSPENDED: IssueTexts(
        N_("Ecwid has suspended the store."),
        N_("Nothing is read or sent. What was copied so far is kept."),
        N_("Settle it with Ecwid's support; we notice by ourselves and go on."),
        IssueAction.ASK_ECWID,
    ),
    IssueKind.UNINSTALLED: IssueTexts(
        N_("Our app was removed from the store, and our access ended with it."),
        N_("Nothing is read or sent any more."),
        N_("If it wasn't meant so, reconnect the store; all goes on where it stopped."),
        IssueAction.RECONNECT,
    ),
}


_SILENCE = N_(
    "Something changed in the store, and for 15 minutes no message about it came from Ecwid."
)
_SILENCE_IMPACT = N_(
    "Changes reach the copy minutes later than usual. Nothing is lost: we look for changes more "
    "often until messages come again."
)
# By the way in which the store's webhooks are set up.
_SILENCE_NEXT_ACTION = {
    "api": N_(
        "Nothing for you to do: we have asked Ecwid anew to send its messages, and look whether "
        "they come."
    ),
    "app": N_(
        "For the portal's operator: ask Ecwid whether the app's webhook address is set, and "
        "whether Ecwid has blocked it."
    ),
}


def silent_webhooks_texts(webhook_mode: str | None) -> IssueTexts:
    """Return what to say of silent webhooks that are set up in this mode, ``api`` or ``app``."""
    mode = "api" if webhook_mode == "api" else "app"
    return IssueTexts(_SILENCE, _SILENCE_IMPACT, _SILENCE_NEXT_ACTION[mode])
