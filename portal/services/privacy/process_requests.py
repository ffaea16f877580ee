"""Work off a store's requests about personal data, one after the other.

A request is a row before the daemon is woken (promise 1). It never gives up: what fails is tried
again, ever more rarely, and the page says why.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random

import structlog
from peewee import InterfaceError, ModelSelect, OperationalError

from portal.errors import PortalError
from portal.jobs import HONOUR_REQUESTS
from portal.models import Lease, PersonalDataRequest, RequestKind, RequestState, utc_now
from portal.rules.sync.retry import wait_s
from portal.services.privacy.erase_data_subject import erase_person
from portal.services.privacy.export_data_subject import export_person
from portal.services.privacy.find_data_subject import find_person
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

# One call at most takes 25 s.
LEASE_TTL_S = 60.0
# Words of events are noted every second, on PostgreSQL two seconds after they came.
MOMENT_S = 2.0
LONGEST_ATTEMPT = 8
JITTER = Random()  # noqa: S311 - spreads retries, guards no secret


class RequestsTakenError(PortalError):
    """The store's requests are no longer ours: another worker is at them."""


def honour_requests(runtime: Runtime, store_id: int) -> None:
    """Erase or export what the store's due requests ask for; safe to run twice, beside itself."""
    owner = uuid.uuid4().hex
    keep_lease = partial(_keep_lease, store_id, owner)
    if not Lease.acquire(_lease(store_id), owner, LEASE_TTL_S):
        return
    try:
        while request := _due().where(PersonalDataRequest.store == store_id).first():
            _honour(runtime, request, keep_lease)
    except RequestsTakenError:
        log.warning("personal_data.taken", store=store_id)
    finally:
        Lease.release(_lease(store_id), owner)


def wake_waiting_requests(runtime: Runtime) -> int:
    """Wake the daemon for every store with due requests; return how many."""
    rows = _due().select(PersonalDataRequest.store).order_by().distinct()
    store_ids = [row.store_id for row in rows]
    for store_id in store_ids:
        runtime.wake(HONOUR_REQUESTS, store_id)
    return len(store_ids)


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
    keep_lease()
    is_done = True
    try:
        find_person(runtime, request)
        if request.kind == RequestKind.ERASURE:
            is_done = erase_person(runtime, request, keep_lease)
        else:
            export_person(request)
    except (OperationalError, InterfaceError, RequestsTakenError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, other requests go on
        _note_failure(request, error)
        return
    if not is_done:
        _put_off(request, MOMENT_S)
        return
    log.info(
        "personal_data.honoured",
        store=request.store_id,
        request=request.id,
        kind=request.kind,
        customer=request.customer_id,
    )


def _note_failure(request: PersonalDataRequest, error: Exception) -> None:
    """Keep why it failed; not the words of errors that aren't ours, which may quote what is held.

    Whatever was found out is kept, too: a next attempt goes on with it.
    """
    ours = isinstance(error, PortalError)
    problem = str(error) if ours else f"unexpected {type(error).__name__}"
    request.attempts += 1
    PersonalDataRequest.update(attempts=request.attempts, error=problem).where(
        PersonalDataRequest.id == request.id
    ).execute()
    _put_off(request, wait_s(min(request.attempts, LONGEST_ATTEMPT), JITTER))
    log.warning(
        "personal_data.failed",
        store=request.store_id,
        request=request.id,
        error=type(error).__name__,
    )


def _put_off(request: PersonalDataRequest, seconds: float) -> None:
    PersonalDataRequest.update(due_at=utc_now() + timedelta(seconds=seconds)).where(
        PersonalDataRequest.id == request.id
    ).execute()


def _keep_lease(store_id: int, owner: str) -> None:
    if not Lease.acquire(_lease(store_id), owner, LEASE_TTL_S):
        raise RequestsTakenError(f"store {store_id}: another worker honours its requests")


def _lease(store_id: int) -> str:
    return f"requests:{store_id}"
