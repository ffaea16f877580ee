"""Endpoints of customers."""

from __future__ import annotations

from typing import Any

from flask import request

from portal.sandbox.filters import Search
from portal.sandbox.listing import deleted_records, envelope, parse_pagination
from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import CUSTOMER
from portal.sandbox.rest.customer_search import customer_search
from portal.sandbox.rest.endpoints import Endpoint, body

ALL_CUSTOMERS = Search((), (), "id")


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""
    customers = parts.customers

    # Source (documented): REST docs, "Search customers".
    @endpoint("/customers", "read_customers")
    def list_customers(store: Any) -> Any:
        offset, limit = parse_pagination(request.args, parts.switches.text("limit_above_100"))
        search = customer_search(request.args)
        total, items = parts.records.search(
            CUSTOMER, store["id"], search, offset=offset, limit=limit
        )
        customer_count, _ = parts.records.search(CUSTOMER, store["id"], ALL_CUSTOMERS, limit=0)
        more = f'"allCustomerCount":{customer_count},'
        return envelope(items, total=total, offset=offset, limit=limit, more=more)

    # Source (documented): REST docs, POST /customers.
    @endpoint("/customers", "create_customers", "POST")
    def create_customer(store: Any) -> Any:
        return {"id": customers.create(store["id"], body())}

    # Source (documented): REST docs, GET /customers/deleted.
    @endpoint("/customers/deleted", "read_customers")
    def deleted_customers(store: Any) -> Any:
        return deleted_records(parts.state, store["id"], CUSTOMER, request.args)

    # Source (documented): REST docs, GET /customers/{customerId}.
    @endpoint("/customers/<int:customer_id>", "read_customers")
    def customer(store: Any, customer_id: int) -> Any:
        return customers.get(store["id"], customer_id)

    # Source (documented): REST docs, PUT /customers/{customerId}.
    @endpoint("/customers/<int:customer_id>", "update_customers", "PUT")
    def update_customer(store: Any, customer_id: int) -> Any:
        customers.update(store["id"], customer_id, body())
        return {"updateCount": 1}

    # Source (documented): REST docs, DELETE /customers/{customerId}.
    @endpoint("/customers/<int:customer_id>", "update_customers", "DELETE")
    def delete_customer(store: Any, customer_id: int) -> Any:
        customers.delete(store["id"], customer_id)
        return {"deleteCount": 1}
