"""Put together what is kept of a merchant, as one document that people and programs can read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.models import (
    Audit,
    Grant,
    Issue,
    Membership,
    Merchant,
    Notification,
    Store,
    StoreInvitation,
    Timeline,
    utc_now,
)
from portal.services.browser_sessions import browser_sessions_of
from portal.services.change_email import change_of
from portal.services.notification_choices import choice_of
from portal.services.second_factor import codes_left, factor_of


def export_account(merchant: Merchant) -> dict[str, Any]:
    """Return all that we know of the merchant; secrets, such as the password's hash, are left out.

    What the stores hold is the stores', not the merchant's: it is not in here.
    """
    factor, change = factor_of(merchant), change_of(merchant)
    return {
        "exported_at": _text(utc_now()),
        "account": {
            "number": merchant.id,
            "email": merchant.email,
            "email_confirmed_at": _text(merchant.verified_at),
            "language": merchant.locale,
            "is_operator": merchant.is_operator,
            "made_at": _text(merchant.created_at),
            "second_factor_since": _text(factor.confirmed_at if factor else None),
            "recovery_codes_left": codes_left(merchant),
            "wanted_email": change.new_email if change else None,
        },
        "sign_ins": [
            {
                "begun_at": _text(row.begun_at),
                "seen_at": _text(row.seen_at),
                "address": row.address,
                "browser": row.agent,
            }
            for row in browser_sessions_of(merchant)
        ],
        "stores": _stores(merchant),
        "invitations_to_me": _invitations(StoreInvitation.email == merchant.email),
        "invitations_by_me": _invitations(StoreInvitation.invited_by == merchant),
        "consents": _consents(merchant),
        "actions": _actions(merchant),
        "wanted_mails": _wanted_mails(merchant),
        "mails": _mails(merchant),
    }


def _stores(merchant: Merchant) -> list[dict[str, Any]]:
    rows = (
        Membership.select(Membership, Store)
        .join(Store)
        .where(Membership.merchant == merchant)
        .order_by(Membership.id)
    )
    return [
        {
            "store": row.store_id,
            "name": row.store.name,
            "role": row.role,
            "since": _text(row.created_at),
        }
        for row in rows
    ]


def _invitations(chosen: object) -> list[dict[str, Any]]:
    rows = StoreInvitation.select().where(chosen).order_by(StoreInvitation.id)
    return [
        {
            "store": row.store_id,
            "email": row.email,
            "invited_at": _text(row.invited_at),
            "expires_at": _text(row.expires_at),
        }
        for row in rows
    ]


def _consents(merchant: Merchant) -> list[dict[str, Any]]:
    rows = Grant.select().where(Grant.merchant == merchant).order_by(Grant.id)
    return [
        {
            "store": row.store_id,
            "scopes": row.scopes,
            "granted_at": _text(row.granted_at),
            "ended_at": _text(row.revoked_at),
        }
        for row in rows
    ]


def _actions(merchant: Merchant) -> list[dict[str, Any]]:
    """Return what the merchant did, from the audit and from the stores' timelines."""
    audits = Audit.select().where(Audit.who == merchant).order_by(Audit.id)
    moments = Timeline.select().where(Timeline.who == merchant).order_by(Timeline.id)
    found = [(row.happened_at, row.store_id, row.action, row.target) for row in audits]
    found += [(row.happened_at, row.store_id, row.what, "") for row in moments]
    return [
        {"at": _text(at), "store": store_id, "what": what, "about": about}
        for at, store_id, what, about in sorted(found)
    ]


def _wanted_mails(merchant: Merchant) -> dict[str, Any]:
    choice = choice_of(merchant)
    return {
        "quiet_from": choice.quiet_from,
        "quiet_until": choice.quiet_until,
        "time_zone": choice.timezone or None,
        "switched_off": choice.muted,
    }


def _mails(merchant: Merchant) -> list[dict[str, Any]]:
    rows = (
        Notification.select(Notification, Issue)
        .join(Issue)
        .where(Notification.merchant == merchant)
        .order_by(Notification.id)
    )
    return [
        {
            "store": row.issue.store_id,
            "about": row.issue.kind,
            "occasion": row.occasion,
            "state": row.state,
            "planned_at": _text(row.created_at),
            "sent_at": _text(row.sent_at),
        }
        for row in rows
    ]


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
