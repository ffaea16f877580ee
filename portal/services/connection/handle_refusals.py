"""Act on a refused call: find out what is really wrong, and stop a store that can't go on.

One refused call is never enough, because a single endpoint may refuse for reasons of its own:
``GET /profile`` decides. A dead token stops all work of its store at once; Ecwid blocks callers
that insist. Nothing is deleted, and unfinished runs and waiting events go on after the reconnect.
"""

from __future__ import annotations

import structlog

from portal.ecwid.errors import EcwidError
from portal.errors import (
    PortalError,
    RecordError,
    SealedSecretError,
    StoreNotConnectedError,
    StoreNotWorkingError,
)
from portal.models import Grant, Store
from portal.rules.connection.connection_events import ConnectionEvent
from portal.services.connection.apply_transition import wake_after_transition
from portal.services.connection.check_connection import (
    STORE_REFUSALS,
    CheckResult,
    check_connection,
    refused_result,
    save_result,
)
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def handle_refusal(runtime: Runtime, store_id: int, error: PortalError) -> bool:
    """React to an error of a call; return whether the store may not be called any more.

    False for errors that say nothing about the store as a whole, and while nothing is confirmed.
    """
    if isinstance(error, SealedSecretError):
        handle_unopenable_token(runtime, store_id)
    elif isinstance(error, STORE_REFUSALS):
        try:
            confirm_refusal(runtime, store_id, error)
        except EcwidError as unconfirmed:
            log.warning("refusal.unconfirmed", store=store_id, problem=str(unconfirmed))
    elif not isinstance(error, StoreNotConnectedError | StoreNotWorkingError):
        return False
    return not Store.get_by_id(store_id).is_working


def confirm_refusal(runtime: Runtime, store_id: int, error: EcwidError) -> None:
    """Confirm ``error`` by reading the profile, and move the store to the state that follows.

    Raises EcwidError when the profile can't be had for a passing reason: nothing is decided then.
    """
    grant = Grant.active_for(store_id)
    if grant is None:
        return
    try:
        result = check_connection(runtime.client(store_id), grant, error)
    except STORE_REFUSALS as confirmed:
        result = refused_result(grant, confirmed)
    except (RecordError, StoreNotConnectedError) as unread:
        log.warning("refusal.unconfirmed", store=store_id, problem=str(unread))
        return
    apply_result(runtime, grant, result, refusal=error)


def handle_unopenable_token(runtime: Runtime, store_id: int) -> None:
    """Ask for a new consent: the token is sealed with a key that we don't hold any more."""
    grant = Grant.active_for(store_id)
    if grant is not None:
        apply_result(runtime, grant, CheckResult(ConnectionEvent.TOKEN_UNREADABLE))


def apply_result(
    runtime: Runtime, grant: Grant, result: CheckResult, refusal: EcwidError | None = None
) -> None:
    """Write a finding and wake what follows from it; a refusal that led to it is logged."""
    transition = save_result(grant, result)
    if transition is None:
        return
    wake_after_transition(runtime, transition)
    words = None if refusal is None else str(refusal)
    if transition.stops_work:
        log.warning("store.stopped", store=grant.store_id, state=transition.after, refusal=words)
    elif words is not None:
        log.info("refusal.confirmed", store=grant.store_id, state=transition.after, refusal=words)
