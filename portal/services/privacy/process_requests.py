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
from peewee import ModelSelect

from portal.jobs import HONOUR_REQUESTS
from portal.models import PersonalDataRequest, RequestKind, RequestState, utc_now
from portal.rules.work.backoff import DEFAULT_BACKOFF
from portal.services.connection.handle_refusals import stops_the_store
from portal.services.privacy.erase_data_subject import erase_person
from portal.services.privacy.export_data_subject import export_person
from portal.services.privacy.find_data_subject import find_person
from portal.services.runtime import Runtime
from portal.services.work.failures import INTERRUPTIONS, FailurePolicy
from portal.services.work.leases import claimed

log = structlog.get_logger(__name__)

# A call takes up to 25 s.
LEASE_TTL_S = 60.0
# The search terms of events are written every second, on PostgreSQL two seconds after the event.
MOMENT = timedelta(seconds=2)
# The law asks for every request, so none is given up.
POLICY = FailurePolicy(replace(DEFAULT_BACKOFF, is_endless=True), retries_all=True)


def honour_requests(runtime: Runtime, store_id: int) -> None:
    """Process the store's privacy requests that are due; safe to run twice at the same time."""
    with claimed(f"requests:{store_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        while request := _due().where(PersonalDataRequest.store == store_id).first():
            claim.keep()
            _honour(runtime, request, claim.keep)


def wake_waiting_requests(runtime: Runtime) -> int:
    """Wake the daemon for every store with due requests; return how many."""
    rows = _due().select(PersonalDataRequest.store).order_by().distinct()
    return runtime.wake_each(HONOUR_REQUESTS, (row.store_id for row in rows))


def _due() -> ModelSelect[PersonalDataRequest]:
    return (
        PersonalDataRequest.select()
        .where(
            PersonalDataRequest.state == RequestState.WAITING,
            PersonalDataRequest.due_at <= utc_now(),
        )
        .order_by(PersonalDataRequest.id)
    )


def _honour(runtime: Runtime, request: PersonalDataRequest, keep_lease: Callable[[], None]) -> None:
    is_done = True
    try:
        find_person(runtime, request)
        if request.kind == RequestKind.ERASURE:
            is_done = erase_person(runtime, request, keep_lease)
        else:
            export_person(request)
    except INTERRUPTIONS:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, other requests continue
        _note_failure(runtime, request, error)
        return
    if not is_done:
        _change(request, due_at=utc_now() + MOMENT)
        return
    log.info(
        "personal_data.honoured",
        store=request.store_id,
        request=request.id,
        kind=request.kind,
        customer=request.customer_id,
    )


def _note_failure(runtime: Runtime, request: PersonalDataRequest, error: Exception) -> None:
    """Write why the request failed; the next attempt uses what this one has found out."""
    stops_store = partial(stops_the_store, runtime, request.store_id)
    decision = POLICY.decide(error, request.attempts, stops_store)
    _change(request, **decision.changes)
    log.warning(
        "personal_data.failed",
        store=request.store_id,
        request=request.id,
        error=type(error).__name__,
    )


def _change(request: PersonalDataRequest, **changes: Any) -> None:
    PersonalDataRequest.update(changes).where(PersonalDataRequest.id == request.id).execute()
