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
from portal.services.connection.apply_transition import wake_moved
from portal.services.connection.check_connection import (
    REFUSALS,
    Finding,
    examine,
    keep_finding,
    refused_finding,
)
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def stops_the_store(runtime: Runtime, store_id: int, error: PortalError) -> bool:
    """React to an error of a call; return whether the store may not be called any more.

    False for errors that say nothing about the store as a whole, and while nothing is confirmed.
    """
    if isinstance(error, SealedSecretError):
        react_to_lost_key(runtime, store_id)
    elif isinstance(error, REFUSALS):
        try:
            react_to_refusal(runtime, store_id, error)
        except EcwidError as unconfirmed:
            log.warning("refusal.unconfirmed", store=store_id, problem=str(unconfirmed))
    elif not isinstance(error, StoreNotConnectedError | StoreNotWorkingError):
        return False
    return not Store.get_by_id(store_id).is_working


def react_to_refusal(runtime: Runtime, store_id: int, error: EcwidError) -> None:
    """Confirm ``error`` by reading the profile, and move the store to the state that follows.

    Raises EcwidError when the profile can't be had for a passing reason: nothing is decided then.
    """
    grant = Grant.in_force(store_id)
    if grant is None:
        return
    try:
        finding = examine(runtime.client(store_id), grant, error)
    except REFUSALS as confirmed:
        finding = refused_finding(grant, confirmed)
    except (RecordError, StoreNotConnectedError) as unread:
        log.warning("refusal.unconfirmed", store=store_id, problem=str(unread))
        return
    settle(runtime, grant, finding, refusal=error)


def react_to_lost_key(runtime: Runtime, store_id: int) -> None:
    """Ask for a new consent: the token is sealed with a key that we don't hold any more."""
    grant = Grant.in_force(store_id)
    if grant is not None:
        settle(runtime, grant, Finding(ConnectionEvent.TOKEN_UNREADABLE))


def settle(
    runtime: Runtime, grant: Grant, finding: Finding, refusal: EcwidError | None = None
) -> None:
    """Write a finding and wake what follows from it; a refusal that led to it is logged."""
    move = keep_finding(grant, finding)
    if move is None:
        return
    wake_moved(runtime, move)
    words = None if refusal is None else str(refusal)
    if move.stops_work:
        log.warning("store.stopped", store=grant.store_id, state=move.after, refusal=words)
    elif words is not None:
        log.info("refusal.confirmed", store=grant.store_id, state=move.after, refusal=words)
