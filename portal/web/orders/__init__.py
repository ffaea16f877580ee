"""Pages about a store's orders: list, create and update them."""

from portal.web.orders import amount_labels, raw_order, views
from portal.web.orders.blueprint import blueprint

__all__ = ["amount_labels", "blueprint", "raw_order", "views"]
