"""Disconnect a store at its owner's request: uninstall the app at Ecwid, then erase the token.

Ecwid may be unreachable or the token dead. The store is disconnected anyway, and the merchant sees
what remains to do at Ecwid. If the process is killed in between, nothing has changed in the
portal, and the owner can repeat it.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from portal.errors import PortalError
from portal.jobs import ERASE_COPY
from portal.models import Audit, Grant, Merchant, Store, StoreState, database
from portal.rules.connection.connection_events import ConnectionEvent
from portal.rules.connection.store_states import UNASKABLE_STATES
from portal.services.connection.apply_transition import lock_store, move_store, wake_moved
from portal.services.connection.erase_store_data import ask_for_erasure
from portal.services.connection.register_webhooks import unregister_webhooks
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

# Not a required scope: the portal can uninstall the app only if ECWID_EXTRA_SCOPES requests it.
LEAVING_SCOPE = "update_store_profile"


@dataclass(frozen=True)
class Farewell:
    """Result at Ecwid; unless ``app_removed``, the merchant has to uninstall the app."""

    app_removed: bool = False


def disconnect_store(
    runtime: Runtime, store: Store, owner: Merchant, *, erases_now: bool
) -> Farewell:
    """Disconnect the store, and have its copy erased at once if ``erases_now``; safe to repeat.

    Otherwise the copy is kept for as long as the settings say.
    """
    farewell = _take_leave(runtime, store)
    with database.atomic():
        held = lock_store(store.id)
        before = held.state
        copy = "erased" if erases_now else "kept"
        move = move_store(held, ConnectionEvent.DISCONNECTED, who=owner, detail={"copy": copy})
        Audit.note(
            store.id,
            "disconnect_store",
            f"store {store.id}",
            who=owner,
            before={"state": before},
            after={"state": StoreState.DISCONNECTED, "copy": copy},
        )
        if erases_now:
            ask_for_erasure(store.id, owner)
    log.info("store.disconnected", store=store.id, by=owner.id, copy=copy)
    wake_moved(runtime, move)
    if erases_now:
        runtime.wake(ERASE_COPY, store.id, is_awaited=True)
    return farewell


def erase_now(runtime: Runtime, store: Store, owner: Merchant) -> bool:
    """Have the copy of a disconnected store erased at once; False if the store is connected."""
    with database.atomic():
        if lock_store(store.id).state != StoreState.DISCONNECTED:
            return False
        ask_for_erasure(store.id, owner)
    runtime.wake(ERASE_COPY, store.id, is_awaited=True)
    return True


def _take_leave(runtime: Runtime, store: Store) -> Farewell:
    """Remove our webhooks, and the app itself where the token may, while it lives."""
    grant = Grant.in_force(store.id)
    if grant is None or store.state in UNASKABLE_STATES:
        return Farewell()
    try:
        unregister_webhooks(runtime, store.id)
        if LEAVING_SCOPE not in grant.held_scopes:
            return Farewell()
        runtime.client(store.id).leave(runtime.settings.ecwid_client_id)
    except PortalError as error:
        log.warning("store.leave_failed", store=store.id, problem=str(error))
        return Farewell()
    return Farewell(app_removed=True)
