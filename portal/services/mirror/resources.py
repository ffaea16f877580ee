"""Table of the mirrored resources: one `ResourceSpec` describes how each is read and written.

To add a resource, see "Add a resource" in the README.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from portal.ecwid.calls import PAGE_LIMIT, fetch_each
from portal.ecwid.catalog import category_row, product_rows
from portal.ecwid.client import EcwidClient
from portal.ecwid.conversions import INTEGER_LIMIT
from portal.ecwid.coupons import coupon_row
from portal.ecwid.customers import customer_row
from portal.ecwid.orders import order_rows
from portal.i18n import N_
from portal.models import (
    Category,
    Coupon,
    Customer,
    Order,
    OrderItem,
    Product,
    Resource,
    Variation,
    utc_now,
)
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.rules.sync.cursor import next_newer, next_older
from portal.rules.sync.resources import FACTS, EventTopic
from portal.services.mirror import typed_rows
from portal.services.mirror.mapped_records import Row
from portal.services.mirror.record_sources import (
    EventReads,
    FullScanSource,
    IncrementalSource,
    Listing,
    fetch_orders,
    walk_customers,
    walk_orders,
    walk_products,
)
from portal.services.mirror.resource_spec import Details, Labels, ResourceSpec
from portal.services.mirror.suppression_list import (
    CUSTOMER_DATA,
    ORDER_DATA,
    suppress_customers,
    suppress_orders,
)
from portal.services.outbox.publish import RecordTopics

# Without a list by ids each record takes a call, so one step reads few records.
SINGLE_FETCH_LIMIT = 20
# Customers searched together in one page of changes: more of them make better use of a page.
CUSTOMERS_PER_BATCH = 1_000
ORDER_ID_LIMIT = 64

# Fields of a time: the date, then the same time in Unix seconds if the record has it.
UPDATED = ("updated", "updateTimestamp")
CREATED = ("createDate", "createTimestamp")
ORDER_UPDATED = ("updateDate", "updateTimestamp")


def is_number(text: str) -> bool:
    """Return whether the text is a whole number that can be one of Ecwid's ids."""
    return text.isascii() and text.isdecimal() and 0 < int(text) < INTEGER_LIMIT


def is_order_id(text: str) -> bool:
    """Return whether an order may have this id, such as ``EBJFT``; stores may choose a prefix."""
    return 0 < len(text) <= ORDER_ID_LIMIT and text.isprintable() and " " not in text


def single_row(
    read: Callable[[int, Any, datetime], Row],
) -> Callable[[int, Any, datetime], tuple[Row, list[Row]]]:
    """Return the mapper of a resource whose records have no details."""
    return lambda store_id, payload, read_at: (read(store_id, payload, read_at), [])


PRODUCTS = ResourceSpec(
    resource=Resource.PRODUCTS,
    labels=Labels(N_("Products"), N_("products"), N_("Product"), "box"),
    table=Product,
    rows=product_rows,
    typed_rows=typed_rows.product,
    details=Details(Variation, Variation.replace_all, Variation.mark_all_deleted),
    source=IncrementalSource(
        backfill=Listing(walk_products("UPDATED_TIME_DESC"), next_older, UPDATED),
        incremental=Listing(walk_products("UPDATED_TIME_ASC"), next_newer, UPDATED),
        reconciliation=Listing(
            walk_products("UPDATED_TIME_DESC", "id", *UPDATED), next_older, UPDATED
        ),
        updated=UPDATED,
        deleted=lambda client, since: client.deleted_products(since=since),
    ),
    fetch_by_ids=EcwidClient.existing_products,
    fetch_limit=PAGE_LIMIT,
    read_one=lambda client, text: client.product(int(text)),
    is_id=is_number,
    events=EventReads(
        batch_limit=PAGE_LIMIT,
        probe=lambda client: client.products(sort_by="UPDATED_TIME_ASC", updated_from=utc_now()),
        is_searched=True,
    ),
    change_time="productsUpdated",
    outbound=RecordTopics(
        OutboundEventType.PRODUCT_CREATED,
        OutboundEventType.PRODUCT_UPDATED,
        OutboundEventType.PRODUCT_DELETED,
    ),
    kept_values=None,
    export=("products", KeyScope.READ_CATALOG),
)
ORDERS = ResourceSpec(
    resource=Resource.ORDERS,
    labels=Labels(N_("Orders"), N_("orders"), N_("Order"), "receipt"),
    table=Order,
    rows=order_rows,
    typed_rows=typed_rows.order,
    # The items of a deleted order stay visible.
    details=Details(OrderItem, OrderItem.replace_all),
    source=IncrementalSource(
        backfill=Listing(walk_orders(), next_older, CREATED),
        incremental=Listing(walk_orders(), next_older, CREATED),
        reconciliation=Listing(
            walk_orders("internalId", *CREATED, *ORDER_UPDATED), next_older, CREATED
        ),
        updated=ORDER_UPDATED,
        deleted=lambda client, since: client.deleted_orders(since=since),
    ),
    fetch_by_ids=fetch_orders,
    fetch_limit=PAGE_LIMIT,
    read_one=EcwidClient.order,
    is_id=is_order_id,
    id_name="internalId",
    known_by="number",
    has_own_writes=True,
    events=EventReads(
        batch_limit=PAGE_LIMIT,
        probe=lambda client: client.orders(updated_from=utc_now()),
        is_searched=True,
    ),
    change_time="ordersUpdated",
    outbound=RecordTopics(
        OutboundEventType.ORDER_CREATED,
        OutboundEventType.ORDER_UPDATED,
        OutboundEventType.ORDER_DELETED,
    ),
    personal=ORDER_DATA,
    suppress=suppress_orders,
    kept_values=frozenset(
        {"total", "subtotal", "tax", "paymentStatus", "fulfillmentStatus", "updateDate"}
    ),
    export=("orders", KeyScope.READ_ORDERS),
)
CUSTOMERS = ResourceSpec(
    resource=Resource.CUSTOMERS,
    labels=Labels(N_("Customers"), N_("customers"), N_("Customer"), "person"),
    table=Customer,
    rows=single_row(customer_row),
    typed_rows=typed_rows.customer,
    source=IncrementalSource(
        backfill=Listing(walk_customers("UPDATED_DATE_DESC"), next_older, ("updated",)),
        incremental=Listing(walk_customers("UPDATED_DATE_ASC"), next_newer, ("updated",)),
        reconciliation=Listing(
            walk_customers("UPDATED_DATE_DESC", "id", "updated"), next_older, ("updated",)
        ),
        updated=("updated",),
        deleted=lambda client, since: client.deleted_customers(since=since),
    ),
    fetch_by_ids=lambda client, ids: fetch_each(client.customer, ids),
    fetch_limit=SINGLE_FETCH_LIMIT,
    read_one=lambda client, text: client.customer(int(text)),
    is_id=is_number,
    events=EventReads(
        batch_limit=CUSTOMERS_PER_BATCH,
        probe=lambda client: client.customers(updated_from=utc_now()),
        is_searched=True,
        changes=lambda client, since, offset: client.customers(
            sort_by="UPDATED_DATE_ASC", updated_from=since, offset=offset
        ),
    ),
    change_time="customersUpdated",
    personal=CUSTOMER_DATA,
    suppress=suppress_customers,
    export=("customers", KeyScope.READ_ORDERS),
)
COUPONS = ResourceSpec(
    resource=Resource.DISCOUNT_COUPONS,
    labels=Labels(N_("Discount coupons"), N_("coupons"), N_("Discount coupon"), "tag"),
    table=Coupon,
    rows=single_row(coupon_row),
    source=FullScanSource(page=lambda client, offset: client.coupons(offset=offset)),
    fetch_by_ids=lambda client, ids: fetch_each(client.coupon, ids),
    fetch_limit=SINGLE_FETCH_LIMIT,
    read_one=lambda client, text: client.coupon(int(text)),
    is_id=is_number,
    # Ecwid does not document the sort order of coupons, so each coupon takes a call.
    events=EventReads(batch_limit=1, probe=lambda client: client.coupons(updated_from=utc_now())),
    change_time="discountCouponsUpdated",
    kept_values=frozenset(
        {"discount", "discountType", "status", "launchDate", "expirationDate", "totalLimit"}
    ),
    export=("coupons", KeyScope.READ_CATALOG),
)
CATEGORIES = ResourceSpec(
    resource=Resource.CATEGORIES,
    labels=Labels(N_("Categories"), N_("categories"), N_("Category"), "list"),
    table=Category,
    rows=single_row(category_row),
    source=FullScanSource(page=lambda client, offset: client.categories(offset=offset)),
    fetch_by_ids=lambda client, ids: fetch_each(client.category, ids),
    fetch_limit=SINGLE_FETCH_LIMIT,
    read_one=lambda client, text: client.category(int(text)),
    is_id=is_number,
    # Categories have no update time, so each category takes a call.
    events=EventReads(batch_limit=1, probe=lambda client: client.categories()),
    change_time="categoriesUpdated",
    kept_values=None,
)

# In the order of `Resource`. Stored rows name a resource by its text, which is equal to the member.
RESOURCES: dict[str, ResourceSpec] = {
    spec.resource: spec for spec in (PRODUCTS, ORDERS, CUSTOMERS, COUPONS, CATEGORIES)
}
SPECS_BY_TOPIC: dict[EventTopic, ResourceSpec] = {
    FACTS[spec.resource].topic: spec for spec in RESOURCES.values()
}
