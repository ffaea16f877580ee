"""Orders and customers of a store."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from portal.models import Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.orders.update_preconditions import version_of_order
from portal.services.records.read_records import LARGEST_ID, Row
from portal.services.records.record_views import CUSTOMERS, ORDERS
from portal.web.api import customer_schemas, order_record_schemas
from portal.web.api.authentication import key_rate_limit
from portal.web.api.endpoints import endpoint
from portal.web.api.list_parameters import (
    ChangesQuery,
    CreatedSince,
    CreatedUntil,
    FieldsQuery,
    Include,
    TimeSort,
    record_names,
)
from portal.web.api.pagination import get_record, list_records
from portal.web.api.responses import ApiResponse

Email = (
    Annotated[str, Meta(description="Return only records with this email address.", max_length=320)]
    | None
)
# Ecwid adds statuses, so any name of one is accepted.
Status = Annotated[str, Meta(pattern="^[A-Z0-9_]+$", max_length=255, examples=["PAID"])]


class OrderQuery(FieldsQuery, forbid_unknown_fields=True):
    """Query of one order."""

    include: Include = None


class OrdersQuery(ChangesQuery, forbid_unknown_fields=True):
    """Query of the list of orders."""

    created_since: CreatedSince = None
    created_until: CreatedUntil = None
    sort: TimeSort | None = None
    include: Include = None
    number: (
        Annotated[str, Meta(description="Return only the order with this number.", max_length=255)]
        | None
    ) = None
    external_id: (
        Annotated[
            str,
            Meta(
                description="Return only orders that were submitted with this reference of yours.",
                max_length=255,
            ),
        ]
        | None
    ) = None
    customer_id: (
        Annotated[
            int, Meta(ge=1, le=LARGEST_ID, description="Return only orders of this customer.")
        ]
        | None
    ) = None
    email: Email = None
    coupon_code: (
        Annotated[
            str,
            Meta(
                description="Return only orders with this coupon code, in any case.",
                max_length=255,
            ),
        ]
        | None
    ) = None
    payment_status: (
        Annotated[Status, Meta(description="Return only orders with this payment status.")] | None
    ) = None
    fulfillment_status: (
        Annotated[Status, Meta(description="Return only orders with this fulfillment status.")]
        | None
    ) = None


class CustomersQuery(ChangesQuery, forbid_unknown_fields=True):
    """Query of the list of customers."""

    created_since: CreatedSince = None
    created_until: CreatedUntil = None
    sort: TimeSort | None = None
    email: Email = None


@endpoint(
    "GET",
    "/stores/<key:store_id>/orders",
    tag="Orders",
    scope=KeyScope.READ_ORDERS,
    limit=key_rate_limit,
    query=OrdersQuery,
    responses={200: order_record_schemas.OrderPage},
    names=record_names(ORDERS),
    sends=("Link",),
)
def list_orders(store: Store, query: OrdersQuery) -> ApiResponse:
    """List orders with their items, least recently updated first."""
    return list_records(ORDERS, store, query)


@endpoint(
    "GET",
    "/stores/<key:store_id>/orders/<key:order_id>",
    tag="Orders",
    scope=KeyScope.READ_ORDERS,
    limit=key_rate_limit,
    query=OrderQuery,
    responses={200: order_record_schemas.Order},
    problems=("gone",),
    names=record_names(ORDERS),
)
def get_order(store: Store, order_id: int, query: OrderQuery) -> ApiResponse:
    """Retrieve an order by its `id`.

    To find an order by its number, list orders with `number`. Send the `ETag` as `If-Match` to
    update the order only if it hasn't changed since.
    """
    # First: of an order that changes just now, the version must not be newer than the fields.
    version = version_of_order(store.id, order_id)
    return ApiResponse(get_record(ORDERS, store, order_id, query), version=version)


@endpoint(
    "GET",
    "/stores/<key:store_id>/customers",
    tag="Customers",
    scope=KeyScope.READ_ORDERS,
    limit=key_rate_limit,
    query=CustomersQuery,
    responses={200: customer_schemas.CustomerPage},
    names=record_names(CUSTOMERS),
    sends=("Link",),
)
def list_customers(store: Store, query: CustomersQuery) -> ApiResponse:
    """List customers, least recently updated first."""
    return list_records(CUSTOMERS, store, query)


@endpoint(
    "GET",
    "/stores/<key:store_id>/customers/<key:customer_id>",
    tag="Customers",
    scope=KeyScope.READ_ORDERS,
    limit=key_rate_limit,
    query=FieldsQuery,
    responses={200: customer_schemas.Customer},
    problems=("gone",),
    names=record_names(CUSTOMERS),
)
def get_customer(store: Store, customer_id: int, query: FieldsQuery) -> Row:
    """Retrieve a customer."""
    return get_record(CUSTOMERS, store, customer_id, query)
