"""Audit log entries in plain words: the action, its details and a link to its target."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
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
    Action.ACCOUNT_FACTOR_RESET: _l("Reset two-step verification for an account"),
    Action.ACCOUNT_LOCKED: _l("Locked an account"),
    Action.ACCOUNT_MADE_ADMIN: _l("Gave someone the admin role"),
    Action.ACCOUNT_MADE_SUPPORT: _l("Gave someone the support role"),
    Action.ACCOUNT_REMOVED_OPERATOR: _l("Removed someone's operator role"),
    Action.ACCOUNT_SESSIONS_ENDED: _l("Signed an account out on all devices"),
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
    Action.BULK_ACTION_CANCELED: _l("Canceled a bulk action"),
    Action.BULK_ACTION_STARTED: _l("Started a bulk action"),
    Action.CHANNEL_ACTIVATED: _l("Resumed a marketplace channel"),
    Action.CHANNEL_ADDED: _l("Added a marketplace channel"),
    Action.CHANNEL_CHANGED: _l("Changed a marketplace channel"),
    Action.CHANNEL_CLOSED: _l("Closed a marketplace channel"),
    Action.CHANNEL_CONSENTED: _l("Gave a channel access to a store"),
    Action.CHANNEL_NARROWED: _l("Changed a channel's permissions for a store"),
    Action.CHANNEL_PAUSED: _l("Paused a channel's access to a store"),
    Action.CHANNEL_RESUMED: _l("Resumed a channel's access to a store"),
    Action.CHANNEL_REVOKED: _l("Ended a channel's access to a store"),
    Action.CHANNEL_SELLING_PAUSED: _l("Paused selling by a channel"),
    Action.CHANNEL_SELLING_RESUMED: _l("Resumed selling by a channel"),
    Action.CHANNEL_STOCK_BUFFER_CHANGED: _l("Changed a channel's stock buffer"),
    Action.CHANNEL_PRODUCT_PICKED: _l("Picked or excluded a product for a channel"),
    Action.CHANNEL_RULES_CHANGED: _l("Changed what a marketplace channel can sell"),
    Action.CHANNEL_SELECTION_CHANGED: _l("Changed a channel's product selection"),
    Action.CHANNEL_STOPPED: _l("Paused a marketplace channel"),
    Action.CONNECT_LINK_CREATED: _l("Created a connect link"),
    Action.CONNECT_LINK_MAILED: _l("Emailed a connect link"),
    Action.CONNECT_LINK_REMINDERS_STOPPED: _l("Stopped reminders for a connect link"),
    Action.CONNECT_LINK_RENEWED: _l("Renewed a connect link"),
    Action.CONNECT_LINK_WITHDRAWN: _l("Canceled a connect link"),
    Action.CONNECTION_CHECK_REQUESTED: _l("Requested a connection check"),
    Action.EMAIL_CHANGE_CANCELED: _l("Canceled their email address change"),
    Action.EMAIL_CHANGE_CONFIRMED: _l("Confirmed one of two email addresses"),
    Action.EMAIL_CHANGE_REQUESTED: _l("Requested an email address change"),
    Action.EMAIL_CHANGED: _l("Changed their email address"),
    Action.ENDPOINT_ALERT_RETRIED: _l("Resent an email about an endpoint"),
    Action.ENDPOINT_CHANGED: _l("Changed a webhook endpoint"),
    Action.ENDPOINT_CREATED: _l("Created a webhook endpoint"),
    Action.ENDPOINT_DELETED: _l("Deleted a webhook endpoint"),
    Action.ENDPOINT_PAUSED: _l("Paused a webhook endpoint"),
    Action.ENDPOINT_REPLAYED: _l("Resent webhooks"),
    Action.ENDPOINT_ROTATED: _l("Replaced the secret of a webhook endpoint"),
    Action.ENDPOINT_TESTED: _l("Sent a test event"),
    Action.ENDPOINT_TURNED_ON: _l("Turned a webhook endpoint on"),
    Action.ENCRYPTION_KEYS_ROTATED: _l("Encrypted all secrets with the newest key"),
    Action.FAILED_JOBS_DISCARDED: _l("Discarded failed jobs"),
    Action.FAILED_JOBS_RETRIED: _l("Retried failed jobs"),
    Action.FAILURES_RETRIED: _l("Retried failed work"),
    Action.INVITATION_DECLINED: _l("Declined a team invitation"),
    Action.INVITATION_WITHDRAWN: _l("Canceled a team invitation"),
    Action.ISSUE_DISMISSED: _l("Dismissed an issue of a store"),
    Action.ISSUE_REOPENED: _l("Reopened a dismissed issue of a store"),
    Action.MEMBER_INVITED: _l("Invited someone to a team"),
    Action.MEMBER_JOINED: _l("Joined a team"),
    Action.MEMBER_LEFT: _l("Left a team"),
    Action.MEMBER_ROLE_CHANGED: _l("Changed a team member's role"),
    Action.MEMBER_REMOVED: _l("Removed a member from a team"),
    Action.MERCHANTS_NOTIFIED: _l("Emailed a store's merchants"),
    Action.NOTIFICATION_RETRIED: _l("Resent emails about a store"),
    Action.NOTIFICATIONS_CHANGED: _l("Changed their email settings"),
    Action.NAME_CHANGED: _l("Changed their name"),
    Action.REGION_CHANGED: _l("Changed their language or time zone"),
    Action.ONBOARDING_ACCEPTED: _l("Accepted a connect link"),
    Action.ONBOARDING_STARTED: _l("Started connecting a store"),
    Action.ORDER_CHANGE_DISCARDED: _l("Discarded an order update"),
    Action.ORDER_CHANGE_REQUESTED: _l("Updated an order"),
    Action.ORDER_CHANGE_RETRIED: _l("Resent an order update"),
    Action.ORDER_REQUESTED: _l("Submitted an order"),
    Action.ORDER_SUBMITTED: _l("Placed an order"),
    Action.TEAM_FACTOR_OPTIONAL: _l("Stopped requiring two-step verification for a team"),
    Action.TEAM_FACTOR_REQUIRED: _l("Required two-step verification for a team"),
    Action.OWNER_CHANGED: _l("Transferred ownership of a store"),
    Action.PASSKEY_ADDED: _l("Added a passkey"),
    Action.PASSKEY_REMOVED: _l("Removed a passkey"),
    Action.PASSKEY_RENAMED: _l("Renamed a passkey"),
    Action.PASSWORD_CHANGED: _l("Changed their password"),
    Action.EXPORT_DOWNLOADED: _l("Downloaded an export"),
    Action.PRIVACY_DOWNLOADED: _l("Downloaded a customer's data"),
    Action.PRIVACY_ERASED: _l("A customer's data was deleted"),
    Action.PRIVACY_ERASURE_CONTINUED: _l("Deleted a customer's data immediately"),
    Action.PRIVACY_ERASURE_STOPPED: _l("Stopped an erasure request"),
    Action.PRIVACY_EXPORTED: _l("A customer's data was exported"),
    Action.QUARANTINE_RETRY_REQUESTED: _l("Retried unreadable records"),
    Action.RECORD_RESYNC_REQUESTED: _l("Refreshed a record from Ecwid"),
    Action.RECORDS_EXPORTED: _l("Exported records"),
    Action.REPLAY_CANCELED: _l("Canceled an event replay"),
    Action.REPLAY_STARTED: _l("Started an event replay"),
    Action.RESOURCE_PAUSED: _l("Paused sync"),
    Action.RESOURCE_RESUMED: _l("Resumed sync"),
    Action.RETENTION_RUN: _l("Deleted data after its retention period"),
    Action.RUN_CANCELED: _l("Canceled a sync run"),
    Action.RUN_STARTED: _l("Started a sync run"),
    Action.SECOND_FACTOR_CODES_RENEWED: _l("Created new recovery codes"),
    Action.SECOND_FACTOR_OFF: _l("Turned off two-step verification"),
    Action.SECOND_FACTOR_ON: _l("Turned on two-step verification"),
    Action.SESSION_ENDED: _l("Signed out other devices"),
    Action.STORE_CONNECTED: _l("Connected a store"),
    Action.STORE_DATA_ERASURE_REQUESTED: _l("Requested deletion of a store's data"),
    Action.STORE_DISCONNECTED: _l("Disconnected a store"),
    Action.STORE_MARKED_LIVE: _l("Marked a test store as live"),
    Action.STORE_MARKED_TEST: _l("Marked a store as a test store"),
    Action.STORE_VIEWED: _l("Viewed a store as support"),
    Action.STORES_EXPORTED: _l("Exported the list of stores"),
}

# Names of recorded values; others are shown as words.
DETAIL_LABELS: Mapping[str, Text] = {
    "action": _l("Action"),
    "cause": _l("Cause"),
    "count": _l("Count"),
    "counts": _l("Counts"),
    "format": _l("Format"),
    "kind": _l("Kind"),
    "name": _l("Name"),
    "operator_role": _l("Operator role"),
    "owner": _l("Owner"),
    "product_id": _l("Product ID"),
    "resource": _l("Records"),
    "role": _l("Role"),
    "runs": _l("Sync runs"),
    "scopes": _l("Permissions"),
    "selling_pause_reason": _l("Reason for the pause"),
    "selling_paused": _l("Sales paused"),
    "selling_paused_by": _l("Paused by"),
    "sessions_ended": _l("Devices signed out"),
    "state": _l("Status"),
    "status": _l("Status"),
    "stock_buffer": _l("Stock buffer"),
    "stores": _l("Stores"),
    "until": _l("Until"),
}
# Names of scopes and states, joined by underscores or dots.
_CODE = re.compile(r"[a-z][._][a-z]")

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
    kind, _space, number = entry.target.partition(" ")
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


@dataclass(frozen=True)
class Detail:
    """Recorded value of an entry; ``is_code`` if it has names that programs use."""

    name: Text
    value: str

    @property
    def is_code(self) -> bool:
        return bool(_CODE.search(self.value))


def details(entry: AuditLogEntry) -> list[Detail]:
    """Return the recorded values, with the value before where there is one."""
    before, after = entry.before or {}, entry.after or {}
    values = {
        name: f"{_shown(before[name])} → {_shown(value)}" if name in before else _shown(value)
        for name, value in after.items()
    }
    values |= {name: _shown(value) for name, value in before.items() if name not in after}
    return [Detail(_name_of(name), _shortened(value)) for name, value in values.items()]


def _name_of(name: str) -> Text:
    return DETAIL_LABELS.get(name) or name.replace("_", " ").capitalize()


def _shortened(text: str) -> str:
    return text if len(text) <= DETAILS_LIMIT else f"{text[:DETAILS_LIMIT]}…"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(each)}" for name, each in value.items())
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "–" if value is None else str(value)
