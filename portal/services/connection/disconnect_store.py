"""Disconnect a store on request: uninstall the app at Ecwid, then erase the token.

Ecwid may be unreachable or the token dead. The store is disconnected anyway, and the merchant sees
what remains to do at Ecwid. If the process is killed in between, nothing has changed in the
portal, and the owner can repeat it.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from portal.errors import PortalError
from portal.jobs import ERASE_STORE_DATA
from portal.models import (
    COMMAND_ACTOR,
    AuditLogEntry,
    Grant,
    Merchant,
    Store,
    StoreState,
    database,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.connection.connection_events import ConnectionEvent
from portal.rules.connection.grant_sources import GrantSource
from portal.rules.connection.store_states import TOKENLESS_STATES
from portal.services.connection.apply_transition import (
    apply_transition,
    lock_store,
    wake_after_transition,
)
from portal.services.connection.erase_store_data import request_erasure
from portal.services.connection.register_webhooks import unregister_webhooks
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

# Not a required scope: the portal can uninstall the app only if ECWID_EXTRA_SCOPES requests it.
UNINSTALL_SCOPE = "update_store_profile"


@dataclass(frozen=True)
class UninstallResult:
    """Result at Ecwid; unless ``app_removed``, the merchant has to uninstall the app."""

    app_removed: bool = False


def disconnect_store(
    runtime: Runtime, store: Store, owner: Merchant | None, *, with_erasure: bool
) -> UninstallResult:
    """Disconnect the store, and erase its data at once if ``with_erasure``; safe to repeat.

    Otherwise the data is kept for the configured time. ``owner`` is None for a command.
    """
    uninstall_result = _uninstall(runtime, store)
    with database.atomic():
        held = lock_store(store.id)
        before = held.state
        copy = "erased" if with_erasure else "kept"
        transition = apply_transition(
            held, ConnectionEvent.DISCONNECTED, actor=owner, detail={"copy": copy}
        )
        AuditLogEntry.record(
            store.id,
            AuditAction.STORE_DISCONNECTED,
            f"store {store.id}",
            actor=owner,
            actor_name=COMMAND_ACTOR if owner is None else None,
            before={"state": before},
            after={"state": StoreState.DISCONNECTED, "copy": copy},
        )
        if with_erasure:
            request_erasure(store.id, owner)
    log.info("store.disconnected", store=store.id, by=owner.id if owner else None, copy=copy)
    wake_after_transition(runtime, transition)
    if with_erasure:
        runtime.wake(ERASE_STORE_DATA, store.id, at_front=True)
    return uninstall_result


def request_immediate_erasure(runtime: Runtime, store: Store, owner: Merchant) -> bool:
    """Start erasing a disconnected store's data; return False if the store is connected."""
    with database.atomic():
        if lock_store(store.id).state != StoreState.DISCONNECTED:
            return False
        request_erasure(store.id, owner)
    runtime.wake(ERASE_STORE_DATA, store.id, at_front=True)
    return True


def _uninstall(runtime: Runtime, store: Store) -> UninstallResult:
    """Remove our webhooks and, if the token's scopes allow it, the app itself."""
    grant = Grant.active_for(store.id)
    if grant is None or store.state in TOKENLESS_STATES:
        return UninstallResult()
    try:
        unregister_webhooks(runtime, store.id)
        # A custom app belongs to the merchant, who may use it for more than this portal.
        is_ours = grant.source != GrantSource.CUSTOM_APP
        if not is_ours or UNINSTALL_SCOPE not in grant.effective_scopes:
            return UninstallResult()
        runtime.client(store.id).uninstall_app(runtime.settings.ecwid_client_id)
    except PortalError as error:
        log.warning("store.uninstall_failed", store=store.id, problem=str(error))
        return UninstallResult()
    return UninstallResult(app_removed=True)
