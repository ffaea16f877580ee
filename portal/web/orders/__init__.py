"""Pages about a store's orders: list, create and update them."""

from portal.web.orders import raw_order, views
from portal.web.orders.blueprint import blueprint

__all__ = ["blueprint", "raw_order", "views"]
