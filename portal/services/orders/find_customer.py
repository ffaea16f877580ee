"""Find a store's customer by e-mail address, and make sure that an order has one.

A customer is looked up in the mirror first, then at the store. Before an order none is created:
Ecwid assigns an order to the customer with its e-mail address, or creates one. (Assumed; so the
order is checked afterwards.)
"""

from __future__ import annotations

from typing import Any

import structlog

from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidError
from portal.ecwid.order_body import person_body
from portal.ecwid.values import Record
from portal.models import Customer, Order, utc_now
from portal.rules.orders.order_request import OrderRequest, Person
from portal.rules.orders.quotes import KnownCustomer
from portal.rules.records.email_addresses import normalize_email
from portal.services.mirror import own_writes
from portal.services.mirror.resources import CUSTOMERS
from portal.services.orders.find_submitted_order import FoundOrder
from portal.services.orders.order_counts import count_orders
from portal.services.orders.store_answers import AnswerKind, StoreAnswers
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def find_customer(client: EcwidClient, email: str, answers: StoreAnswers) -> KnownCustomer:
    """Return the customer with this address; raise EcwidError.

    The mirror knows most customers, with the delay of an event. The store is asked for the others,
    at most once in five minutes.
    """
    address = normalize_email(email)
    ordered = count_orders((Order.store == client.store_id) & (Order.email == address))
    payload = _mirrored(client.store_id, address, answers)
    if payload is None and answers.find(AnswerKind.MISSING_CUSTOMER, address) is None:
        payload = _at_store(client, address, email, answers)
    if payload is None:
        return KnownCustomer(previous_orders=ordered.counted)
    record = Record("customers", payload)
    orders = record.count("totalOrderCount")
    reported = orders or record.part("stats").count("numberOfOrders") or 0
    return KnownCustomer(
        id=record.identity(),
        previous_orders=ordered.with_reported(reported),
        is_tax_exempt=record.boolean("taxExempt", default=False),
        tax_id=record.text("taxId") or None,
        group=record.text("customerGroupName") or None,
    )


def remember_deleted_customer(runtime: Runtime, store_id: int, customer_id: int | None) -> None:
    """Remember that Ecwid refused an order because this customer was deleted since the quote.

    The next quotes don't take the customer from the mirror, which learns of it later.
    """
    answers = StoreAnswers(runtime.redis, store_id)
    answers.keep(AnswerKind.DELETED_CUSTOMER, value=True, about=str(customer_id))


def assign_customer(client: EcwidClient, request: OrderRequest, found: FoundOrder) -> bool:
    """Create the customer of a new order that Ecwid has assigned to none; return whether it did.

    A failure is only logged: the order itself is complete.
    """
    if found.payload.get("customerId"):
        return False
    person = request.billing_person or request.shipping_person or Person()
    customer: dict[str, Any] = {
        "email": request.email,
        "name": person.name,
        "billingPerson": person_body(person),
        "taxId": request.customer_tax_id,
        "lang": request.language,
    }
    given = {name: value for name, value in customer.items() if value}
    try:
        # Ecwid takes a missing value for consent.
        given["acceptMarketing"] = request.accept_marketing is True
        customer_id = client.create_customer(given)
        own_writes.update_order(client, found.order_id, found.number, {"customerId": customer_id})
    except EcwidError as error:
        log.warning("submission.without_customer", store=client.store_id, problem=str(error))
        return False
    return True


def _mirrored(store_id: int, address: str, answers: StoreAnswers) -> Any | None:
    rows = Customer.select(Customer.remote_id, Customer.raw).where(
        Customer.store == store_id, Customer.email == address, Customer.deleted_at.is_null()
    )
    row = rows.order_by(Customer.remote_id.desc()).first()
    if row is None or answers.find(AnswerKind.DELETED_CUSTOMER, str(row.remote_id)) is not None:
        return None
    return row.raw


def _at_store(client: EcwidClient, address: str, email: str, answers: StoreAnswers) -> Any | None:
    read_at = utc_now()
    for item in client.customers_with_email(email).items:
        if normalize_email(Record("customers", item).email("email") or "") == address:
            CUSTOMERS.save(client.store_id, [item], read_at)
            return item
    answers.keep(AnswerKind.MISSING_CUSTOMER, value=True, about=address)
    return None
