"""Hold the sandbox's parts, made once and shared by its blueprints."""

from __future__ import annotations

from dataclasses import dataclass

from portal.sandbox.access import Access
from portal.sandbox.config import SandboxConfig
from portal.sandbox.delivery_log import DeliveryLog
from portal.sandbox.events import EventLog
from portal.sandbox.failing import FailingAddresses
from portal.sandbox.records import Records
from portal.sandbox.resources.categories import Categories
from portal.sandbox.resources.classes import Classes
from portal.sandbox.resources.coupons import Coupons
from portal.sandbox.resources.customers import Customers
from portal.sandbox.resources.orders import Orders
from portal.sandbox.resources.products import Products
from portal.sandbox.sender import Sender
from portal.sandbox.state import State
from portal.sandbox.stores import Stores
from portal.sandbox.switches import Switches


@dataclass
class Parts:
    """Hold everything that a request may need; ``address`` is set when the port is known."""

    config: SandboxConfig
    state: State
    switches: Switches
    deliveries: DeliveryLog
    failing: FailingAddresses
    events: EventLog
    stores: Stores
    records: Records
    products: Products
    categories: Categories
    classes: Classes
    customers: Customers
    coupons: Coupons
    orders: Orders
    access: Access
    sender: Sender
    address: str


def make_parts(config: SandboxConfig, address: str) -> Parts:
    """Return the parts over one state file; nothing is sent until the sender is started."""
    state = State(config.state)
    switches = Switches(state, config.switches)
    failing = FailingAddresses(state, switches)
    deliveries = DeliveryLog(state, failing)
    events = EventLog(config, state, switches, deliveries, failing)
    sender = Sender(config, switches, deliveries)
    events.on_new = sender.wake
    stores = Stores(state, events)
    records = Records(state, lambda: switches.number("index_lag_s"))
    products = Products(state, records, events, stores, lambda: address)
    products.move_pictures()
    customers = Customers(state, records, events, stores)
    return Parts(
        config=config,
        state=state,
        switches=switches,
        deliveries=deliveries,
        failing=failing,
        events=events,
        stores=stores,
        records=records,
        products=products,
        categories=Categories(state, records, events),
        classes=Classes(state, records, events),
        customers=customers,
        coupons=Coupons(state, records, events, switches, stores),
        orders=Orders(state, records, events, switches, products, customers),
        access=Access(stores, switches),
        sender=sender,
        address=address,
    )
