"""Persons who have only a first and a last name get a name in the rows that exist."""

from __future__ import annotations

from importlib import import_module

import pytest
from peewee import Database

from portal.models import Customer, Order
from portal.services.mirror.resources import CUSTOMERS, ORDERS
from tests.factories import UPDATED_AT, customer_payload, make_store, order_payload

SCRIPT = import_module("portal.models.migrations.0031_parked_grants_and_closed_stores")
PERSON = {"firstName": " Ada ", "lastName": "Adler"}


@pytest.mark.parametrize("batch", [1, 500])
def test_nameless_rows_are_named_from_their_records(
    database: Database, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(SCRIPT, "BATCH", batch)
    for store_id in (1003, 1004):
        make_store(id=store_id)
        orders = [
            order_payload(internalId=90, id="A", billingPerson=PERSON, shippingPerson=None),
            order_payload(internalId=91, id="B", billingPerson=None, shippingPerson=PERSON),
            order_payload(internalId=92, id="C", billingPerson={"firstName": 5}),
            order_payload(internalId=93, id="D", billingPerson={"name": "Bea Bakker"}),
        ]
        ORDERS.save(store_id, orders, UPDATED_AT)
        customer = customer_payload(name=None, billingPerson=PERSON)
        CUSTOMERS.save(store_id, [customer, customer | {"id": 13, "firstName": "Eve"}], UPDATED_AT)
    named = Order.remote_id != 93
    Order.update(buyer_name=None).where(named).execute()
    Order.update(raw={}).where(Order.remote_id == 92).execute()
    Customer.update(name=None).execute()

    # A later script drops the second column of customers.
    for table, columns, parts in SCRIPT.PERSONS:
        SCRIPT._name_persons(database, table, columns[:1], parts)

    rows = Order.select().order_by(Order.store, Order.remote_id)
    assert [row.buyer_name for row in rows] == ["Ada Adler", "Ada Adler", None, "Bea Bakker"] * 2
    found = Customer.select().order_by(Customer.store, Customer.remote_id)
    assert [row.name for row in found] == ["Ada Adler", "Eve"] * 2
