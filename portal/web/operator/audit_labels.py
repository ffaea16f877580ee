"""Audit log entries in plain words: the action, its details and a link to its target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from portal.models import AuditLogEntry
from portal.rules.accounts.audit_actions import AuditAction as Action
from portal.web.label import Text
from portal.web.login import signed_in_merchant

DETAILS_LIMIT = 300

ACTION_LABELS: Mapping[Action, Text] = {
    Action.ACCOUNT_ADDED: _l("Added an account"),
    Action.ACCOUNT_CREATED: _l("Created an account"),
    Action.ACCOUNT_DELETED: _l("Deleted their account"),
    Action.ACCOUNT_EXPORTED: _l("Downloaded the data of their account"),
    Action.ACCOUNT_FACTOR_RESET: _l("Reset the second factor of an account"),
    Action.ACCOUNT_LOCKED: _l("Locked an account"),
    Action.ACCOUNT_MADE_ADMIN: _l("Made somebody an operator with the role admin"),
    Action.ACCOUNT_MADE_SUPPORT: _l("Made somebody an operator with the role support"),
    Action.ACCOUNT_REMOVED_OPERATOR: _l("Ended somebody's work as an operator"),
    Action.ACCOUNT_SESSIONS_ENDED: _l("Signed an account out of all browsers"),
    Action.ACCOUNT_SIGN_IN_LIMIT_RESET: _l("Reset the sign-in limit of an account"),
    Action.ACCOUNT_UNLOCKED: _l("Unlocked an account"),
    Action.ALERT_CHANNEL_CHANGED: _l("Changed an alert channel"),
    Action.ALERT_CHANNEL_CREATED: _l("Created an alert channel"),
    Action.ALERT_CHANNEL_DELETED: _l("Deleted an alert channel"),
    Action.ALERT_CHANNEL_TESTED: _l("Sent a test message to an alert channel"),
    Action.ALERT_SEVERITIES_CHANGED: _l("Changed the severities of issues"),
    Action.API_KEY_CREATED: _l("Created an API key"),
    Action.API_KEY_RESUMED: _l("Resumed an API key"),
    Action.API_KEY_REVOKED: _l("Revoked an API key"),
    Action.API_KEY_SUSPENDED: _l("Suspended an API key"),
    Action.API_KEY_ROTATED: _l("Replaced the secret of an API key"),
    Action.AUDIT_LOG_EXPORTED: _l("Exported the audit log"),
    Action.BULK_ACTION_CANCELED: _l("Canceled an action on many stores"),
    Action.BULK_ACTION_STARTED: _l("Started an action on many stores"),
    Action.CHANNEL_ACTIVATED: _l("Resumed a channel of the marketplace"),
    Action.CHANNEL_ADDED: _l("Added a channel of the marketplace"),
    Action.CHANNEL_CHANGED: _l("Changed a channel of the marketplace"),
    Action.CHANNEL_CLOSED: _l("Closed a channel of the marketplace"),
    Action.CHANNEL_CONSENTED: _l("Allowed a channel to work with a store"),
    Action.CHANNEL_NARROWED: _l("Changed what a channel may do with a store"),
    Action.CHANNEL_PAUSED: _l("Paused a channel's access to a store"),
    Action.CHANNEL_RESUMED: _l("Resumed a channel's access to a store"),
    Action.CHANNEL_REVOKED: _l("Ended a channel's access to a store"),
    Action.CHANNEL_SELLING_PAUSED: _l("Paused selling by a channel"),
    Action.CHANNEL_SELLING_RESUMED: _l("Resumed selling by a channel"),
    Action.CHANNEL_STOCK_BUFFER_CHANGED: _l("Changed a channel's stock buffer"),
    Action.CHANNEL_PRODUCT_PICKED: _l("Picked or excluded a product for a channel"),
    Action.CHANNEL_RULES_CHANGED: _l("Changed what a channel of the marketplace can sell"),
    Action.CHANNEL_SELECTION_CHANGED: _l("Changed which products a channel gets"),
    Action.CHANNEL_STOPPED: _l("Paused a channel of the marketplace"),
    Action.CONNECT_LINK_CREATED: _l("Created a connect link"),
    Action.CONNECT_LINK_MAILED: _l("Mailed a connect link"),
    Action.CONNECT_LINK_REMINDERS_STOPPED: _l("Stopped the reminders of a connect link"),
    Action.CONNECT_LINK_RENEWED: _l("Renewed a connect link"),
    Action.CONNECT_LINK_WITHDRAWN: _l("Withdrew a connect link"),
    Action.CONNECTION_CHECK_REQUESTED: _l("Asked for a check of the connection"),
    Action.EMAIL_CHANGE_CANCELED: _l("Canceled the change of their e-mail address"),
    Action.EMAIL_CHANGE_CONFIRMED: _l("Confirmed one of two e-mail addresses"),
    Action.EMAIL_CHANGE_REQUESTED: _l("Asked for another e-mail address"),
    Action.EMAIL_CHANGED: _l("Changed their e-mail address"),
    Action.ENDPOINT_ALERT_RETRIED: _l("Sent an e-mail about an endpoint again"),
    Action.ENDPOINT_CHANGED: _l("Changed a webhook endpoint"),
    Action.ENDPOINT_CREATED: _l("Created a webhook endpoint"),
    Action.ENDPOINT_DELETED: _l("Deleted a webhook endpoint"),
    Action.ENDPOINT_PAUSED: _l("Paused a webhook endpoint"),
    Action.ENDPOINT_REPLAYED: _l("Sent webhooks again"),
    Action.ENDPOINT_ROTATED: _l("Replaced the secret of a webhook endpoint"),
    Action.ENDPOINT_TESTED: _l("Sent a test event"),
    Action.ENDPOINT_TURNED_ON: _l("Turned a webhook endpoint on"),
    Action.ENCRYPTION_KEYS_ROTATED: _l("Encrypted all secrets with the newest key"),
    Action.FAILED_JOBS_DISCARDED: _l("Discarded failed jobs"),
    Action.FAILED_JOBS_RETRIED: _l("Ran failed jobs again"),
    Action.FAILURES_RETRIED: _l("Had failed work tried again"),
    Action.INVITATION_DECLINED: _l("Declined an invitation to a team"),
    Action.INVITATION_WITHDRAWN: _l("Withdrew an invitation to a team"),
    Action.ISSUE_DISMISSED: _l("Dismissed an issue of a store"),
    Action.MEMBER_INVITED: _l("Invited somebody to a team"),
    Action.MEMBER_JOINED: _l("Joined a team"),
    Action.MEMBER_LEFT: _l("Left a team"),
    Action.MEMBER_REMOVED: _l("Removed a member from a team"),
    Action.MERCHANTS_NOTIFIED: _l("Sent the merchants of a store an e-mail"),
    Action.NOTIFICATION_RETRIED: _l("Sent e-mails about a store again"),
    Action.NOTIFICATIONS_CHANGED: _l("Changed their e-mail settings"),
    Action.REGION_CHANGED: _l("Changed their language or time zone"),
    Action.ONBOARDING_ACCEPTED: _l("Accepted a connect link"),
    Action.ONBOARDING_STARTED: _l("Began to connect a store"),
    Action.ORDER_CHANGE_DISCARDED: _l("Discarded an order update"),
    Action.ORDER_CHANGE_REQUESTED: _l("Updated an order"),
    Action.ORDER_CHANGE_RETRIED: _l("Sent an order update again"),
    Action.ORDER_REQUESTED: _l("Requested an order"),
    Action.ORDER_SUBMITTED: _l("Placed an order"),
    Action.TEAM_FACTOR_OPTIONAL: _l("Stopped requiring a second factor of a team"),
    Action.TEAM_FACTOR_REQUIRED: _l("Required a second factor of a team"),
    Action.OWNER_CHANGED: _l("Transferred the ownership of a store"),
    Action.PASSKEY_ADDED: _l("Added a passkey"),
    Action.PASSKEY_REMOVED: _l("Removed a passkey"),
    Action.PASSKEY_RENAMED: _l("Renamed a passkey"),
    Action.PASSWORD_CHANGED: _l("Changed their password"),
    Action.EXPORT_DOWNLOADED: _l("Downloaded an export"),
    Action.PRIVACY_DOWNLOADED: _l("Downloaded the data of a customer"),
    Action.PRIVACY_ERASED: _l("The data of a customer was erased"),
    Action.PRIVACY_ERASURE_CONTINUED: _l("Had the data of a customer erased at once"),
    Action.PRIVACY_ERASURE_STOPPED: _l("Stopped the erasure of a customer's data"),
    Action.PRIVACY_EXPORTED: _l("The data of a customer was exported"),
    Action.QUARANTINE_RETRY_REQUESTED: _l("Had unreadable records read again"),
    Action.RECORD_RESYNC_REQUESTED: _l("Had a record read again"),
    Action.RECORDS_EXPORTED: _l("Exported records"),
    Action.REPLAY_CANCELED: _l("Canceled a replay of events"),
    Action.REPLAY_STARTED: _l("Started a replay of events"),
    Action.RESOURCE_PAUSED: _l("Paused the sync"),
    Action.RESOURCE_RESUMED: _l("Resumed the sync"),
    Action.RETENTION_RUN: _l("Deleted data whose retention period has ended"),
    Action.RUN_CANCELED: _l("Canceled a sync run"),
    Action.RUN_STARTED: _l("Started a sync run"),
    Action.SECOND_FACTOR_CODES_RENEWED: _l("Created new recovery codes"),
    Action.SECOND_FACTOR_OFF: _l("Turned the second factor off"),
    Action.SECOND_FACTOR_ON: _l("Turned the second factor on"),
    Action.SESSION_ENDED: _l("Signed other browsers out"),
    Action.STORE_CONNECTED: _l("Connected a store"),
    Action.STORE_DATA_ERASURE_REQUESTED: _l("Asked to erase the copy of a store"),
    Action.STORE_DISCONNECTED: _l("Disconnected a store"),
    Action.STORE_MARKED_LIVE: _l("Marked a test store as a live one"),
    Action.STORE_MARKED_TEST: _l("Marked a store as a test store"),
    Action.STORE_VIEWED: _l("Viewed a store as support"),
    Action.STORES_EXPORTED: _l("Exported the list of stores"),
}

# Page of a target by its kind, and the URL variable that the target's number is.
_PAGES = {
    "run": ("sync.run", "run_id"),
    "replay": ("events.replay", "replay_id"),
    "submission": ("orders.submission", "submission_id"),
    "customer": ("customers.show", "customer_id"),
}
_LISTS = {"invitation": "team.index", "merchant": "team.index", "order": "orders.index"}


def action_label(action: str) -> Text | str:
    """Return the text of an action; an action of a later version is shown as it is."""
    return ACTION_LABELS[Action(action)] if action in set(Action) else action


def target_url(entry: AuditLogEntry) -> str | None:
    """Return the page of the entry's target, or of its store; None if it has neither."""
    kind, _, number = entry.target.partition(" ")
    if kind == "onboarding":
        return url_for("operator.show_onboarding", onboarding_id=int(number))
    if kind == "bulk_action":
        # Support may not open it.
        if not signed_in_merchant().is_admin:
            return None
        return url_for("operator.show_bulk_action", bulk_action_id=int(number))
    if entry.store_id is None:
        is_account = kind == "merchant" and number.isdecimal()
        return url_for("operator.user", user_id=int(number)) if is_account else None
    if kind in _PAGES and number.isascii() and number.isdecimal():
        endpoint, variable = _PAGES[kind]
        return url_for(endpoint, store_id=entry.store_id, **{variable: int(number)})  # type: ignore[arg-type]
    return url_for(_LISTS.get(kind, "stores.show"), store_id=entry.store_id)


def details(entry: AuditLogEntry) -> str:
    """Return the recorded values, with the value before where there is one."""
    before, after = entry.before or {}, entry.after or {}
    parts = [
        f"{name}: {_shown(before[name])} → {_shown(value)}"
        if name in before
        else f"{name}: {_shown(value)}"
        for name, value in after.items()
    ]
    parts += [f"{name}: {_shown(value)}" for name, value in before.items() if name not in after]
    text = "; ".join(parts)
    return text if len(text) <= DETAILS_LIMIT else f"{text[:DETAILS_LIMIT]}…"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(each)}" for name, each in value.items())
    return "–" if value is None else str(value)
