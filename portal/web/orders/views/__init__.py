"""Views about orders, one module per subject."""

from portal.web.orders.views import bulk_actions, new_order, order_updates, orders, submissions

__all__ = ["bulk_actions", "new_order", "order_updates", "orders", "submissions"]
