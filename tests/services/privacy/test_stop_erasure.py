"""An erasure is held after its customer was read, and the owner can stop it until it begins."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests_mock

from portal.jobs import PROCESS_PRIVACY_REQUESTS
from portal.models import (
    AuditLogEntry,
    Customer,
    Merchant,
    PrivacyRequest,
    PrivacyRequestKind,
    PrivacyRequestState,
    Store,
    SuppressionEntry,
    utc_now,
)
from portal.services.events.index_event_terms import index_next_batch
from portal.services.mirror.resources import CUSTOMERS
from portal.services.privacy.erase_data_subject import erase_data_subject
from portal.services.privacy.process_requests import process_privacy_requests
from portal.services.privacy.record_requests import record_requests
from portal.services.privacy.stop_erasure import continue_erasure, stop_erasure
from portal.services.runtime import Runtime
from portal.wake_keys import wake_key
from tests.factories import UPDATED_AT, customer_payload, make_event
from tests.services.conftest import API

HOUR = timedelta(hours=1)
CUSTOMER = f"{API}/customers/12"


@pytest.fixture
def request_of(store: Store) -> PrivacyRequest:
    """A request to erase a customer whom the mirror has, just recorded from its event."""
    CUSTOMERS.save(store.id, [customer_payload()], UPDATED_AT)
    event = make_event(
        type="customer.personalDataRemovalRequest", entity_id="12", received_at=UPDATED_AT
    )
    while index_next_batch():
        pass
    record_requests(store.id, PrivacyRequestKind.ERASURE, [event.id], HOUR)
    return current()


def current() -> PrivacyRequest:
    found: PrivacyRequest = PrivacyRequest.get()
    return found


def is_erased() -> bool:
    return Customer.get().email is None


def end_hold() -> None:
    past = utc_now() - timedelta(seconds=1)
    PrivacyRequest.update(held_until=past, due_at=past).execute()


@pytest.mark.parametrize(("status", "is_at_ecwid"), [(200, True), (404, False)])
def test_customer_is_read_at_once_and_erased_after_the_hold(
    runtime: Runtime,
    request_of: PrivacyRequest,
    ecwid: requests_mock.Mocker,
    status: int,
    is_at_ecwid: bool,
) -> None:
    ecwid.get(CUSTOMER, status_code=status, json={"id": 12, "email": "ada@shopper.example"})

    process_privacy_requests(runtime, 1003)

    held = current()
    assert (held.state, held.is_held) == (PrivacyRequestState.WAITING, True)
    assert (held.is_at_ecwid, held.emails) == (is_at_ecwid, None)
    assert held.due_at == held.held_until
    assert not is_erased()

    end_hold()
    process_privacy_requests(runtime, 1003)

    assert (current().state, current().held_until) == (PrivacyRequestState.DONE, None)
    assert is_erased()


def test_stopped_erasure_stays_stopped_when_its_event_comes_again(
    runtime: Runtime, store: Store, merchant: Merchant, request_of: PrivacyRequest
) -> None:
    assert stop_erasure(store, request_of.id, merchant)
    end_hold()
    assert request_of.event_id is not None
    record_requests(store.id, PrivacyRequestKind.ERASURE, [request_of.event_id], HOUR)

    process_privacy_requests(runtime, store.id)

    assert current().state == PrivacyRequestState.STOPPED
    assert not is_erased()
    entry = AuditLogEntry.get()
    assert (entry.action, entry.target, entry.actor_id) == (
        "privacy.erasure_stopped",
        "customer 12",
        merchant.id,
    )


def test_erasure_stopped_just_before_it_begins_erases_nothing(
    runtime: Runtime, store: Store, merchant: Merchant, request_of: PrivacyRequest
) -> None:
    request_of.emails = ["ada@shopper.example"]
    stop_erasure(store, request_of.id, merchant)

    assert erase_data_subject(runtime, request_of, lambda: None) is False

    assert current().state == PrivacyRequestState.STOPPED
    assert not SuppressionEntry.select().exists()
    assert not is_erased()


@pytest.mark.parametrize("is_stopped", [True, False])
def test_owner_has_a_held_or_stopped_customer_erased_at_once(
    runtime: Runtime,
    store: Store,
    merchant: Merchant,
    request_of: PrivacyRequest,
    ecwid: requests_mock.Mocker,
    is_stopped: bool,
) -> None:
    ecwid.get(CUSTOMER, status_code=404)
    if is_stopped:
        stop_erasure(store, request_of.id, merchant)

    assert continue_erasure(runtime, store, request_of.id, merchant)
    assert runtime.redis.exists(wake_key(PROCESS_PRIVACY_REQUESTS.path, (store.id,)))
    process_privacy_requests(runtime, store.id)

    assert is_erased()
    assert not continue_erasure(runtime, store, request_of.id, merchant)


def test_erasure_that_is_not_held_and_an_export_cannot_be_stopped(
    store: Store, merchant: Merchant, request_of: PrivacyRequest
) -> None:
    end_hold()
    assert not stop_erasure(store, request_of.id, merchant)
    export = PrivacyRequest.create(
        store=store, kind=PrivacyRequestKind.ACCESS, customer_id=12, held_until=utc_now() + HOUR
    )
    assert not stop_erasure(store, export.id, merchant)
    assert not AuditLogEntry.select().exists()


def test_erasure_without_a_hold_begins_at_once(store: Store, request_of: PrivacyRequest) -> None:
    assert request_of.event_id is not None
    record_requests(store.id, PrivacyRequestKind.ERASURE, [request_of.event_id], timedelta(0))

    assert current().held_until is None
