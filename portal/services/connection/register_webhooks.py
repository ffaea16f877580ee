"""Registration of a store's webhooks, in whichever way Ecwid offers.

Ecwid's public API has no endpoint for webhooks: Ecwid's support sets URL and events on the app, for
all stores that install it (mode ``app``). If an endpoint exists (mode ``api``), the portal
maintains its registration there and checks it every hour. Mode ``auto`` tries ``api`` and remembers
the result. Registrations of other apps are never touched: ours has our URL, or the one that the
portal stored at its last registration.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from requests import codes

from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidError, EcwidTimeoutError
from portal.ecwid.values import Record
from portal.errors import RecordError, SealedTokenError
from portal.jobs import REGISTER_WEBHOOKS
from portal.models import IS_WORKING, Grant, Store, TimelineEntry, WebhookHealth, database, utc_now
from portal.rules.connection.issue_kinds import IssueKind
from portal.rules.connection.scopes import events_for
from portal.rules.work.backoff import Backoff
from portal.services.connection.check_connection import STORE_REFUSALS
from portal.services.notifications.issues import resolve_issue
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork
from portal.services.work.failures import FailurePolicy

log = structlog.get_logger(__name__)

RETRY_AFTER_S = 60.0
# After a timeout, because a store that doesn't answer occupies a worker for 25 s each time.
RETRY_AFTER_TIMEOUT_S = 600.0
POLICY = FailurePolicy(Backoff((RETRY_AFTER_S,), is_endless=True), retries_all=True)
# Less up to ten minutes, depending on the store, to spread out the checks.
RECHECK_AFTER_S = 3_600
RECHECK_SPREAD_S = 600
# The endpoint doesn't exist: use the fallback, and remember it.
ABSENT = (codes.not_found, codes.method_not_allowed)
# The endpoint may also be forbidden for this app; that is no sign of a dead token. Other errors may
# be temporary.
NOT_OFFERED = (codes.forbidden, *ABSENT)


def register_if_due(runtime: Runtime, store_id: int) -> None:
    """Register the webhooks if that is due; safe to run twice, also at the same time.

    One of several jobs at the same time does it.
    """
    now = utc_now()
    # Before the calls: if the process is killed, the registration is tried again.
    claimed = Store.update(webhook_check_due_at=now + timedelta(seconds=RETRY_AFTER_S)).where(
        Store.id == store_id, Store.webhook_check_due_at <= now, IS_WORKING
    )
    if claimed.execute():
        register_webhooks(runtime, store_id)


def register_webhooks(runtime: Runtime, store_id: int) -> None:
    """Register the events that the granted scopes allow, or record that the app covers them.

    Safe to repeat. A failure never affects the connection itself; it is retried later.
    """
    store = Store.get_or_none(Store.id == store_id)
    grant = Grant.active_for(store_id)
    if store is None or grant is None or not store.is_working:
        return
    if store.webhook_health == WebhookHealth.OFF:
        _schedule(store, None)
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
            _schedule_retry(store, error)
            return
        except (EcwidError, RecordError) as error:
            if not _has_no_endpoint(error, setting, store.webhook_mode):
                _schedule_retry(store, error)
                if isinstance(error, STORE_REFUSALS):
                    # Ecwid may refuse the store as a whole, so check the connection now.
                    runtime.request_probe(store_id)
                return
            mode = "app"
    _record(store, mode, runtime.settings.webhook_url, is_changed=is_changed)


def unregister_webhooks(runtime: Runtime, store_id: int) -> int:
    """Remove our registrations from a store that is being disconnected; return their number.

    Must run while the token is valid. Raises EcwidError, without recording anything, if a retry may
    help. Raises StoreNotConnectedError without a token: after an uninstall the registrations can't
    be removed.
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
    """Create and delete our registrations as needed; return whether anything was changed."""
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
    """Return whether a correct registration must be replaced: once in each silence."""
    first_missed_at, registered_at = store.webhook_first_missed_at, store.webhook_registered_at
    return bool(
        store.webhook_health == WebhookHealth.SILENT
        and first_missed_at is not None
        and (registered_at is None or registered_at <= first_missed_at)
    )


def _has_no_endpoint(error: EcwidError | RecordError, setting: str, remembered: str | None) -> bool:
    """Return whether an error means that Ecwid offers no registrations and the app covers all.

    An endpoint that worked before still exists: it can be forbidden for a temporary reason.
    """
    if setting != "auto" or not isinstance(error, EcwidError):
        return False
    return error.facts.status in (ABSENT if remembered == "api" else NOT_OFFERED)


def _schedule_retry(store: Store, error: EcwidError | RecordError | SealedTokenError) -> None:
    log.warning("webhooks.not_registered", store=store.id, problem=str(error))
    # The store's connection check, not this one, finds out whether the whole store is refused.
    due_at = POLICY.decide(error, 0, lambda _: False).due_at
    if isinstance(error, EcwidTimeoutError):
        due_at = utc_now() + timedelta(seconds=RETRY_AFTER_TIMEOUT_S)
    if isinstance(error, EcwidError) and error.facts.status in NOT_OFFERED:
        due_at = _next_check_at(store.id, utc_now())
    _schedule(store, due_at)


def _schedule(store: Store, due_at: datetime | None) -> None:
    """Write when the next check is due, unless another one was requested during this one."""
    Store.update(webhook_check_due_at=due_at).where(
        Store.id == store.id,
        Store.webhook_check_due_at.is_null()
        if store.webhook_check_due_at is None
        else Store.webhook_check_due_at == store.webhook_check_due_at,
    ).execute()


def _next_check_at(store_id: int, now: datetime) -> datetime:
    return now + timedelta(seconds=RECHECK_AFTER_S - store_id % RECHECK_SPREAD_S)


def _record(store: Store, mode: str, url: str, *, is_changed: bool) -> None:
    """Record the mode of the registration, and its time if it is new."""
    now = utc_now()
    before = store.webhook_registered_at
    is_new = before is None or before < store.connected_at
    due_at = _next_check_at(store.id, now) if mode == "api" else None
    changes: dict[object, object] = {Store.webhook_mode: mode}
    if mode == "api":
        changes[Store.webhook_url] = url
    if is_new or is_changed:
        changes[Store.webhook_registered_at] = now
    if is_new:
        # Changes from before the registration cause no events.
        changes[Store.webhook_first_missed_at] = None
    with database.atomic():
        Store.update(changes).where(Store.id == store.id).execute()
        _schedule(store, due_at)
        Store.update(webhook_health=WebhookHealth.WAITING, webhook_health_changed_at=now).where(
            Store.id == store.id, Store.webhook_health == WebhookHealth.PENDING
        ).execute()
        if is_new or is_changed:
            what = "webhooks_registered" if is_new else "webhooks_repaired"
            TimelineEntry.record(store.id, what, mode=mode)
    log.info("webhooks.registered", store=store.id, mode=mode, changed=is_changed)


def wake_pending_registrations(runtime: Runtime) -> int:
    """Wake the webhook registrations of working stores that are due; return how many."""
    return runtime.wake_due(due_registrations())


def due_registrations() -> DueWork:
    """Return the working stores whose webhook registration is due."""
    due = Store.select(Store.id).where(Store.webhook_check_due_at <= utc_now(), IS_WORKING)
    return DueWork(REGISTER_WEBHOOKS, due, Store.webhook_check_due_at)
