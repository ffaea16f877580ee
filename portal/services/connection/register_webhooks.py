"""See to it that Ecwid sends a store's events to us, whichever way this Ecwid offers.

Ecwid's public API has no endpoint to register webhooks: address and events are set on the app by
Ecwid's support and hold for every store that installs it (mode ``app``). Where an endpoint exists
(mode ``api``), we keep our registration there in order, and look after it every hour. ``auto``
tries ``api`` and remembers what came of it. Registrations of others are never touched: ours is
known by our address, or by the one that we noted when we registered last.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from requests import codes

from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidError
from portal.ecwid.values import Record
from portal.errors import RecordError, SealedTokenError
from portal.jobs import PROBE_STORE, REGISTER_WEBHOOKS
from portal.models import IS_WORKING, Grant, Store, TimelineEntry, WebhookHealth, database, utc_now
from portal.rules.connection.issue_kinds import IssueKind
from portal.rules.connection.scopes import events_for
from portal.rules.work.backoff import Backoff
from portal.services.connection.check_connection import STORE_REFUSALS
from portal.services.notifications.issues import resolve_issue
from portal.services.runtime import Runtime
from portal.services.work.failures import FailurePolicy

log = structlog.get_logger(__name__)

RETRY_AFTER_S = 60.0
POLICY = FailurePolicy(Backoff((RETRY_AFTER_S,), is_endless=True), retries_all=True)
# Less up to ten minutes, by store: not all of them at once.
RECHECK_AFTER_S = 3_600
RECHECK_SPREAD_S = 600
# There is no such endpoint: a fallback, and remembered.
ABSENT = (codes.not_found, codes.method_not_allowed)
# Or not for us, never a sign of a dead token. Whatever else goes wrong may pass.
NOT_OFFERED = (codes.forbidden, *ABSENT)


def register_webhooks(runtime: Runtime, store_id: int) -> None:
    """Register the events that the granted scopes let through, or note that the app covers them.

    Safe to run again and again. A failure never touches the connection itself: it is noted to be
    tried again.
    """
    store = Store.get_or_none(Store.id == store_id)
    grant = Grant.active_for(store_id)
    if store is None or grant is None or not store.is_working:
        return
    setting = runtime.settings.ecwid_webhook_mode
    mode = (store.webhook_mode or "auto") if setting == "auto" else setting
    is_changed = False
    if mode != "app":
        try:
            is_changed = _ensure_registration(
                runtime.client(store_id),
                store,
                runtime.settings.webhook_url,
                grant.effective_scopes,
            )
            mode = "api"
        except SealedTokenError as error:
            _schedule_retry(store_id, error)
            return
        except (EcwidError, RecordError) as error:
            if not _has_no_endpoint(error, setting, store.webhook_mode):
                _schedule_retry(store_id, error)
                if isinstance(error, STORE_REFUSALS):
                    # It may be the store as a whole that is refused: that is looked at now.
                    runtime.wake(PROBE_STORE, store_id)
                return
            mode = "app"
    _record(store, mode, runtime.settings.webhook_url, is_changed=is_changed)


def unregister_webhooks(runtime: Runtime, store_id: int) -> int:
    """Remove our registrations from a store that is being disconnected; return how many.

    To be done while its token lives. Raises EcwidError, and nothing is noted, when it should be
    tried again; StoreNotConnectedError without a token: after an uninstall there is no way.
    """
    store = Store.get_by_id(store_id)
    removed = 0
    if store.webhook_mode == "api":
        client = runtime.client(store_id)
        for item in _own_registrations(client, {runtime.settings.webhook_url, store.webhook_url}):
            client.delete_webhook(item.identity())
            removed += 1
    with database.atomic():
        Store.update(
            webhook_url=None,
            webhook_registered_at=None,
            webhook_first_missed_at=None,
            webhook_check_due_at=None,
            webhook_health=WebhookHealth.PENDING,
            webhook_health_changed_at=utc_now(),
        ).where(Store.id == store_id).execute()
        TimelineEntry.record(store_id, "webhooks_removed", registrations=removed)
        resolve_issue(store_id, IssueKind.WEBHOOKS_SILENT)
    return removed


def _ensure_registration(client: EcwidClient, store: Store, url: str, scopes: list[str]) -> bool:
    """Bring the store's registrations of ours in order; return whether they were not."""
    wanted = events_for(scopes)
    ours = _own_registrations(client, {url, store.webhook_url})
    right = [item for item in ours if _is_correct(item, url, wanted)]
    if _must_recreate(store):
        right = []
    if not right:
        client.create_webhook(url, wanted)
    surplus = [item for item in ours if item not in right[:1]]
    for item in surplus:
        client.delete_webhook(item.identity())
    return bool(surplus) or not right


def _own_registrations(client: EcwidClient, urls: set[str | None]) -> list[Record]:
    listed: Sequence[Any] = client.webhooks().items
    registrations = [Record("webhooks", payload) for payload in listed]
    return [item for item in registrations if item.text("url") in urls]


def _is_correct(item: Record, url: str, wanted: Sequence[str]) -> bool:
    return item.text("url") == url and set(map(str, item.items("events"))) == set(wanted)


def _must_recreate(store: Store) -> bool:
    """Tell whether a registration that looks right is to be made anew: once in a silence."""
    first_missed_at, registered_at = store.webhook_first_missed_at, store.webhook_registered_at
    return bool(
        store.webhook_health == WebhookHealth.SILENT
        and first_missed_at is not None
        and (registered_at is None or registered_at <= first_missed_at)
    )


def _has_no_endpoint(error: EcwidError | RecordError, setting: str, remembered: str | None) -> bool:
    """Tell whether a refusal says that this Ecwid has no registrations, so the app covers all.

    What was offered before may be forbidden for a passing reason, but doesn't cease to be there.
    """
    if setting != "auto" or not isinstance(error, EcwidError):
        return False
    return error.facts.status in (ABSENT if remembered == "api" else NOT_OFFERED)


def _schedule_retry(store_id: int, error: EcwidError | RecordError | SealedTokenError) -> None:
    log.warning("webhooks.not_registered", store=store_id, problem=str(error))
    # Whether the store as a whole is refused is found out by its probe, not here.
    due_at = POLICY.decide(error, 0, lambda _: False).due_at
    if isinstance(error, EcwidError) and error.facts.status in NOT_OFFERED:
        due_at = _next_check_at(store_id, utc_now())
    Store.update(webhook_check_due_at=due_at).where(Store.id == store_id).execute()


def _next_check_at(store_id: int, now: datetime) -> datetime:
    return now + timedelta(seconds=RECHECK_AFTER_S - store_id % RECHECK_SPREAD_S)


def _record(store: Store, mode: str, url: str, *, is_changed: bool) -> None:
    """Write down how the store is registered, and since when if that is new."""
    now = utc_now()
    before = store.webhook_registered_at
    is_new = before is None or before < store.connected_at
    due_at = _next_check_at(store.id, now) if mode == "api" else None
    changes = {Store.webhook_mode: mode, Store.webhook_check_due_at: due_at}
    if mode == "api":
        changes[Store.webhook_url] = url
    if is_new or is_changed:
        changes[Store.webhook_registered_at] = now
    if is_new:
        # What changed while nobody could tell us was never to be told.
        changes[Store.webhook_first_missed_at] = None
    with database.atomic():
        Store.update(changes).where(Store.id == store.id).execute()
        Store.update(webhook_health=WebhookHealth.WAITING, webhook_health_changed_at=now).where(
            Store.id == store.id, Store.webhook_health == WebhookHealth.PENDING
        ).execute()
        if is_new or is_changed:
            what = "webhooks_registered" if is_new else "webhooks_repaired"
            TimelineEntry.record(store.id, what, mode=mode)
    log.info("webhooks.registered", store=store.id, mode=mode, changed=is_changed)


def wake_pending_registrations(runtime: Runtime) -> int:
    """Wake the webhook registration of every working store where it is due."""
    due = Store.select(Store.id).where(Store.webhook_check_due_at <= utc_now(), IS_WORKING)
    return runtime.wake_many(REGISTER_WEBHOOKS, (store.id for store in due))
