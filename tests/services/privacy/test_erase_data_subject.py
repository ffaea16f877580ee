"""After an erasure the database has no data of the person, and no later read restores it."""

from __future__ import annotations

import string
from datetime import timedelta
from typing import Any

import pytest
import requests_mock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import PostgresqlDatabase

from portal.errors import LeaseLostError
from portal.models import (
    TABLES,
    AuditLogEntry,
    Customer,
    EventTerm,
    EventTermProgress,
    MirrorCount,
    Order,
    OrderItem,
    OrderSubmission,
    OrderUpdate,
    PrivacyRequest,
    PrivacyRequestKind,
    PrivacyRequestState,
    Quarantine,
    Store,
    StoreState,
    SubmissionStep,
    SuppressionEntry,
    WebhookEvent,
    database,
    utc_now,
)
from portal.rules.orders.submission_states import SubmissionState
from portal.services.events.index_event_terms import index_next_batch
from portal.services.mirror.resources import CUSTOMERS, ORDERS
from portal.services.privacy.erase_data_subject import erase_data_subject
from portal.services.privacy.export_data_subject import export_data_subject
from portal.services.privacy.find_data_subject import find_data_subject
from portal.services.privacy.process_requests import process_privacy_requests
from portal.services.runtime import Runtime
from tests.factories import UPDATED_AT, customer_payload, make_event, order_payload
from tests.services.conftest import API, PROFILE

LATER = UPDATED_AT + timedelta(hours=1)
LONG_AGO = utc_now() - timedelta(hours=1)

# Markers make each value unique, so it is found only where the test put it.
words = st.text(string.ascii_letters + "äßéЖ中", min_size=4, max_size=12).map(
    lambda text: f"zq{text}qz"
)


class Person(dict[str, str]):
    """A shopper's personal values by name."""

    @property
    def email(self) -> str:
        """The address as the shopper typed it."""
        return f"{self['local']}@{self['domain']}.example"


people = st.fixed_dictionaries(
    dict.fromkeys(
        (
            *("local", "domain", "first", "last", "street", "city", "phone", "company"),
            *("ip", "note", "handle", "gift", "tax_id"),
        ),
        words,
    )
).map(Person)


def address_of(person: Person) -> dict[str, Any]:
    return {
        "name": f"{person['first']} {person['last']}",
        "firstName": person["first"],
        "lastName": person["last"],
        "companyName": person["company"],
        "street": person["street"],
        "city": person["city"],
        "countryCode": "DE",
        "phone": person["phone"],
    }


def customer_of(person: Person, **changes: Any) -> dict[str, Any]:
    values = {
        "email": person.email,
        "name": f"{person['first']} {person['last']}",
        "billingPerson": address_of(person),
        "shippingAddresses": [{"id": 1, **address_of(person)}],
        "contacts": [{"id": 2, "contact": person.email, "handle": person["handle"]}],
        "privateAdminNotes": person["note"],
        "taxId": person["tax_id"],
    }
    return customer_payload(**values | changes)


def order_of(person: Person, **changes: Any) -> dict[str, Any]:
    items = order_payload()["items"]
    items[0]["selectedOptions"] = [{"name": "Engraving", "type": "TEXT", "value": person["gift"]}]
    values = {
        "email": person.email,
        "billingPerson": address_of(person),
        "shippingPerson": address_of(person),
        "ipAddress": person["ip"],
        "orderComments": person["note"],
        "privateAdminNotes": person["note"],
        "extraFields": {"greeting": person["gift"]},
        "customerTaxId": person["tax_id"],
        "trackingNumber": person["note"],
        "items": items,
    }
    return order_payload(**values | changes)


def save_all_of(person: Person) -> None:
    """Save the person everywhere: in rows, quarantine, and events with their search terms."""
    CUSTOMERS.save(1003, [customer_of(person)], UPDATED_AT)
    guest = {"id": "GUEST", "internalId": 91, "orderNumber": 91, "customerId": None}
    ORDERS.save(1003, [order_of(person), order_of(person, **guest)], UPDATED_AT)
    broken = {"id": "BROKE", "internalId": 92, "orderNumber": 92, "total": "much"}
    ORDERS.save(1003, [order_of(person, **broken)], UPDATED_AT)
    CUSTOMERS.save(1003, [customer_of(person, registered="long ago")], UPDATED_AT)
    submit(person)
    texts = {"private_notes": person["note"], "tracking_number": person["gift"]}
    OrderUpdate.create(
        store=1003,
        order_id=90,
        order_number="EBJFT",
        sender="api_key 7",
        changes=texts | {"payment_status": "PAID"},
        expected=texts,
        remote=texts,
        error=person["note"],
    )
    for number, (event_type, entity_id) in enumerate(
        [("customer.updated", "12"), ("order.updated", "90"), ("review.created", person.email)]
    ):
        make_event(
            event_id=f"event-{number}",
            type=event_type,
            entity_id=entity_id,
            payload={"entityId": entity_id, "data": {"customerEmail": person.email}},
            headers={"X-Forwarded-For": person.email},
            received_at=LONG_AGO,
        )


def submit(person: Person, **changes: Any) -> OrderSubmission:
    """Save a submission for the person."""
    lines = [{"product_id": 5, "options": {"Engraving": person["gift"]}}]
    submission = OrderSubmission.create(
        **{
            "store": 1003,
            "sender": "api_key 7",
            "idempotency_key": "key-1",
            "fingerprint": "f",
            "reference": "123456789",
            "state": SubmissionState.SUBMITTED,
            "request": {"lines": lines, "shipping_person": address_of(person)},
            "email": person.email.lower(),
            "quote": {"lines": lines},
            "validation_errors": [{"code": "option_invalid", "message": person["gift"]}],
            "error": person["note"],
            "due_at": None,
        }
        | changes
    )
    SubmissionStep.create(submission=submission, state="received", detail=person["note"])
    return submission


def ask(kind: PrivacyRequestKind = PrivacyRequestKind.ERASURE, **changes: Any) -> PrivacyRequest:
    return PrivacyRequest.create(**{"store": 1003, "kind": kind, "customer_id": 12} | changes)


def process(runtime: Runtime) -> None:
    """Index all events, then process the due requests."""
    PrivacyRequest.update(due_at=utc_now()).execute()
    while index_next_batch():
        pass
    process_privacy_requests(runtime, 1003)


def everything() -> str:
    """Return the text of every row of every table."""
    found = []
    is_postgresql = isinstance(database.obj, PostgresqlDatabase)
    for table in TABLES:
        name = f'"{table._meta.table_name}"'
        sql = f"SELECT given::text FROM {name} given" if is_postgresql else f"SELECT * FROM {name}"
        found += [str(value) for row in database.execute_sql(sql).fetchall() for value in row]
    return "\n".join(found).casefold()


def traces_of(person: Person) -> list[str]:
    text = everything()
    return [name for name, value in person.items() if value.casefold() in text]


@pytest.fixture
def gone_at_ecwid(ecwid: requests_mock.Mocker) -> None:
    """An Ecwid without this customer."""
    ecwid.get(f"{API}/customers/12", status_code=404)


def restart() -> None:
    for table in (SuppressionEntry, PrivacyRequest, AuditLogEntry, Quarantine, EventTerm):
        table.delete().execute()
    for table in (SubmissionStep, OrderSubmission, OrderUpdate):
        table.delete().execute()
    for table in (WebhookEvent, EventTermProgress, MirrorCount, Order, OrderItem, Customer):
        table.delete().execute()


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(person=people)
def test_no_value_of_an_erased_person_is_left_in_the_database(
    runtime: Runtime, store: Store, gone_at_ecwid: None, person: Person
) -> None:
    restart()
    save_all_of(person)
    ask(PrivacyRequestKind.ACCESS)
    process(runtime)
    assert set(traces_of(person)) == set(person)

    ask()
    process(runtime)

    assert traces_of(person) == []
    assert {request.state for request in PrivacyRequest.select()} == {PrivacyRequestState.DONE}


@settings(
    max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(person=people)
def test_later_data_from_ecwid_does_not_restore_the_person(
    runtime: Runtime, store: Store, gone_at_ecwid: None, person: Person
) -> None:
    restart()
    save_all_of(person)
    ask()
    process(runtime)

    newer = {"updateTimestamp": int(LATER.timestamp())}
    CUSTOMERS.save(1003, [customer_of(person, updated="2027-01-01 00:00:00 +0000")], LATER)
    unknown = {"id": "OLDER", "internalId": 80, "orderNumber": 80, "customerId": None}
    ORDERS.save(1003, [order_of(person, **newer), order_of(person, **unknown)], LATER)
    broken = {"id": "BROKE", "internalId": 92, "orderNumber": 92, "total": "much"}
    ORDERS.save(1003, [order_of(person, **broken)], LATER)
    make_event(
        event_id="late",
        type="customer.updated",
        entity_id="12",
        payload={"data": {"customerEmail": person.email}},
        received_at=LONG_AGO,
    )
    index_next_batch()

    assert traces_of(person) == []
    assert Customer.live_count(1003) == 1
    assert Order.live_count(1003) == 3


ADA = Person(
    {
        "local": "Ada",
        "domain": "shopper",
        **dict.fromkeys(("first", "last", "street", "city", "phone", "company"), "Zqadaqz"),
        **dict.fromkeys(("ip", "note", "handle", "gift", "tax_id"), "Zqadaqz"),
    }
)


def test_erased_order_keeps_totals_items_and_coupon(
    runtime: Runtime, store: Store, gone_at_ecwid: None
) -> None:
    ORDERS.save(1003, [order_of(ADA)], UPDATED_AT)
    before = Order.get()
    ask()

    process(runtime)

    order, item = Order.get(), OrderItem.get()
    for name in ("number", "total", "tax", "coupon_code", "item_count", "external_id"):
        assert getattr(order, name) == getattr(before, name)
    assert (item.name, item.quantity) == ("Stoneware mug", 2)
    assert order.raw["items"][item.position]["price"] == item.price
    assert order.raw["discountCoupon"]["code"] == "WELCOME-10"
    assert (order.email, order.buyer_name, order.tracking_number) == (None, None, None)


def test_other_shoppers_are_not_changed(
    runtime: Runtime, store: Store, gone_at_ecwid: None
) -> None:
    save_all_of(ADA)
    other = {"id": "EVESO", "internalId": 95, "orderNumber": 95, "customerId": 13}
    ORDERS.save(1003, [order_payload(email="eve@shopper.example", **other)], UPDATED_AT)
    CUSTOMERS.save(1003, [customer_payload(id=13, email="eve@shopper.example")], UPDATED_AT)
    ask()

    process(runtime)

    assert Order.get(Order.remote_id == 95).email == "eve@shopper.example"
    assert Customer.get(Customer.remote_id == 13).name == "Ada Adler"


def test_order_placed_after_the_erasure_keeps_its_person(
    runtime: Runtime, store: Store, gone_at_ecwid: None
) -> None:
    save_all_of(ADA)
    ask()
    process(runtime)
    soon = utc_now() + timedelta(minutes=5)
    new = {"id": "AGAIN", "internalId": 99, "orderNumber": 99}

    times = {"createTimestamp": int(soon.timestamp()), "updateTimestamp": int(soon.timestamp())}
    ORDERS.save(1003, [order_of(ADA, **new, **times)], soon)

    assert Order.get(Order.remote_id == 99).email == "ada@shopper.example"


def test_erased_record_that_is_read_again_is_unchanged(
    runtime: Runtime, store: Store, gone_at_ecwid: None
) -> None:
    save_all_of(ADA)
    ask()
    process(runtime)

    order = ORDERS.save(1003, [order_of(ADA)], LATER)
    customer = CUSTOMERS.save(1003, [customer_of(ADA)], LATER)

    assert (order.unchanged, customer.unchanged) == (1, 1)
    assert (Order.get().email, Customer.get().name) == (None, None)


def test_audit_entry_has_only_counts_and_ids(
    runtime: Runtime, store: Store, gone_at_ecwid: None
) -> None:
    save_all_of(ADA)
    request = ask()

    process(runtime)

    entry = AuditLogEntry.get()
    assert (entry.actor_name, entry.action, entry.target) == (
        "ecwid",
        "privacy.erased",
        "customer 12",
    )
    assert entry.after["request"] == request.id
    assert entry.after["counts"]["orders"] == 2
    assert entry.after["counts"]["events"] == 3
    assert entry.after["counts"]["unreadable_records"] == 2


def test_erasure_waits_until_all_events_are_indexed(
    runtime: Runtime, store: Store, gone_at_ecwid: None
) -> None:
    save_all_of(ADA)
    ask()

    process_privacy_requests(runtime, 1003)
    waiting = PrivacyRequest.get()
    assert (waiting.state, waiting.emails) == (PrivacyRequestState.WAITING, ["ada@shopper.example"])
    assert Order.select().where(Order.email.is_null(is_null=False)).count() == 0
    process(runtime)

    done = PrivacyRequest.get()
    assert (done.state, done.emails, done.counts["orders"]) == (PrivacyRequestState.DONE, None, 2)


def test_customer_that_ecwid_still_has_is_erased_in_the_portal(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(f"{API}/customers/12", json={"id": 12, "email": "New@Shopper.example"})
    changed = {"id": "NEWER", "internalId": 93, "orderNumber": 93, "customerId": None}
    ORDERS.save(1003, [order_of(ADA, **changed, email="new@shopper.example")], UPDATED_AT)
    ask()

    process(runtime)

    assert PrivacyRequest.get().is_at_ecwid is True
    assert Order.get().email is None


def test_address_from_the_event_does_not_erase_another_customers_orders(
    runtime: Runtime, store: Store, gone_at_ecwid: None
) -> None:
    CUSTOMERS.save(1003, [customer_payload(id=13, email="eve@shopper.example")], UPDATED_AT)
    new = {"email": "eve@shopper.example", "customerId": 13}
    ORDERS.save(1003, [order_payload(**new)], UPDATED_AT)
    event = make_event(
        type="customer.personalDataRemovalRequest",
        entity_id="12",
        payload={"data": {"customerEmail": "eve@shopper.example"}},
        received_at=LONG_AGO,
    )
    ask(event=event)

    process(runtime)

    assert Order.get().email == "eve@shopper.example"


def test_request_is_retried_and_then_proceeds_without_ecwid(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(f"{API}/customers/12", status_code=503)
    save_all_of(ADA)
    ask()

    for _ in range(3):
        process(runtime)
    failed = PrivacyRequest.get()
    assert (failed.state, failed.attempts) == (PrivacyRequestState.WAITING, 3)
    assert failed.error
    process(runtime)

    assert PrivacyRequest.get().state == PrivacyRequestState.DONE
    assert Customer.get().email is None


def test_request_waits_as_long_as_ecwid_asks_and_counts_no_failure(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(f"{API}/customers/12", status_code=429, headers={"Retry-After": "300"})
    before = utc_now()
    ask()

    process_privacy_requests(runtime, 1003)

    waiting = PrivacyRequest.get()
    assert (waiting.state, waiting.attempts) == (PrivacyRequestState.WAITING, 0)
    assert waiting.due_at >= before + timedelta(seconds=300)


def test_dead_token_stops_the_store_and_the_request_is_done_without_ecwid(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    for address in (f"{API}/customers/12", PROFILE):
        ecwid.get(address, status_code=403, json={"errorMessage": "Wrong token"})
    save_all_of(ADA)
    ask()

    process(runtime)

    assert Store.get_by_id(1003).state == StoreState.RECONNECT
    assert PrivacyRequest.get().state == PrivacyRequestState.DONE
    assert Customer.get().email is None


EVE = Person(
    {name: f"zq{name}qz" for name in ("local", "domain", "first", "last", "street", "city")}
    | {name: f"zq{name}qz" for name in ("phone", "company", "ip", "note", "handle", "gift")}
    | {"tax_id": "zqtaxqz"}
)


@pytest.mark.promise(1)
@pytest.mark.parametrize("steps", range(1, 7))
def test_erasure_interrupted_anywhere_continues_and_counts_nothing_twice(
    runtime: Runtime, store: Store, gone_at_ecwid: None, steps: int
) -> None:
    save_all_of(EVE)
    while index_next_batch():
        pass
    request = ask()
    find_data_subject(runtime, request)
    left = iter(range(steps))

    def is_killed() -> None:
        if next(left, None) is None:
            raise LeaseLostError

    with pytest.raises(LeaseLostError):
        erase_data_subject(runtime, request, is_killed)
    assert traces_of(EVE)
    process(runtime)

    assert traces_of(EVE) == []
    done = PrivacyRequest.get()
    assert (done.state, done.counts["orders"], done.counts["customers"]) == ("done", 2, 1)


def test_export_of_an_erased_person_is_deleted(
    runtime: Runtime, store: Store, gone_at_ecwid: None
) -> None:
    save_all_of(ADA)
    export = ask(PrivacyRequestKind.ACCESS, emails=["ada@shopper.example"])
    export_data_subject(export)
    assert "Zqadaqz" in (PrivacyRequest.get().document or "")
    ask()

    process(runtime)

    assert PrivacyRequest.get_by_id(export.id).document is None


def test_unfinished_submission_keeps_its_person_until_its_outcome_is_certain(
    runtime: Runtime, store: Store, gone_at_ecwid: None
) -> None:
    row = submit(ADA, state=SubmissionState.UNKNOWN, customer_id=12)
    ask()

    process(runtime)
    waiting = OrderSubmission.get_by_id(row.id)
    OrderSubmission.update(state=SubmissionState.RESOLVED).execute()
    process(runtime)

    assert waiting.request is not None
    assert OrderSubmission.get_by_id(row.id).request is None
    assert PrivacyRequest.get().state == PrivacyRequestState.DONE
