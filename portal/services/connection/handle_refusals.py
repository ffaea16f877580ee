"""Reaction to a refused call: find the cause, and stop a store that can't continue.

A single endpoint may refuse for reasons of its own, so ``GET /profile`` confirms each refusal. A
dead token stops all work for its store at once, because Ecwid blocks callers that insist. Nothing
is deleted; unfinished runs and waiting events continue after the reconnect.
"""

from __future__ import annotations

import structlog

from portal.ecwid.errors import EcwidError
from portal.errors import PortalError, RecordError, SealedSecretError, StoreNotConnectedError
from portal.errors.orders import StoreNotWorkingError
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
    """React to a failed call; return whether the store must not be called any more.

    Return False for errors that don't concern the whole store, and until a check confirms one.
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
    """Confirm ``error`` by reading the profile, and apply the resulting transition.

    Raises EcwidError, without deciding anything, if the profile can't be read for a temporary
    reason.
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
    """Require a new consent, because the token is sealed with a key that we no longer have."""
    grant = Grant.active_for(store_id)
    if grant is not None:
        apply_result(runtime, grant, CheckResult(ConnectionEvent.TOKEN_UNREADABLE))


def apply_result(
    runtime: Runtime, grant: Grant, result: CheckResult, refusal: EcwidError | None = None
) -> None:
    """Store the result of a check, wake the jobs that follow, and log the refusal behind it."""
    transition = save_result(grant, result)
    if transition is None:
        return
    wake_after_transition(runtime, transition)
    words = None if refusal is None else str(refusal)
    if transition.stops_work:
        log.warning("store.stopped", store=grant.store_id, state=transition.after, refusal=words)
    elif words is not None:
        log.info("refusal.confirmed", store=grant.store_id, state=transition.after, refusal=words)
