"""Facts about each mirrored resource that every layer needs; the services add the rest.

See `portal.services.mirror.resources` for how a resource is read and written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Resource(StrEnum):
    """Mirrored resource, in the order in which a store's resources are read and shown.

    Variations are part of their products.
    """

    PRODUCTS = "products"
    ORDERS = "orders"
    CUSTOMERS = "customers"
    DISCOUNT_COUPONS = "discount_coupons"
    CATEGORIES = "categories"


class EventTopic(StrEnum):
    """Topic of an event: what must be read again because of it."""

    PRODUCT = "product"
    CATEGORY = "category"
    ORDER = "order"
    CUSTOMER = "customer"
    COUPON = "coupon"
    CONNECTION = "connection"
    INSTALLED = "installed"  # nothing to read: the OAuth callback does the work
    ERASURE = "erasure"  # a request to erase a person's data, not a changed record
    EXPORT = "export"  # a request to export a person's data
    OTHER = "other"  # not mirrored


@dataclass(frozen=True)
class ResourceFacts:
    """Events and pace of a resource.

    The types of its events begin with ``entity``, as in ``product.updated``. ``silent_min`` is how
    many minutes lie between two runs while no events arrive, ``alive_min`` while they do.
    """

    topic: EventTopic
    entity: str
    silent_min: int
    alive_min: int

    def sync_interval(self, *, receives_events: bool) -> timedelta:
        """Return how long after a run the next one is due."""
        return timedelta(minutes=self.alive_min if receives_events else self.silent_min)


FACTS: dict[str, ResourceFacts] = {
    Resource.PRODUCTS: ResourceFacts(EventTopic.PRODUCT, "product", 5, 30),
    Resource.ORDERS: ResourceFacts(EventTopic.ORDER, "order", 1, 10),
    Resource.CUSTOMERS: ResourceFacts(EventTopic.CUSTOMER, "customer", 15, 60),
    Resource.DISCOUNT_COUPONS: ResourceFacts(EventTopic.COUPON, "discount_coupon", 15, 60),
    Resource.CATEGORIES: ResourceFacts(EventTopic.CATEGORY, "category", 5, 30),
}
