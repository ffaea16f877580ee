"""Emails about a new browser, API key, endpoint or team member, each with a way to end it.

They can't be turned off. An attacker can cause them, so their number is limited.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from portal.models import (
    ApiKey,
    AuditLogEntry,
    BrowserSession,
    Membership,
    Merchant,
    QueuedEmail,
    Role,
    SecurityEvent,
    WebhookEndpoint,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.accounts.networks import network_of, network_text
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.services.notifications.queued_emails import queue_email_to
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

# Of each kind to one account within `WINDOW`. The page *Security activity* has the others.
NOTICES, WINDOW = 5, timedelta(days=1)
_PAGES = {
    AuditAction.API_KEY_CREATED: ("notice_api_key_created", "/account/keys"),
    AuditAction.ENDPOINT_CREATED: ("notice_endpoint_created", "/account/webhooks"),
}


def notify_of_change(runtime: Runtime, entry: AuditLogEntry) -> None:
    """Queue the email about a new API key, endpoint or team member in the caller's transaction.

    Does nothing for other entries of the audit log.
    """
    if entry.action in _PAGES:
        name, path = _PAGES[AuditAction(entry.action)]
        owner = _owner_of_target(entry)
        if owner is not None:
            _queue(runtime, owner, name, path)
    elif entry.action == AuditAction.MEMBER_JOINED and entry.store_id is not None:
        _notify_owner(runtime, entry)


def has_signed_in(merchant: Merchant) -> bool:
    """Return whether the account has signed in before, as far as it is still stored."""
    return (
        BrowserSession.select().where(BrowserSession.merchant == merchant).exists()
        or SecurityEvent.select()
        .where(
            SecurityEvent.merchant == merchant, SecurityEvent.kind == SecurityEventKind.SIGNED_IN
        )
        .exists()
    )


def notify_of_new_browser(
    runtime: Runtime, merchant: Merchant, *, browser: str, ip_address: str
) -> None:
    """Queue the email about a sign-in with an unknown browser; ``browser`` is its name."""
    network = network_text(network_of(ip_address))
    _queue(runtime, merchant, "notice_new_browser", "/forgot", browser=browser, network=network)


def _owner_of_target(entry: AuditLogEntry) -> Merchant | None:
    """Return the account of a new key or endpoint; None if it is of a marketplace's channel."""
    name = entry.target.rpartition(" ")[2]
    if entry.action == AuditAction.API_KEY_CREATED:
        made: ApiKey | WebhookEndpoint | None = ApiKey.get_or_none(ApiKey.prefix == name)
    else:
        made = WebhookEndpoint.get_or_none(WebhookEndpoint.id == int(name))
    return None if made is None else made.merchant


def _notify_owner(runtime: Runtime, entry: AuditLogEntry) -> None:
    owner = (
        Membership.select(Membership, Merchant)
        .join(Merchant)
        .where(Membership.store == entry.store_id, Membership.role == Role.OWNER)
        .first()
    )
    if owner is None or entry.actor is None:
        return
    _queue(
        runtime,
        owner.merchant,
        "notice_member_joined",
        f"/stores/{entry.store_id}/team",
        store_id=entry.store_id,
        member=entry.actor.email,
        store=owner.store.name or str(entry.store_id),
    )


def _queue(
    runtime: Runtime,
    merchant: Merchant,
    name: str,
    path: str,
    *,
    store_id: int | None = None,
    **context: object,
) -> None:
    recent = QueuedEmail.select().where(
        QueuedEmail.merchant == merchant,
        QueuedEmail.kind == name,
        QueuedEmail.created_at > utc_now() - WINDOW,
    )
    if recent.count() >= NOTICES:
        log.warning("security.notice_left_out", email=name, merchant=merchant.id)
        return
    link = f"{runtime.settings.portal_url}{path}"
    queue_email_to(runtime, merchant, name, store_id=store_id, link=link, **context)
