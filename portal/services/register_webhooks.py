"""See to it that Ecwid sends a store's events to us, whichever way this Ecwid offers.

Ecwid's public API has no endpoint to register webhooks: address and events are set on the app by
Ecwid's support and hold for every store that installs it (mode ``app``). Where an endpoint exists
(mode ``api``), we keep our registration there in order. ``auto`` tries ``api`` once and remembers.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from requests import codes

from portal.ecwid.client import EcwidClient
from portal.ecwid.values import Record
from portal.errors import EcwidError, RecordError
from portal.models import Grant, Store, WebhookHealth, utc_now
from portal.rules.scopes import events_for
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

RETRY_AFTER_S = 60
# There is no such endpoint, or not for us: a fallback, never a sign of a dead token. Whatever else
# goes wrong may pass, and is not remembered.
NOT_OFFERED = (codes.forbidden, codes.not_found, codes.method_not_allowed)


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
        except (EcwidError, RecordError) as error:
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
        listed = client.webhooks().items
    except EcwidError as error:
        if mode == "auto" and error.facts.status in NOT_OFFERED:
            return "app"
        raise
    ours = [item for item in map(_registration, listed) if item.text("url") == url]
    right = [item for item in ours if set(map(str, item.items("events"))) == set(wanted)]
    if not right:
        client.create_webhook(url, wanted)
    for item in ours:
        if item not in right[:1]:
            client.delete_webhook(item.identity())
    return "api"


def _registration(payload: Any) -> Record:
    return Record("webhooks", payload)


def _note(store_id: int, changes: dict[object, object]) -> None:
    Store.update(changes).where(Store.id == store_id).execute()
