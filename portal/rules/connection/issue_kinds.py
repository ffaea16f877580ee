"""Kinds of issues that a store can have, with the cause, impact and next action of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from portal.i18n import N_
from portal.rules.alerts.severities import Severity
from portal.rules.connection.grant_sources import GrantSource


class IssueKind(StrEnum):
    """Kind of issue; a store has at most one open issue of each kind."""

    WEBHOOKS_SILENT = "webhooks_silent"
    SCOPES_MISSING = "scopes_missing"
    TOKEN_DEAD = "token_dead"  # noqa: S105 - a name
    TOKEN_UNREADABLE = "token_unreadable"  # noqa: S105 - a name
    PLAN_BLOCKED = "plan_blocked"
    SUSPENDED = "suspended"
    UNINSTALLED = "uninstalled"
    ORDERS_REJECTED = "orders_rejected"
    ORDERS_UNRESOLVED = "orders_unresolved"
    ORDER_UPDATES_UNDECIDED = "order_updates_undecided"
    EVENTS_DEAD = "events_dead"
    RECORDS_QUARANTINED = "records_quarantined"
    SELLING_PAUSED = "selling_paused"


# These issues count rows that need somebody; their texts are in `portal.rules.issues`.
COUNTED_ISSUE_KINDS = frozenset(
    {
        IssueKind.ORDERS_REJECTED,
        IssueKind.ORDERS_UNRESOLVED,
        IssueKind.ORDER_UPDATES_UNDECIDED,
        IssueKind.EVENTS_DEAD,
        IssueKind.RECORDS_QUARANTINED,
        IssueKind.SELLING_PAUSED,
    }
)
# These issues open and close with the state of the store's connection.
CONNECTION_ISSUE_KINDS = frozenset(IssueKind) - {IssueKind.WEBHOOKS_SILENT} - COUNTED_ISSUE_KINDS


# Defaults; operators may choose another severity for a kind. An uninstall is usually the merchant's
# decision. Without webhooks nothing is lost, because the portal polls.
ISSUE_SEVERITIES: Mapping[str, Severity] = {
    IssueKind.WEBHOOKS_SILENT: Severity.INFO,
    IssueKind.SCOPES_MISSING: Severity.CRITICAL,
    IssueKind.TOKEN_DEAD: Severity.CRITICAL,
    IssueKind.TOKEN_UNREADABLE: Severity.CRITICAL,
    IssueKind.PLAN_BLOCKED: Severity.CRITICAL,
    IssueKind.SUSPENDED: Severity.WARNING,
    IssueKind.UNINSTALLED: Severity.WARNING,
    IssueKind.ORDERS_REJECTED: Severity.WARNING,
    IssueKind.ORDERS_UNRESOLVED: Severity.WARNING,
    IssueKind.ORDER_UPDATES_UNDECIDED: Severity.WARNING,
    IssueKind.EVENTS_DEAD: Severity.WARNING,
    IssueKind.RECORDS_QUARANTINED: Severity.WARNING,
    IssueKind.SELLING_PAUSED: Severity.INFO,
}


class IssueAction(StrEnum):
    """Next step for the merchant; the pages and e-mails know the link that belongs to it."""

    NONE = ""  # nothing to click
    RECONNECT = "reconnect"
    CHANGE_PLAN = "change_plan"
    ASK_ECWID = "ask_ecwid"
    SEE_REJECTED_ORDERS = "see_rejected_orders"
    SEE_UNRESOLVED_ORDERS = "see_unresolved_orders"
    SEE_ORDER_UPDATES = "see_order_updates"
    SEE_DEAD_EVENTS = "see_dead_events"
    SEE_QUARANTINE = "see_quarantine"
    SEE_CHANNELS = "see_channels"


@dataclass(frozen=True)
class IssueTexts:
    """Texts that explain an issue, and the next step."""

    cause: str
    impact: str
    next_action: str
    action: IssueAction = IssueAction.NONE


CONNECTION_ISSUES: Mapping[IssueKind, IssueTexts] = {
    IssueKind.SCOPES_MISSING: IssueTexts(
        N_("Some permissions in your Ecwid store are missing or were removed."),
        N_(
            "Nothing is synced and no orders are sent until all are granted. Everything synced so "
            "far is kept."
        ),
        N_("Reconnect the store and allow access on Ecwid's page."),
        IssueAction.RECONNECT,
    ),
    IssueKind.TOKEN_DEAD: IssueTexts(
        N_("Ecwid no longer accepts our access to the store."),
        N_("Nothing is synced and no orders are sent. Everything synced so far is kept."),
        N_("Reconnect the store. Syncing resumes where it left off."),
        IssueAction.RECONNECT,
    ),
    IssueKind.TOKEN_UNREADABLE: IssueTexts(
        N_("We can no longer decrypt our access to the store."),
        N_("Nothing is synced and no orders are sent. Everything synced so far is kept."),
        N_("Reconnect the store. Ecwid gives us new access, and syncing resumes."),
        IssueAction.RECONNECT,
    ),
    IssueKind.PLAN_BLOCKED: IssueTexts(
        N_("The store's Ecwid plan no longer has API access."),
        N_("Nothing is synced and no orders are sent. Everything synced so far is kept."),
        N_("Choose a plan with API access in Ecwid. We notice it and resume syncing."),
        IssueAction.CHANGE_PLAN,
    ),
    IssueKind.SUSPENDED: IssueTexts(
        N_("The store is paused by its owner, or suspended by Ecwid."),
        N_(
            "Nothing is synced and no orders are sent. Everything synced so far is kept, and our "
            "access stays valid."
        ),
        N_(
            "Open the store again in your Ecwid admin, or ask Ecwid support if you didn't pause "
            "it. We notice it and resume syncing."
        ),
        IssueAction.ASK_ECWID,
    ),
    IssueKind.UNINSTALLED: IssueTexts(
        N_("Our app was removed from the store, so we have no access any more."),
        N_("Nothing is synced and no orders are sent."),
        N_("If that was a mistake, reconnect the store. Syncing resumes where it left off."),
        IssueAction.RECONNECT,
    ),
}


# A store that is connected by its custom app's token; the other texts are the same.
_CUSTOM_APP_NEXT_ACTIONS: Mapping[IssueKind, str] = {
    IssueKind.SCOPES_MISSING: N_(
        "Ask Ecwid to add the permissions to your custom app, then enter its token again."
    ),
    IssueKind.TOKEN_DEAD: N_(
        "Enter a new token of your custom app. Syncing resumes where it left off."
    ),
    IssueKind.TOKEN_UNREADABLE: N_(
        "Enter the token of your custom app again. Syncing resumes where it left off."
    ),
    IssueKind.UNINSTALLED: N_(
        "Your custom app was removed. Enter the token of a new one to resume syncing."
    ),
}


def connection_issue_texts(kind: IssueKind, source: GrantSource) -> IssueTexts:
    """Return the texts of a connection issue for a store with a grant from ``source``."""
    texts = CONNECTION_ISSUES[kind]
    if source is GrantSource.CUSTOM_APP and kind in _CUSTOM_APP_NEXT_ACTIONS:
        return replace(texts, next_action=_CUSTOM_APP_NEXT_ACTIONS[kind])
    return texts


_SILENCE = N_("Something changed in the store, but Ecwid sent no webhook about it for 15 minutes.")
_SILENCE_IMPACT = N_(
    "Changes are synced a few minutes later than usual. Nothing is lost: we check for changes "
    "more often until webhooks arrive again."
)
# By webhook mode.
_SILENCE_NEXT_ACTION = {
    "api": N_(
        "You don't need to do anything. We have set up the webhooks again and are checking "
        "whether they arrive."
    ),
    "app": N_(
        "You don't need to do anything. We ask Ecwid whether our app's webhook address is set "
        "and not blocked."
    ),
    "custom_app": N_(
        "Ask Ecwid whether the webhook address of your custom app is set and not blocked."
    ),
}


def silent_webhooks_texts(
    webhook_mode: str | None, source: GrantSource = GrantSource.OAUTH
) -> IssueTexts:
    """Return the texts for silent webhooks in this webhook mode, ``api`` or ``app``."""
    mode = "api" if webhook_mode == "api" else "app"
    if mode == "app" and source is GrantSource.CUSTOM_APP:
        mode = "custom_app"
    return IssueTexts(_SILENCE, _SILENCE_IMPACT, _SILENCE_NEXT_ACTION[mode])
