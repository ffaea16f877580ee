"""See to it that Ecwid sends a store's events to us, whichever way this Ecwid offers.

Ecwid's public API has no endpoint to register webhooks: address and events are set on the app by
Ecwid's support and hold for every store that installs it (mode ``app``). Where an endpoint exists
(mode ``api``), we keep our registration there in order. ``auto`` tries ``api`` once and remembers.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from portal.ecwid.client import EcwidClient
from portal.errors import EcwidError
from portal.models import Grant, Store, WebhookHealth, utc_now
from portal.rules.scopes import events_for
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

RETRY_AFTER_S = 60


def register_webhooks(runtime: Runtime, store_id: int) -> None:
    """Register the events that the granted scopes let through, or note that the app covers them.

    Safe to run again and again. A failure never touches the connection itself: it is noted to be
    tried again in a minute.
    """
    store = Store.get_or_none(Store.id == store_id)
    grant = Grant.in_force(store_id)
    if store is None or grant is None or not store.is_working:
        return
    mode = runtime.settings.ecwid_webhook_mode
    if mode == "auto":
        mode = store.webhook_mode or "auto"
    if mode != "app":
        try:
            mode = _ensure_registration(
                runtime.client(store_id), runtime.settings.webhook_url, grant.scopes, mode
            )
        except EcwidError as error:
            log.warning("webhooks.not_registered", store=store_id, problem=str(error))
            _note(store_id, {Store.webhook_due_at: utc_now() + timedelta(seconds=RETRY_AFTER_S)})
            return
    _note(store_id, {Store.webhook_mode: mode, Store.webhook_due_at: None})
    Store.update(webhook_health=WebhookHealth.WAITING).where(
        Store.id == store_id, Store.webhook_health == WebhookHealth.PENDING
    ).execute()
    log.info("webhooks.registered", store=store_id, mode=mode)


def _ensure_registration(client: EcwidClient, url: str, scopes: list[str], mode: str) -> str:
    """Bring the store's registrations in order; return the mode that turned out to be right."""
    wanted = events_for(scopes)
    try:
        ours = [item for item in client.webhooks().items if item.get("url") == url]
    except EcwidError as error:
        # No such endpoint, or not for us: a fallback, never a sign of a dead token.
        if mode == "auto" and not error.retryable:
            return "app"
        raise
    right = [item for item in ours if set(item.get("events") or ()) == set(wanted)]
    if not right:
        client.create_webhook(url, wanted)
    for item in ours:
        if item not in right[:1]:
            client.delete_webhook(int(item["id"]))
    return "api"


def _note(store_id: int, changes: dict[object, object]) -> None:
    Store.update(changes).where(Store.id == store_id).execute()
