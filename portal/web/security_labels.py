"""Texts of security events and of an account's changes, for people who are no experts."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.rules.accounts.audit_actions import AuditAction as Action
from portal.rules.accounts.networks import network_text
from portal.rules.accounts.security_event_kinds import SecurityEventKind as Kind
from portal.web.label import Label, Text
from portal.web.labels import RESOURCE_TITLES
from portal.web.operator.audit_labels import action_label

EVENT_LABELS: Mapping[str, Label] = {
    Kind.PASSWORD_REFUSED: Label(_l("Wrong password"), "warn"),
    Kind.CODE_REFUSED: Label(_l("Wrong verification code"), "warn"),
    Kind.PASSKEY_REFUSED: Label(_l("Passkey refused"), "warn"),
    Kind.PASSKEY_COPIED: Label(_l("Passkey refused: it may have been copied"), "bad"),
    Kind.API_KEY_REFUSED: Label(_l("API key refused: wrong, revoked or expired"), "warn"),
    Kind.STORE_REFUSED: Label(_l("Tried to open someone else's store"), "warn"),
    Kind.OPERATOR_PAGE_REFUSED: Label(_l("Tried to open an operator page"), "warn"),
    Kind.STATE_REFUSED: Label(_l("Came back from Ecwid without starting here"), "warn"),
    Kind.CSRF_REFUSED: Label(_l("Form expired or sent from another site"), "warn"),
    Kind.HOST_REFUSED: Label(_l("Wrong host name"), "warn"),
    Kind.LIMIT_REACHED: Label(_l("Too many attempts"), "warn"),
    Kind.SIGNED_IN: Label(_l("Signed in")),
    Kind.NEW_BROWSER: Label(_l("Signed in with a new browser"), "info"),
    Kind.PASSWORD_CHANGED: Label(_l("Password changed"), "info"),
    Kind.FACTOR_CHANGED: Label(
        _l("Two-step verification, passkeys or recovery codes changed"), "info"
    ),
    Kind.EMAIL_CHANGED: Label(_l("Email address changed"), "info"),
    Kind.API_KEY_CREATED: Label(_l("API key created or its secret replaced"), "info"),
    Kind.ENDPOINT_CREATED: Label(_l("Webhook endpoint created"), "info"),
    Kind.MEMBER_JOINED: Label(_l("Joined a team"), "info"),
    Kind.SESSIONS_ENDED: Label(_l("Devices signed out"), "info"),
}
# The changes of an account, as its owner reads them.
CHANGE_LABELS: Mapping[str, Text] = {
    Action.ACCOUNT_ADDED: _l("Account added"),
    Action.ACCOUNT_CREATED: _l("Account created"),
    Action.ACCOUNT_EXPORTED: _l("Account data downloaded"),
    Action.ACCOUNT_FACTOR_RESET: _l("Two-step verification reset"),
    Action.ACCOUNT_LOCKED: _l("Account locked"),
    Action.ACCOUNT_MADE_ADMIN: _l("Admin role added"),
    Action.ACCOUNT_MADE_SUPPORT: _l("Support role added"),
    Action.ACCOUNT_REMOVED_OPERATOR: _l("Operator role removed"),
    Action.ACCOUNT_SESSIONS_ENDED: _l("Signed out on all devices"),
    Action.ACCOUNT_SIGN_IN_LIMIT_RESET: _l("Sign-in limit reset"),
    Action.ACCOUNT_UNLOCKED: _l("Account unlocked"),
    Action.EMAIL_CHANGED: _l("Email address changed"),
    Action.EMAIL_CHANGE_CANCELED: _l("Email address change canceled"),
    Action.EMAIL_CHANGE_CONFIRMED: _l("Email address change confirmed by one address"),
    Action.EMAIL_CHANGE_REQUESTED: _l("Email address change requested"),
    Action.NOTIFICATIONS_CHANGED: _l("Email settings changed"),
    Action.NAME_CHANGED: _l("Name changed"),
    Action.REGION_CHANGED: _l("Language or time zone changed"),
    Action.PASSKEY_ADDED: _l("Passkey added"),
    Action.PASSKEY_REMOVED: _l("Passkey removed"),
    Action.PASSKEY_RENAMED: _l("Passkey renamed"),
    Action.PASSWORD_CHANGED: _l("Password changed"),
    Action.SECOND_FACTOR_OFF: _l("Two-step verification turned off"),
    Action.SECOND_FACTOR_ON: _l("Two-step verification turned on"),
    Action.SECOND_FACTOR_CODES_RENEWED: _l("New recovery codes created"),
    Action.SESSION_ENDED: _l("Other devices signed out"),
}
# Parts of the portal, by blueprint.
AREA_LABELS: Mapping[str, Text] = {
    **{resource: label.text for resource, label in RESOURCE_TITLES.items()},
    "account": _l("Account settings"),
    "accounts": _l("Sign-in and sign-up"),
    "api": _l("API"),
    "api_docs": _l("API reference"),
    "api_keys": _l("API keys"),
    "channels": _l("Channels"),
    "connect": _l("Connecting stores"),
    "coupons": _l("Coupons"),
    "endpoints": _l("Webhook endpoints"),
    "events": _l("Webhook events"),
    "exports": _l("Exports"),
    "home": _l("Home"),
    "invitations": _l("Team invitations"),
    "languages": _l("Language choice"),
    "operator": _l("Operator pages"),
    "privacy": _l("Personal data"),
    "search": _l("Search"),
    "stores": _l("Stores"),
    "sync": _l("Sync"),
    "team": _l("Team"),
    "webhooks": _l("Webhooks from Ecwid"),
}


def set_up_security_labels(app: Flask) -> None:
    """Register the template filters."""
    app.add_template_filter(security_event)
    app.add_template_filter(area)
    app.add_template_filter(network)
    app.add_template_filter(account_change)


def security_event(kind: str) -> Label:
    """Return the label of a kind; kinds of a later version have none."""
    return EVENT_LABELS.get(kind) or Label(_("Another security event"))


def area(endpoint: str) -> Text:
    """Return the part of the portal to which an endpoint's name belongs."""
    return AREA_LABELS.get(endpoint.partition(".")[0]) or _("Other pages")


def network(name: str) -> str:
    """Return a network as people read it."""
    return network_text(name) or _("Several networks")


def account_change(action: str) -> Text:
    """Return the text of a change of an account."""
    return CHANGE_LABELS.get(action) or action_label(action)
