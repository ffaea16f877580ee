"""Act on a refused call: find out what is really wrong, and stop a store that can't go on.

One refused call is never enough, because a single endpoint may refuse for reasons of its own:
``GET /profile`` decides. A dead token stops all work of its store at once; Ecwid blocks callers
that insist. Nothing is deleted, and unfinished runs and waiting events go on after the reconnect.
"""

from __future__ import annotations

import structlog

from portal.errors import (
    EcwidError,
    EcwidPlanError,
    EcwidScopeError,
    EcwidSuspendedError,
    EcwidTokenError,
    RecordError,
    StoreNotConnectedError,
)
from portal.models import Grant, Store, StoreState, database
from portal.services.runtime import Runtime
from portal.services.take_profile import fetch_profile, save_profile

log = structlog.get_logger(__name__)

# What these refusals say of the store when the profile can't be read either.
_STATE_OF_REFUSAL: dict[type[EcwidError], StoreState] = {
    EcwidTokenError: StoreState.RECONNECT,
    EcwidSuspendedError: StoreState.SUSPENDED,
    EcwidPlanError: StoreState.PLAN_BLOCKED,
    EcwidScopeError: StoreState.ACTION_REQUIRED,
}


def stops_the_store(runtime: Runtime, store_id: int, error: EcwidError) -> bool:
    """React to a refused call; return whether the store may not be called any more.

    False for errors that say nothing of the store as a whole, and while nothing is confirmed.
    """
    if not isinstance(error, tuple(_STATE_OF_REFUSAL)):
        return False
    try:
        react_to_refusal(runtime, store_id, error)
    except EcwidError as unconfirmed:
        log.warning("refusal.unconfirmed", store=store_id, problem=str(unconfirmed))
    return not Store.get_by_id(store_id).is_working


def react_to_refusal(runtime: Runtime, store_id: int, error: EcwidError) -> None:
    """Confirm ``error`` by reading the profile, and move the store to the state that follows.

    Raises EcwidError when the profile can't be had for a passing reason: nothing is decided then.
    """
    grant = Grant.in_force(store_id)
    if grant is None:
        return
    try:
        profile = fetch_profile(runtime.client(store_id), grant.scopes)
    except (EcwidTokenError, EcwidSuspendedError, EcwidPlanError, EcwidScopeError) as confirmed:
        _stop(grant, _STATE_OF_REFUSAL[type(confirmed)])
    except (RecordError, StoreNotConnectedError) as unread:
        log.warning("refusal.unconfirmed", store=store_id, problem=str(unread))
    else:
        lacks_scope = isinstance(error, EcwidScopeError)
        state = save_profile(grant, profile, lacks_scope=lacks_scope)
        log.info("refusal.confirmed", store=store_id, state=state, refusal=str(error))


def _stop(grant: Grant, state: StoreState) -> None:
    """Write the state, unless a newer grant replaced this one; with a dead token it is over."""
    with database.atomic():
        if state is StoreState.RECONNECT:
            is_current = Grant.end(grant, reason="the token is dead")
        else:
            is_current = grant.is_still_in_force()
        if not is_current:
            return
        store = Store.get_by_id(grant.store_id)
        store.move_to(state)
        store.save(only=[Store.state, Store.state_since_at])
    log.warning("store.stopped", store=store.id, state=state)
