"""Worker that processes a store's privacy requests, one after the other.

A request is a row before the daemon is woken (promise 1). A failed request is tried again after a
backoff until it succeeds, and its page shows the error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from peewee import ModelSelect, fn

from portal.jobs import PROCESS_PRIVACY_REQUESTS
from portal.models import Lease, PrivacyRequest, PrivacyRequestKind, PrivacyRequestState, utc_now
from portal.rules.work.backoff import DEFAULT_BACKOFF
from portal.services.connection.handle_refusals import handle_refusal
from portal.services.privacy.erase_data_subject import erase_data_subject
from portal.services.privacy.export_data_subject import export_data_subject
from portal.services.privacy.find_data_subject import find_data_subject
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork
from portal.services.work.failures import INTERRUPTIONS, FailurePolicy, postpone_if_hanging
from portal.services.work.leases import claimed

log = structlog.get_logger(__name__)

# A call takes up to 25 s.
LEASE_TTL_S = 60.0
LEASE_PREFIX = "privacy_requests:"
# The search terms of events are written every second, on PostgreSQL two seconds after the event.
MOMENT = timedelta(seconds=2)
# The law requires that every request is fulfilled, so none is given up.
POLICY = FailurePolicy(replace(DEFAULT_BACKOFF, is_endless=True), retries_all=True)


def process_privacy_requests(runtime: Runtime, store_id: int) -> None:
    """Process the store's privacy requests that are due; safe to run twice at the same time."""
    with claimed(f"{LEASE_PREFIX}{store_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        while request := _due().where(PrivacyRequest.store == store_id).first():
            claim.keep()
            _process(runtime, request, claim.keep)


def wake_privacy_requests(runtime: Runtime) -> int:
    """Wake the daemon for stores with due requests; return how many."""
    return runtime.wake_due(due_requests())


def due_requests() -> DueWork:
    """Return the stores with due requests that no worker processes."""
    due = (
        _due()
        .select(PrivacyRequest.store)
        .where(PrivacyRequest.store.not_in(Lease.held_ids(LEASE_PREFIX)))
        .group_by(PrivacyRequest.store)
    )
    return DueWork(PROCESS_PRIVACY_REQUESTS, due, fn.MIN(PrivacyRequest.due_at))


def _due() -> ModelSelect[PrivacyRequest]:
    return (
        PrivacyRequest.select()
        .where(
            PrivacyRequest.state == PrivacyRequestState.WAITING,
            PrivacyRequest.due_at <= utc_now(),
        )
        .order_by(PrivacyRequest.id)
    )


def _process(runtime: Runtime, request: PrivacyRequest, keep_lease: Callable[[], None]) -> None:
    # Decided before the customer is read, which takes a while: nobody can stop what isn't held.
    is_done, is_held = True, request.is_held
    try:
        find_data_subject(runtime, request)
        if is_held:
            _hold(request)
            return
        if request.kind == PrivacyRequestKind.ERASURE:
            is_done = erase_data_subject(runtime, request, keep_lease)
        else:
            export_data_subject(request)
    except INTERRUPTIONS:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, other requests continue
        _record_failure(runtime, request, error)
        return
    if not is_done:
        _change(request, due_at=utc_now() + MOMENT)
        return
    log.info(
        "privacy.request_done",
        store=request.store_id,
        request=request.id,
        kind=request.kind,
        customer=request.customer_id,
    )


def _hold(request: PrivacyRequest) -> None:
    """Let the request wait until its hold is over; the customer is then read again."""
    _change(
        request,
        is_at_ecwid=request.is_at_ecwid,
        due_at=request.held_until,
        attempts=0,
        error=None,
    )
    log.info("privacy.request_held", store=request.store_id, request=request.id)


def _record_failure(runtime: Runtime, request: PrivacyRequest, error: Exception) -> None:
    """Store the error and reschedule; the next attempt continues with what was already found."""
    stops_store = partial(handle_refusal, runtime, request.store_id)
    decision = POLICY.decide(error, request.attempts, stops_store)
    _change(request, **decision.changes)
    postpone_if_hanging(error, decision.due_at, PrivacyRequest, request.store_id)
    log.warning(
        "privacy.request_failed",
        store=request.store_id,
        request=request.id,
        error=type(error).__name__,
    )


def _change(request: PrivacyRequest, **changes: Any) -> None:
    PrivacyRequest.update(changes).where(PrivacyRequest.id == request.id).execute()
