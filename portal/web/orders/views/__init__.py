"""Views about orders, one module per subject."""

from portal.web.orders.views import new_order, order_updates, orders, submissions

__all__ = ["new_order", "order_updates", "orders", "submissions"]
