"""Parts of a running sandbox, created once and shared by its blueprints."""

from __future__ import annotations

from dataclasses import dataclass

from portal.sandbox.access import Access
from portal.sandbox.config import SandboxConfig
from portal.sandbox.custom_apps import CustomApps
from portal.sandbox.delivery_log import DeliveryLog
from portal.sandbox.events import EventPublisher
from portal.sandbox.failing_endpoints import FailingEndpoints
from portal.sandbox.records import Records
from portal.sandbox.resources.calculation import Calculation
from portal.sandbox.resources.categories import Categories
from portal.sandbox.resources.classes import Classes
from portal.sandbox.resources.coupons import Coupons
from portal.sandbox.resources.customer_groups import CustomerGroups
from portal.sandbox.resources.customers import Customers
from portal.sandbox.resources.entities import Entities
from portal.sandbox.resources.invoices import Invoices
from portal.sandbox.resources.media import Media
from portal.sandbox.resources.order_statuses import OrderStatuses
from portal.sandbox.resources.orders import Orders
from portal.sandbox.resources.products import Products
from portal.sandbox.resources.promotions import Promotions
from portal.sandbox.resources.reviews import Reviews
from portal.sandbox.resources.subscriptions import Subscriptions
from portal.sandbox.state import State
from portal.sandbox.stores import Stores
from portal.sandbox.switches import Switches
from portal.sandbox.uploads import Uploads
from portal.sandbox.webhook_sender import WebhookSender


@dataclass
class Parts:
    """Everything that a request may need. ``address`` is the sandbox's base URL."""

    config: SandboxConfig
    state: State
    switches: Switches
    deliveries: DeliveryLog
    failing_endpoints: FailingEndpoints
    events: EventPublisher
    stores: Stores
    custom_apps: CustomApps
    records: Records
    products: Products
    categories: Categories
    classes: Classes
    customers: Customers
    customer_groups: CustomerGroups
    coupons: Coupons
    promotions: Promotions
    calculation: Calculation
    orders: Orders
    order_statuses: OrderStatuses
    entities: Entities
    uploads: Uploads
    media: Media
    invoices: Invoices
    reviews: Reviews
    subscriptions: Subscriptions
    access: Access
    webhook_sender: WebhookSender
    address: str


def make_parts(config: SandboxConfig, address: str) -> Parts:
    """Create the parts on one state file. The webhook sender is created but not started."""
    state = State(config.state)
    switches = Switches(state, config.switches)
    failing_endpoints = FailingEndpoints(state, switches)
    deliveries = DeliveryLog(state, failing_endpoints)
    events = EventPublisher(config, state, switches, deliveries, failing_endpoints)
    webhook_sender = WebhookSender(config, switches, deliveries)
    events.on_delivery_added = webhook_sender.wake
    stores = Stores(state, events)
    records = Records(state, lambda: switches.number("search_lag_s"))
    products = Products(state, records, events, stores, lambda: address)
    products.update_image_urls()
    groups = CustomerGroups(state, records, events, stores)
    customers = Customers(state, records, events, groups)
    coupons = Coupons(state, records, events, switches, stores)
    promotions = Promotions(state, records, events)
    entities = Entities(state, records)
    categories = Categories(state, records, events, products)
    return Parts(
        config=config,
        state=state,
        switches=switches,
        deliveries=deliveries,
        failing_endpoints=failing_endpoints,
        events=events,
        stores=stores,
        custom_apps=CustomApps(state, stores),
        records=records,
        products=products,
        categories=categories,
        classes=Classes(state, records, events),
        customers=customers,
        customer_groups=groups,
        coupons=coupons,
        promotions=promotions,
        calculation=Calculation(stores, records, promotions, coupons),
        orders=Orders(state, records, events, switches, products, customers, coupons=coupons),
        order_statuses=OrderStatuses(state),
        entities=entities,
        uploads=Uploads(state, records, address),
        media=Media(state, records, events, products, categories),
        invoices=Invoices(state, entities, events, stores, address),
        reviews=Reviews(state, entities, events),
        subscriptions=Subscriptions(entities),
        access=Access(stores, switches),
        webhook_sender=webhook_sender,
        address=address,
    )
